//! What a person may have meant by a value that has not the form of its key. Never shows what may
//! be a secret.

use super::TextFormat;
use crate::{diag::Diagnostic, secret::looks_secret};

/// Ways in which people write what has a form: each is a repair that is tried.
const REPAIRS: &[fn(&str) -> String] = &[
    |text| text.trim().to_owned(),
    |text| text.trim().to_lowercase(),
    |text| text.trim().to_lowercase().replace([' ', '_'], "-"),
    |text| text.trim().to_lowercase().replace([' ', '_', '-'], ""),
    |text| {
        text.split_once("://")
            .map_or(text, |(_, rest)| rest)
            .split('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    },
    // The units of a data sheet: `512MB`, `2G`, `1gb`.
    |text| text.trim().trim_end_matches(['b', 'B', 'i']).to_uppercase() + "i",
    // A length of time that is a number: of seconds, as everywhere.
    |text| {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{text}s")
        } else {
            String::new()
        }
    },
];

/// The value that has the form and is nearest to what was written, as a help.
pub(super) fn meant(format: &TextFormat, found: &str) -> Option<String> {
    if format.secret.is_some() || looks_secret(found) {
        return None;
    }
    let repaired = REPAIRS
        .iter()
        .map(|repair| repair(found))
        .find(|text| text != found && (format.is)(text))?;
    Some(format!("did you mean `{repaired}`?"))
}

/// Of a table that stands twice, one finding is enough: what is in it is not said again.
pub(super) fn first_of_twice(text: &str, diagnostics: Vec<(usize, Diagnostic)>) -> Vec<Diagnostic> {
    let line =
        |at: usize| text[..text.floor_char_boundary(at)].rfind('\n').map_or(0, |end| end + 1);
    let mut until = 0;
    let mut out = vec![];
    for (at, diagnostic) in diagnostics {
        let start = line(at);
        if at < until {
            continue;
        }
        if text[start..].starts_with('[') {
            until = text[at..].find("\n[").map_or(text.len(), |next| at + next);
        }
        out.push(diagnostic);
    }
    out
}
