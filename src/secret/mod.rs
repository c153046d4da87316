//! Detection and masking of secrets.

mod address;
mod assignment;
mod base64;
mod formats;
mod headers;
mod mask;
mod material;
mod name;
mod options;
mod tokens;
mod value;
mod word;

pub use mask::{HIDDEN, mask_line, masked, redact, without_secrets};

use std::ops::Range;

/// Depth of base 64 inside base 64: a `dockerconfigjson` encodes a text with encoded words.
const DEPTH: usize = 3;

/// Whether a text looks like a credential or contains one: keys, tokens, connection strings and
/// long random words.
pub fn looks_secret(text: &str) -> bool {
    !is_plain(text) && !spans_to(text, DEPTH).is_empty()
}

/// Ranges of the credentials in a text, sorted and without overlap.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    if is_plain(text) { vec![] } else { spans_to(text, DEPTH) }
}

/// Maximum number of bytes around a sign that are scanned: a hostile text has many signs.
const NEAR: usize = 1024;

/// The last bytes of a text, at most [`NEAR`].
fn near_end(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(NEAR))..]
}

/// The first bytes of a text, at most [`NEAR`].
fn near_start(text: &str) -> &str {
    &text[..text.floor_char_boundary(NEAR.min(text.len()))]
}

/// Whether a short word of lower-case letters, digits and few signs can hold no credential. Most
/// values are such words.
fn is_plain(text: &str) -> bool {
    text.len() < 24
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"./".contains(&b))
}

fn spans_to(text: &str, depth: usize) -> Vec<Range<usize>> {
    let mut out = vec![];
    if word::longest(text) >= word::SHORTEST {
        word::tokens(text, &mut out);
        word::hashes(text, &mut out);
        word::words(text, &mut out);
        material::private(text, &mut out);
        material::encoded(text, &mut out, depth);
    }
    address::credentials(text, &mut out);
    assignment::values(text, &mut out);
    if !out.is_empty() {
        let public = material::public(text);
        out.retain(|range| !public.iter().any(|known| known.contains(&range.start)));
    }
    joined(out)
}

fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = vec![];
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// Whether a variable of this name holds a secret. A number, a switch, a placeholder, a path and
/// an address are no secrets.
pub fn is_secret_name(name: &str, value: &str) -> bool {
    names_secret(name) && !value::is_public(value)
}

/// Whether a name is that of a credential.
pub fn names_secret(name: &str) -> bool {
    name::certainty(name).is_some()
}

/// Whether an argument of a command is the secret of the option before: `--password`, `hunter2`.
pub fn is_secret_argument(option: &str, value: &str) -> bool {
    options::is_argument(option, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_seen_and_plain_texts_are_not() {
        for text in [
            "--token=ghp_0123456789abcdef",
            "Password=hunter2;",
            "postgres://u:p@host/db",
            "-----BEGIN PRIVATE KEY-----",
            "a AccountKey=abc",
            "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY",
            "wJ4rX/tnF8MIK7Mp+Qz2bPxR/iCY0EXAMPLq9Kd3",
        ] {
            assert!(looks_secret(text), "{text}");
        }
        for text in [
            "info",
            "https://example.com/a",
            "a b",
            "task-runner",
            "/tmp/.tmpaB3dE5/dev/workloads/shop/services/web/service.yaml",
            "/t/.tmp7xQ2Kd/a/b/c/d/e/f/g/h/i/j/k/l",
            "00000000-0000-0000-0000-000000000001",
            "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
        assert!(
            is_secret_name("DB_PASSWORD", "x")
                && !is_secret_name("DB_PASSWORD_FILE", "/run/x")
                && !is_secret_name("ACCESS_TOKEN", "5")
        );
    }

    #[test]
    fn a_shown_line_hides_them() {
        assert_eq!(
            masked(r#"a = "x", DB_PASSWORD = "hunter2""#),
            r#"a = "x", DB_PASSWORD = "*******""#
        );
        assert_eq!(masked(r#"t = "ghp_0123456789abcdef"#), r#"t = "********************"#);
        assert_eq!(masked("plain = \"text\""), "plain = \"text\"");
        assert_eq!(masked("Password=\"x\""), "Password=\"*\"");
        assert_eq!(masked("t = [ghp_0123456789abcdef] # é"), "t = [********************] # é");
        assert_eq!(masked("[a.ghp_0123456789abcdef]"), "[a.********************]");
        assert_eq!(masked("t = postgres://u:p@host/db"), "t = **********************");
    }
}
