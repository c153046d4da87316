//! Templates that Go parses, and templates that it refuses.

use super::parse;

#[test]
fn templates_of_go_are_accepted() {
    for (text, keys) in [
        ("", vec![]),
        ("plain } text", vec![]),
        ("{{ .u }}", vec!["u"]),
        ("{{.u}}:{{- .p -}}", vec!["u", "p"]),
        ("{{ index . \"my-key\" | b64dec }}", vec!["my-key"]),
        ("{{ $.u }}", vec!["u"]),
        ("{{/* a comment }} */}}", vec![]),
        ("{{- /* a comment */ -}}", vec![]),
        ("{{ if .u }}{{ .x }}{{ else if .v }}y{{ else }}z{{ end }}", vec!["u"]),
        ("{{ range $i, $v := list 1 2 }}{{ $i }}{{ $v }}{{ break }}{{ end }}", vec![]),
        ("{{ with $a := .u }}{{ $a | quote }}{{ else with .v }}{{ . }}{{ end }}", vec!["u"]),
        ("{{ $x := dict \"a\" 1 }}{{ $x.a }}{{ $x = 2 }}", vec![]),
        ("{{ (fromJson .u).password }}", vec!["u"]),
        ("{{ printf \"%s-%d\" .u -0x1F | trunc 5 }}", vec!["u"]),
        ("{{ define \"t\" }}{{ .x }}{{ end }}{{ template \"t\" . }}", vec![]),
        ("{{ block \"t\" . }}x{{ end }}", vec![]),
        ("{{ `raw {{` }}{{ 'a' }}{{ 1.5e3 }}{{ \"a\\\"b\" }}", vec![]),
        ("{{ and (eq .u \"a\") (not .p) }}", vec!["u", "p"]),
    ] {
        let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
        assert_eq!(parse(text), Ok(keys), "{text}");
    }
}

#[test]
fn templates_that_go_refuses_are_refused() {
    for (text, error) in [
        ("{{ if .u }}x", "`{{ if }}` has no `{{ end }}`"),
        ("{{ .u | nosuch }}", "External Secrets has no function `nosuch`"),
        ("{{ .my-key }}", "the character `-` is not allowed in a name: write `index . \"name\"`"),
        ("{{ env \"HOME\" }}", "External Secrets has no function `env`"),
        ("{{ .u | b64dce }}", "External Secrets has no function `b64dce`; did you mean `b64dec`?"),
        ("{{ .u", "an action is not closed: `}}` is absent"),
        ("{{ }}", "`command` has no value"),
        ("{{ .u | }}", "nothing follows `|`"),
        ("{{ | quote }}", "a command is empty"),
        ("{{ (.u }}", "`(` is not closed"),
        ("{{ .u) }}", "`)` closes nothing"),
        ("{{ $x }}", "the variable `$x` is not defined"),
        ("{{ if .u }}{{ $x := 1 }}{{ end }}{{ $x }}", "the variable `$x` is not defined"),
        ("{{ end }}", "`{{ end }}` closes nothing"),
        ("{{ else }}", "`{{ else }}` belongs to no block"),
        ("{{ if .u }}{{ else }}{{ else }}{{ end }}", "`{{ else }}` belongs to no block"),
        ("{{ break }}", "`break` is outside of `range`"),
        ("{{ \"a }}", "a quoted text is not closed"),
        ("{{ `a }}", "a text between backquotes is not closed"),
        ("{{/* a }}", "a comment is not closed"),
        ("{{/* a */ .u }}", "a comment must fill its action"),
        ("{{ .u & .p }}", "the character `&` is not allowed in an action"),
        ("{{ $a : 1 }}", "`:` is not followed by `=`"),
        ("{{ 1x }}", "`1x` is not a number"),
        ("{{ .u | \"a\" }}", "a value cannot follow `|`"),
        ("{{ nil }}", "`nil` is not a command"),
        ("{{ if }}x{{ end }}", "`if` has no value"),
        ("{{ template .u }}", "`template` has no name in quotes"),
        ("{{ if .u }}{{ define \"a\" }}{{ end }}{{ end }}", "`define` is inside of a block"),
        (
            "{{ quote\"a\" }}",
            "the character `\"` is not allowed in a name: write `index . \"name\"`",
        ),
        ("{{ .u = 1 }}", "a sign stands where a value is expected"),
        ("{{ true.x }}", "`.x` follows a value that has no fields"),
        ("{{ end .u }}", "`{{ end }}` closes nothing"),
        ("{{ if .u }}{{ end .u }}", "`end` takes no value"),
    ] {
        assert_eq!(parse(text), Err(error.to_owned()), "{text}");
    }
}
