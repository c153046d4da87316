# Without a server to ask, what is left is what can be said of a rule by itself.
parser {
  relaxed = [".*"]
}
