//! Values made harmless, one function per place that they land in. Never decides where that is.

use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Words that some reader of YAML 1.1 takes for something else than a string.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// A string as a YAML scalar on one line: plain where every reader agrees on it, quoted otherwise.
///
/// # Errors
/// When `out` cannot be written to.
pub fn yaml(text: &str, out: &mut dyn Write) -> io::Result<()> {
    if is_plain(text) { out.write_all(text.as_bytes()) } else { quoted(text, out) }
}

/// Does every YAML reader, 1.1 and 1.2, in block and in flow, take this for the string that it is?
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |(i, b): (usize, &u8)| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'/' | b'-' | b'@' => true,
        b' ' | b':' => bytes.get(i + 1).is_some_and(u8::is_ascii_alphanumeric),
        _ => false,
    };
    let is_word = || bytes.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    match bytes.first() {
        Some(b) if b.is_ascii_digit() => is_measure(text),
        Some(b) if b.is_ascii_alphabetic() || *b == b'/' => bytes.iter().enumerate().all(inner) && !is_word(),
        _ => false,
    }
}

/// `250m`, `128Mi`, `25%`, `1h0m0s`: no reader takes a number with one of these units for anything but a string.
fn is_measure(text: &str) -> bool {
    const UNITS: [&str; 9] = ["Ki", "Mi", "Gi", "Ti", "h", "ms", "m", "s", "%"];
    let mut rest = text;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(next) = UNITS.iter().find_map(|unit| after.strip_prefix(unit)).filter(|_| after.len() < rest.len()) else { return false };
        rest = next;
    }
    !text.is_empty()
}

fn quoted(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut harmless = text;
    while let Some(at) = harmless.find(|c| matches!(c, '"' | '\\') || is_unprintable(c)) {
        let c = harmless[at..].chars().next().unwrap_or_default();
        out.write_all(&harmless.as_bytes()[..at])?;
        match c {
            '"' => out.write_all(b"\\\"")?,
            '\\' => out.write_all(b"\\\\")?,
            '\n' => out.write_all(b"\\n")?,
            '\t' => out.write_all(b"\\t")?,
            '\r' => out.write_all(b"\\r")?,
            c => write!(out, "\\u{:04X}", c as u32)?,
        }
        harmless = &harmless[at + c.len_utf8()..];
    }
    out.write_all(harmless.as_bytes())?;
    out.write_all(b"\"")
}

/// Characters that a reader may refuse, drop or take for a line break.
pub fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A string inside the quotes of a `PromQL` string, on one line.
pub fn promql(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '"', '\n']) {
        return text.into();
    }
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").into()
}

/// A string in an annotation of an alert: Prometheus must not take `{{` for the start of a template.
pub fn annotation(text: &str) -> String {
    gotext(text)
}

/// A string that a Go template gives back as it is: `{{` starts nothing.
pub fn gotext(text: &str) -> String {
    text.replace("{{", r#"{{"{{"}}"#)
}

/// A string in `command`, `args` or `env`: the kubelet must not take `$(X)` for a variable. Two dollars are one to it, wherever they stand.
pub fn kubelet(text: &str) -> String {
    text.replace('$', "$$")
}

/// A string in a cell of a Markdown table.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A string in HTML that stands in Markdown, such as a comment on a pull request: no value may begin a table, a link, a tag or a mention there.
pub fn comment(text: &str) -> String {
    let fair = |c: char| c.is_alphanumeric() || " -./:,;()=%\"".contains(c);
    text.chars().map(|c| if fair(c) { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}

/// A key as a part of a JSON pointer.
pub fn pointer(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// A string as a literal of Bicep, with its quotes.
pub fn bicep(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '$' => out.push_str("\\$"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unprintable(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out + "'"
}

/// A string as a literal of CEL on one line, with its quotes.
pub fn cel(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\\' | '\'' => out.extend(['\\', c]),
            c if is_unprintable(c) => out.push_str(&format!("\\U{:08x}", c as u32)),
            c => out.push(c),
        }
    }
    out + "'"
}

/// A string as one word of a POSIX shell.
pub fn shell(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=@".contains(&b);
    if !text.is_empty() && !text.starts_with('-') && text.bytes().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scalar(text: &str) -> String {
        let mut out = vec![];
        yaml(text, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("text in, text out")
    }

    #[test]
    fn what_readers_disagree_on_is_quoted() {
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
        for text in ["orders", "ghcr.io/a/b:1.2", "/healthz", "platform@contoso.example", "Key Vault", "250m", "128Mi", "25%", "1h0m0s"] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn a_literal_of_cel_ends_where_it_should() {
        for (text, literal) in [("a", "'a'"), ("it's", r"'it\'s'"), (r"a\'", r"'a\\\''"), ("a\nb", r"'a\U0000000ab'")] {
            assert_eq!(cel(text), literal);
        }
    }

    #[test]
    fn a_literal_of_bicep_is_one_line_of_what_can_be_seen() {
        for (text, literal) in [("it's", r"'it\'s'"), ("${a}\n", r"'\${a}\n'"), ("a\u{202e}b", r"'a\u{202e}b'"), ("\0", r"'\u{0}'")] {
            assert_eq!(bicep(text), literal);
        }
    }

    #[test]
    fn a_shell_takes_a_word_for_what_it_is() {
        for (text, word) in [("a-b_c./:=@9", "a-b_c./:=@9"), ("", "''"), ("-a", "'-a'"), ("a b", "'a b'"), ("$a", "'$a'"), ("it's", r"'it'\''s'"), ("é", "'é'")]
        {
            assert_eq!(shell(text), word);
        }
    }

    #[test]
    fn markdown_shows_a_text_and_makes_nothing_of_it() {
        assert_eq!(markdown("a|b `c`\n[d](e) <f> #1"), r"a\|b \`c\` \[d\](e) \<f\> \#1");
        assert_eq!(comment("a (b) 5% \"c\" | <d> @e #1 `é`"), "a (b) 5% \"c\" &#124; &#60;d&#62; &#64;e &#35;1 &#96;é&#96;");
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

    /// What the kubelet does to a value. Source: `third_party/forked/golang/expansion` of Kubernetes: a dollar before a dollar is dropped,
    /// one before `(name)` begins a variable, any other stays.
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
}
