//! Credentials in headers of HTTP and in netrc files.

use super::{material, value, word};
use std::ops::Range;

/// Schemes of the header `Authorization`. Source: the IANA registry of authentication schemes.
const SCHEMES: &[&str] = &[
    "bearer",
    "basic",
    "token",
    "apikey",
    "negotiate",
    "digest",
    "splunk",
    "genie-key",
    "sharedaccesssignature",
    "sharedkey",
    "bot",
    "aws4-hmac-sha256",
];

/// The credential of a header `Authorization`, whose value starts with a range.
pub(super) fn authorization(text: &str, range: Range<usize>, quoted: bool) -> Option<Range<usize>> {
    // In a header without quotes the value goes on after the scheme.
    let end = if quoted {
        range.end
    } else {
        text[range.start..].find(['\n', '"', '\'']).map_or(text.len(), |end| range.start + end)
    };
    let value = &text[range.start..end];
    let (scheme, rest) = value.split_once([' ', '\t']).unwrap_or(("", value));
    let known = SCHEMES.contains(&scheme.to_ascii_lowercase().as_str());
    let credential = if known { rest } else { value };
    let word = credential.split_whitespace().next().unwrap_or_default().trim_end_matches(',');
    let secret = word.len() >= 6
        && !value::is_public(word)
        && !value::is_reference(word)
        && (scheme.eq_ignore_ascii_case("basic") && material::is_basic(word)
            || value::is_chosen(word)
            || word::is_random(word, 16));
    let at = range.start + value.len() - credential.len();
    secret.then(|| at..at + credential.trim_end().len())
}

/// `Bearer <token>` without the name of a header.
pub(super) fn bearer(text: &str, out: &mut Vec<Range<usize>>) {
    for (at, word) in text.to_ascii_lowercase().match_indices("bearer ") {
        let start = at + word.len();
        let end = text[start..]
            .find(|c: char| c.is_whitespace() || "\"'`<>,;".contains(c))
            .map_or(text.len(), |end| start + end);
        let token = &text[start..end];
        if token.len() >= 12 && value::is_chosen(token) && !value::is_public(token) {
            out.push(start..end);
        }
    }
}

/// `login NAME password VALUE`, as in a netrc file.
pub(super) fn netrc(text: &str, out: &mut Vec<Range<usize>>) {
    for (at, word) in text.match_indices("password ") {
        let start = at + word.len();
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |end| start + end);
        let before = super::near_end(&text[..at]).trim_end().rsplit_once(char::is_whitespace);
        if before.is_some_and(|(before, _)| before.ends_with("login"))
            && !value::is_public(&text[start..end])
        {
            out.push(start..end);
        }
    }
}
