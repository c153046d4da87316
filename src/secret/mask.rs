//! Masks of the same length, so that columns are unchanged.

use super::{is_secret_name, looks_secret, near_end, near_start, spans};
use serde_json::Value;
use std::ops::Range;

/// Replacement for a secret value.
pub const HIDDEN: &str = "***";

/// Masks secrets in a line of TOML byte by byte, so that columns are unchanged.
pub fn masked(line: &str) -> String {
    // Also covers words that lost their quotes.
    let mut out = redact(line).into_bytes();
    for (key, value) in values(line) {
        if looks_secret(&line[value.clone()]) || is_secret_name(&line[key], &line[value.clone()]) {
            out[value].fill(b'*');
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Masks each word that is a credential or contains one, byte by byte. Line ends stay.
pub fn redact(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    for found in spans(text) {
        mask(&mut out, whole(text, found));
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Masks the ranges of a text inside one of its lines. `offset` is the first byte of the line.
pub fn mask_line(line: &str, offset: usize, found: &[Range<usize>]) -> String {
    let mut out = line.as_bytes().to_vec();
    for range in found.iter().filter(|range| range.end > offset) {
        let start = range.start.max(offset) - offset;
        mask(&mut out, start.min(line.len())..(range.end - offset).min(line.len()));
    }
    String::from_utf8(out).unwrap_or_default()
}

/// A value without the texts that look like secrets, or whose key names a secret.
pub fn without_secrets(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if looks_secret(text) || is_secret_name(name, text) => HIDDEN.into(),
        Value::Number(number) if super::names_secret(name) && !number.is_u64() => HIDDEN.into(),
        Value::Array(list) => list.iter().map(|inner| without_secrets(name, inner)).collect(),
        Value::Object(table) => {
            // In a container variable, the name is a value.
            let own = table.get("name").and_then(Value::as_str);
            let name = |key: &str| own.filter(|_| key == "value").unwrap_or(key).to_owned();
            table
                .iter()
                .map(|(key, inner)| (key.clone(), without_secrets(&name(key), inner)))
                .collect()
        }
        plain => plain.clone(),
    }
}

fn mask(bytes: &mut [u8], range: Range<usize>) {
    bytes[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
}

/// The word around a range; the whole address if the range is in one.
fn whole(text: &str, found: Range<usize>) -> Range<usize> {
    let address = |c: char| !c.is_whitespace() && !"\"'`[]{}(),".contains(c);
    let word = |c: char| c.is_ascii_alphanumeric() || "_-+/~".contains(c);
    let around = |kind: &dyn Fn(char) -> bool| {
        let (before, after) = (near_end(&text[..found.start]), near_start(&text[found.end..]));
        let start = found.start - before.len() + before.trim_end_matches(kind).len();
        let end = found.end + after.len() - after.trim_start_matches(kind).len();
        start..end
    };
    let run = around(&address);
    if text[run.clone()].contains("://") { run } else { around(&word) }
}

/// Ranges of the strings of a line, with the key of each; the last string can be unterminated.
/// A word without quotes counts as a string.
fn values(line: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut out = vec![];
    let (mut key, mut word, mut rest) = (0..0, 0..0, 0);
    while let Some(c) = line[rest..].chars().next() {
        let next = rest + c.len_utf8();
        match c {
            '"' | '\'' => {
                let end = line[next..].find(c).map_or(line.len(), |i| next + i);
                out.push((key.clone(), next..end));
                rest = (end + 1).min(line.len());
                continue;
            }
            '=' => {
                key = word.clone();
                out.extend(bare(line, next).map(|value| (key.clone(), value)));
            }
            c if c.is_alphanumeric() || c == '_' || c == '-' => {
                word = if word.end == rest { word.start..next } else { rest..next }
            }
            _ => {}
        }
        rest = next;
    }
    out
}

/// A value without quotes behind `=`.
fn bare(line: &str, start: usize) -> Option<Range<usize>> {
    let is_end = |c: char| c.is_whitespace() || ",}]#".contains(c);
    let rest = &line[start..];
    let first = rest.find(|c| !is_end(c))?;
    if rest[first..].starts_with(['"', '\'', '{', '[', '=']) {
        return None;
    }
    let length = rest[first..].find(is_end).unwrap_or(rest.len() - first);
    Some(start + first..start + first + length)
}
