//! Escaped texts, read back by a parser of their target or compared with the expected text.

use super::*;
use proptest::prelude::*;

fn scalar(text: &str) -> String {
    let mut out = vec![];
    yaml(text, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("text in, text out")
}

#[test]
fn ambiguous_scalars_are_quoted() {
    for text in [
        "no",
        "NO",
        "y",
        "0777",
        "1e3",
        "1_000",
        "x #y",
        "a: b",
        "a:",
        "---",
        "{{ x }}",
        "${y}",
        "$(Z)",
        "",
        "~",
        "12:30",
        "2024-01-01",
        "<<",
        "=",
        "-a",
        " a",
        "a ",
        "@a",
        "a\nb: c",
        "1ss",
    ] {
        assert!(scalar(text).starts_with('"'), "{text}");
    }
    for text in [
        "orders",
        "ghcr.io/a/b:1.2",
        "/healthz",
        "platform@contoso.example",
        "Key Vault",
        "250m",
        "128Mi",
        "25%",
        "1h0m0s",
    ] {
        assert_eq!(scalar(text), text);
    }
}

#[test]
fn a_literal_of_cel_ends_where_it_should() {
    for (text, literal) in
        [("a", "'a'"), ("it's", r"'it\'s'"), (r"a\'", r"'a\\\''"), ("a\nb", r"'a\U0000000ab'")]
    {
        assert_eq!(cel(text), literal);
    }
}

#[test]
fn a_bicep_literal_is_one_printable_line() {
    for (text, literal) in [
        ("it's", r"'it\'s'"),
        ("${a}\n", r"'\${a}\n'"),
        ("a\u{202e}b", r"'a\u{202e}b'"),
        ("\0", r"'\u{0}'"),
    ] {
        assert_eq!(bicep(text), literal);
    }
}

#[test]
fn a_shell_reads_a_quoted_word_literally() {
    for (text, word) in [
        ("a-b_c./:=@9", "a-b_c./:=@9"),
        ("", "''"),
        ("-a", "'-a'"),
        ("a b", "'a b'"),
        ("$a", "'$a'"),
        ("it's", r"'it'\''s'"),
        ("é", "'é'"),
    ] {
        assert_eq!(shell(text), word);
    }
}

#[test]
fn documents_have_no_invisible_characters() {
    assert_eq!(document("a\u{1b}[31m\tb\n\u{202e}c\r"), "a [31m\tb\n c ");
}

#[test]
fn markdown_shows_a_text_and_makes_nothing_of_it() {
    assert_eq!(markdown("a|b `c`\n[d](e) <f> #1"), r"a\|b \`c\` \[d\](e) \<f\> \#1");
    assert_eq!(
        comment("a (b) 5% \"c\" | <d> @e #1 `é`"),
        "a (b) 5% \"c\" &#124; &#60;d&#62; &#64;e &#35;1 &#96;é&#96;"
    );
}

proptest! {
    #[test]
    fn every_string_reads_back(text in any::<String>(), key in any::<bool>()) {
        prop_assume!(!key || text != "<<", "a merge key is refused");
        let line = if key { format!("{}: 1\n", scalar(&text)) } else { format!("a: [{}]\n", scalar(&text)) };
        let read = crate::yaml::read(&line).expect("one line of YAML");
        let got = if key { read.as_object().unwrap().keys().next().unwrap().clone() } else { read["a"][0].as_str().unwrap().to_owned() };
        prop_assert_eq!(&got, &text);
        let library: serde_yaml::Value = serde_yaml::from_str(&line).expect("the library reads it too");
        let got = if key { library.as_mapping().unwrap().keys().next().unwrap().as_str().unwrap().to_owned() } else { library["a"][0].as_str().unwrap().to_owned() };
        prop_assert_eq!(got, text);
    }

    #[test]
    fn promql_strings_stay_strings(text in any::<String>()) {
        let query = format!("up{{x=\"{}\"}}", promql(&text));
        if let Ok(promql_parser::parser::Expr::VectorSelector(selector)) = promql_parser::parser::parse(&query) {
            prop_assert_eq!(selector.matchers.matchers.len(), 1);
            prop_assert_eq!(&selector.matchers.matchers[0].value, &text);
        }
    }

    #[test]
    fn an_annotation_holds_no_template(text in any::<String>(), braces in "[{}\" a]{0,9}") {
        for text in [text, braces] {
            let (mut out, escaped) = (String::new(), annotation(&text));
            let mut rest = escaped.as_str();
            while let Some((before, action)) = rest.split_once("{{") {
                out.push_str(before);
                out.push_str("{{");
                rest = action.strip_prefix(r#""{{"}}"#).expect("no action but a quoted brace");
            }
            prop_assert_eq!(out + rest, text);
        }
    }

    #[test]
    fn the_kubelet_expands_nothing(text in any::<String>()) {
        prop_assert_eq!(expand(&kubelet(&text)), text);
    }

    #[test]
    fn a_shell_word_is_one_word(text in "[^\0]*") {
        let word = shell(&text);
        let quotes = word.matches('\'').count();
        prop_assert!(word == text || (word.starts_with('\'') && word.ends_with('\'') && quotes >= 2));
    }

    #[test]
    fn a_bicep_literal_is_one_literal(text in any::<String>(), odd in "['$\\\\{}\n a]{0,9}") {
        for text in [text, odd] {
            let literal = bicep(&text);
            let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).expect("quotes at both ends");
            let mut chars = inner.chars();
            while let Some(c) = chars.next() {
                prop_assert!(!matches!(c, '\'' | '\n' | '\r' | '$'), "{literal}");
                if c == '\\' {
                    prop_assert!(chars.next().is_some_and(|escaped| "\\'$nrtu".contains(escaped)), "{literal}");
                }
            }
        }
    }

    #[test]
    fn a_cell_stays_a_cell(text in any::<String>()) {
        prop_assert!(!markdown(&text).contains('\n'));
        prop_assert!(!markdown(&text).replace("\\\\", "").replace("\\|", "").contains('|'));
    }
}

/// Expansion of a value by the kubelet: `$$` becomes `$`, `$(name)` is a variable, and another `$`
/// stays. Source: `third_party/forked/golang/expansion` of Kubernetes.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('$', Some('$')) => drop(chars.next()),
            ('$', Some('(')) => {
                assert!(!chars.clone().any(|c| c == ')'), "a variable in {text}");
            }
            _ => {}
        }
        out.push(c);
    }
    out
}
