//! Escaping of values, with one function per target format.

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Words that YAML 1.1 does not read as a string.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// A string as a YAML scalar on one line: plain where every reader agrees on it, quoted otherwise.
///
/// # Errors
/// When `out` cannot be written to.
pub fn yaml(text: &str, out: &mut dyn Write) -> io::Result<()> {
    if is_plain(text) { out.write_all(text.as_bytes()) } else { quoted(text, out) }
}

/// Whether every reader of YAML 1.1 and 1.2 reads a plain text as a string, in block and flow
/// style.
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
        Some(b) if b.is_ascii_alphabetic() || *b == b'/' => {
            bytes.iter().enumerate().all(inner) && !is_word()
        }
        _ => false,
    }
}

/// Whether a text is a number with a unit, such as `250m`, `128Mi`, `25%` or `1h0m0s`, which is
/// always a string.
fn is_measure(text: &str) -> bool {
    const UNITS: [&str; 9] = ["Ki", "Mi", "Gi", "Ti", "h", "ms", "m", "s", "%"];
    let mut rest = text;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(next) = UNITS
            .iter()
            .find_map(|unit| after.strip_prefix(unit))
            .filter(|_| after.len() < rest.len())
        else {
            return false;
        };
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

/// Characters that readers reject, drop or treat as a line break.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A string inside the quotes of a `PromQL` string, on one line.
pub fn promql(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '"', '\n']) {
        return text.into();
    }
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").into()
}

/// A string in an annotation of an alert, where Prometheus reads `{{` as the start of a template.
pub fn annotation(text: &str) -> String {
    gotext(text)
}

/// A string that a Go template returns unchanged.
pub fn gotext(text: &str) -> String {
    text.replace("{{", r#"{{"{{"}}"#)
}

/// A string in `command`, `args` or `env`, where the kubelet reads `$(X)` as a variable and `$$` as
/// one dollar.
pub fn kubelet(text: &str) -> String {
    text.replace('$', "$$")
}

/// A string in a cell of a Markdown table.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_unprintable(c) => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A document without characters that a reader cannot see; line breaks and tabs stay.
pub fn document(text: &str) -> String {
    let shown = |c: char| if is_unprintable(c) && !"\n\t".contains(c) { ' ' } else { c };
    text.chars().map(shown).collect()
}

/// A string in HTML inside Markdown, such as a comment on a pull request. It starts no table, link,
/// tag or mention.
pub fn comment(text: &str) -> String {
    let fair = |c: char| c.is_alphanumeric() || " -./:,;()=%\"".contains(c);
    text.chars()
        .map(|c| if fair(c) { c.to_string() } else { format!("&#{};", u32::from(c)) })
        .collect()
}

/// A key as a part of a JSON pointer.
pub fn pointer(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}

/// The key of a part of a JSON pointer.
pub fn unescaped_pointer(part: &str) -> Cow<'_, str> {
    if part.contains('~') { part.replace("~1", "/").replace("~0", "~").into() } else { part.into() }
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
    if !text.is_empty() && !text.starts_with('-') && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
