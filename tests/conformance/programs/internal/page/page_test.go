package page

import (
	"slices"
	"testing"
)

func TestCommandsAreLinesOfConsoleBlocks(t *testing.T) {
	text := "```toml\n$ not\n```\n\n```console\n$ az login\noutput\n$ kubectl get x\n```\n"
	if found := Commands(text); !slices.Equal(found, []string{"az login", "kubectl get x"}) {
		t.Errorf("commands are %q", found)
	}
}

func TestOptionsFollowWords(t *testing.T) {
	words, options := parse([]string{"provider", "register", "--wait", "--namespace", "Microsoft.Network"})
	if !slices.Equal(words, []string{"provider", "register"}) || options["namespace"] != "Microsoft.Network" {
		t.Errorf("words are %q, options %v", words, options)
	}
}
