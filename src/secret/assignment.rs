//! Values after a name: `NAME=value`, `name: value`, JSON, YAML and query parameters.

use super::{
    headers, material,
    name::{Certainty, certainty, last_word},
    near_end, near_start, options, value,
};
use std::ops::Range;

/// Form of a value after a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueForm {
    /// In quotes.
    Quoted,
    /// Directly after `=`.
    Joined,
    /// The rest of a line after `name:` or `name =`.
    Line,
    /// A word of a sentence.
    Prose,
}

/// Adds the values behind a secret name.
pub(super) fn values(text: &str, out: &mut Vec<Range<usize>>) {
    for (at, sign) in text.match_indices(['=', ':', '>', ',']) {
        let found = match sign {
            "=" => after_equals(text, at),
            ":" => after_colon(text, at),
            "," => after_comma(text, at),
            _ => after_tag(text, at),
        };
        out.extend(found);
    }
    if text.starts_with('-') || text.contains(" -") || text.contains("\"-") {
        options::values(text, out);
    }
    if text.contains("earer ") || text.contains("EARER ") {
        headers::bearer(text, out);
    }
    if text.contains("machine ") || text.contains("login ") {
        headers::netrc(text, out);
    }
}

/// Whether the value behind a name can be a credential.
fn is_telling(key: &str) -> bool {
    const OTHERS: &[&str] = &["value", "auth", "_auth", "sig", "signature", "code", "key"];
    let is = |other: &str| key.eq_ignore_ascii_case(other);
    certainty(key).is_some()
        || OTHERS.iter().any(|other| is(other))
        || is("x-amz-signature")
        || key.to_ascii_lowercase().ends_with("authorization")
}

fn after_equals(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, after) = (&text[..at], &text[at + 1..]);
    if after.starts_with(['=', '~']) || before.ends_with(['=', '!', '<', '>', '~']) {
        return None;
    }
    let after_arrow = after.starts_with('>');
    let (before, spaced) = match before.strip_suffix([' ', '\t', ':']) {
        Some(_) => (before.trim_end_matches([' ', '\t', ':']), true),
        None => (before, false),
    };
    let (key, start) = name_before(before)?;
    if !is_telling(key) {
        return None;
    }
    let value = at + 1 + usize::from(after_arrow);
    let form = if spaced || after.starts_with(' ') {
        if is_line_start(text, start) { ValueForm::Line } else { ValueForm::Prose }
    } else {
        ValueForm::Joined
    };
    let key = if key == "value" { attribute_before(text, start).unwrap_or(key) } else { key };
    validate(text, key, value_at(text, value, form), query_sign(text, start))
}

/// The name in `<add key="NAME" value="…"/>`.
fn attribute_before(text: &str, start: usize) -> Option<&str> {
    let before = text[..start].trim_end().strip_suffix('"')?;
    let (attribute, name) = before.rsplit_once('"')?;
    attribute.ends_with("key=").then_some(name)
}

/// The value behind a quoted name in a list of arguments: `get("api_token", "…")`.
fn after_comma(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, after) = (&text[..at], text[at + 1..].trim_start());
    (before.ends_with(['"', '\'']) && after.starts_with(['"', '\''])).then_some(())?;
    let (key, _) = name_before(before)?;
    let (range, form) = value_at(text, at + 1, ValueForm::Quoted)?;
    let chosen = value::is_chosen(text[range.clone()].trim_matches(['"', '\'']));
    chosen.then(|| validate(text, key, Some((range, form)), None))?
}

fn after_colon(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, after) = (&text[..at], &text[at + 1..]);
    if after.starts_with("//") || after.starts_with([':', '=']) || before.ends_with(':') {
        return None;
    }
    let quoted = before.trim_end();
    let (key, start) = name_before(if quoted.ends_with('"') { quoted } else { before })?;
    if !is_telling(key) {
        return None;
    }
    let form = if is_line_start(text, start) && after.starts_with([' ', '\t', '\n']) {
        ValueForm::Line
    } else {
        ValueForm::Prose
    };
    let key = if key == "value" { name_of_pair(text, start).unwrap_or(key) } else { key };
    validate(text, key, value_at(text, at + 1, form), None)
}

/// The value of an element: `<password>…</password>`.
fn after_tag(text: &str, at: usize) -> Option<Range<usize>> {
    let key = near_end(&text[..at]).rsplit_once('<')?.1;
    if !is_telling(key) {
        return None;
    }
    let end = near_start(&text[at + 1..]).find("</").map(|end| at + 1 + end)?;
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    (plain && !key.is_empty()).then_some(())?;
    validate(text, key, Some((at + 1..end, ValueForm::Quoted)), None)
}

/// The name of a pair `name: X`, `value: Y` on the line before.
fn name_of_pair(text: &str, start: usize) -> Option<&str> {
    let line = text[..start].rfind('\n')?;
    let before = text[..line].lines().next_back()?;
    let (key, name) = before.split_once(':')?;
    let key = key.trim().trim_start_matches("- ").trim_matches(['"', '\'']);
    (key == "name").then(|| name.trim().trim_matches(['"', '\'', ',']))
}

/// The name that ends before a sign, and the byte where the name or the opening quote starts.
fn name_before(before: &str) -> Option<(&str, usize)> {
    let trimmed = before.trim_end_matches(['"', '\'', '\\', ']', '`']);
    let start = trimmed
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)))
        .map_or(0, |at| at + trimmed[at..].chars().next().map_or(1, char::len_utf8));
    let key = &trimmed[start..];
    (!key.is_empty()).then_some((key, start))
}

/// Whether only indentation, a list mark, a quote or a keyword stands before a name.
fn is_line_start(text: &str, start: usize) -> bool {
    let line = near_end(&text[..start]).rsplit('\n').next().unwrap_or_default();
    let line = line.trim_start_matches([' ', '\t', '-', '"', '\'', '+', '{', ',', '#']);
    line.is_empty()
        || matches!(
            line.trim_end(),
            "export" | "set" | "ENV" | "ARG" | "let" | "const" | "var" | "?"
        )
}

/// `?` or `&` before the name of a query parameter.
fn query_sign(text: &str, start: usize) -> Option<char> {
    text[..start].chars().next_back().filter(|c| matches!(c, '?' | '&' | ';'))
}

/// The bytes of a value.
fn value_at(text: &str, start: usize, form: ValueForm) -> Option<(Range<usize>, ValueForm)> {
    let rest = &text[start..];
    let skipped = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let (start, rest) = (start + skipped, &rest[skipped..]);
    for quote in ["\\\"", "\"", "'", "`"] {
        if let Some(inner) = rest.strip_prefix(quote) {
            let from = start + quote.len();
            let end = inner.find(quote).map_or(text.len(), |end| from + end);
            return Some((from..end, ValueForm::Quoted));
        }
    }
    if form == ValueForm::Line {
        return Some((block(text, start).unwrap_or_else(|| line(text, start)), ValueForm::Line));
    }
    let joined = form == ValueForm::Joined;
    let stops = |c: char| {
        c.is_whitespace() || "\"'`<>".contains(c) || joined && ";&,".contains(c) || c == '}'
    };
    let end = end_outside_braces(near_start(rest), stops);
    (end > 0).then(|| (start..start + end, form))
}

/// The end of a word; a placeholder such as `{{ .x }}` belongs to the word.
fn end_outside_braces(rest: &str, stops: impl Fn(char) -> bool) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' if depth > 0 => depth -= 1,
            '\n' => return at,
            c if depth == 0 && stops(c) => return at,
            _ => {}
        }
    }
    rest.len()
}

/// The rest of a line without a comment.
fn line(text: &str, start: usize) -> Range<usize> {
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    let line = &text[start..end];
    let end = line.find(" #").map_or(end, |comment| start + comment);
    start..start + text[start..end].trim_end().trim_end_matches([',', '\\']).len()
}

/// The first line of a block of YAML: `|` or `>` at the end of a line.
fn block(text: &str, start: usize) -> Option<Range<usize>> {
    let head = line(text, start);
    matches!(&text[head.clone()], "|" | ">" | "|-" | ">-" | "|+" | ">+").then_some(())?;
    let next = text[head.end..].find('\n')? + head.end + 1;
    let indent = text[next..].len() - text[next..].trim_start().len();
    Some(line(text, next + indent))
}

fn validate(
    text: &str,
    key: &str,
    found: Option<(Range<usize>, ValueForm)>,
    query: Option<char>,
) -> Option<Range<usize>> {
    let (range, form) = found?;
    let value = text.get(range.clone())?.trim();
    if value.is_empty() {
        return None;
    }
    if key.to_ascii_lowercase().ends_with("authorization") {
        return headers::authorization(text, range, form == ValueForm::Quoted);
    }
    let secret = if certainty(key).is_some() {
        is_secret(key, value, form)
    } else {
        is_signature(key, value, query) || is_docker_auth(key, value)
    };
    secret.then_some(range)
}

/// Whether the value of a secret name is a secret.
pub(super) fn is_secret(key: &str, value: &str, form: ValueForm) -> bool {
    let weak = certainty(key) == Some(Certainty::Weak);
    let last = last_word(key);
    let same = last.eq_ignore_ascii_case(value);
    let sentence = value.split_whitespace().count() > 1;
    let open = match form {
        ValueForm::Prose => value::is_chosen(value),
        ValueForm::Line | ValueForm::Quoted if sentence => {
            !weak
                && value.split_whitespace().count() < 5
                && value.split_whitespace().any(value::is_chosen)
        }
        // The pairs of a table or of a list are validated one by one.
        ValueForm::Line => !value.starts_with(['{', '[']),
        _ => true,
    };
    let public = same
        || value::is_named_after(value, &last)
        || value::is_public(value)
        || (weak && value::is_reference(value));
    open && !public
}

/// A signature or a key in a query: `?sig=…`, `&code=…`.
fn is_signature(key: &str, value: &str, query: Option<char>) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match key.to_ascii_lowercase().as_str() {
        "sig" | "signature" | "x-amz-signature" => {
            value.len() >= 8 && !value::is_public(value) && (digits > 0 || value.contains('%'))
        }
        "code" | "key" => {
            query.is_some()
                && value.len() >= 20
                && digits >= 3
                && !value::is_public(value)
                && !value::is_reference(value)
        }
        _ => false,
    }
}

/// `auth` in a configuration of Docker: a name and a password in base 64.
fn is_docker_auth(key: &str, value: &str) -> bool {
    matches!(key, "auth" | "_auth") && value.len() >= 8 && material::is_basic(value)
}
