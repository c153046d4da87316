//! Detection and masking of secrets.

use regex_lite::Regex;
use std::sync::OnceLock;

/// Prefixes of credentials of common providers.
const STARTS: &[&str] = &[
    "-----BEGIN",
    "eyJ",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AKIA",
    "sk_live_",
    "sk-",
];
const PARTS: &[&str] =
    &["AccountKey=", "SharedAccessKey=", "sig=", "Password=", "password=", "-----BEGIN"];

/// Suffixes of variable names whose value is a secret.
const NAMES: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "CONNECTION_STRING",
    "ACCESS_KEY",
];

/// Whether a text looks like a credential or contains one: keys, tokens, connection strings and
/// long random words.
///
/// # Panics
/// Never: the pattern is a constant.
pub fn looks_secret(text: &str) -> bool {
    static URL: OnceLock<Regex> = OnceLock::new();
    let url = URL.get_or_init(|| {
        Regex::new(r"[a-z][a-z0-9+.-]*://[^/@:\s]+:[^/@\s]+@").expect("our own pattern")
    });
    let words = || {
        text.split(|c: char| c.is_whitespace() || matches!(c, '=' | ',' | ';' | ':' | '"' | '\''))
    };
    let marked = |word: &str| word.len() > 12 && STARTS.iter().any(|start| word.starts_with(start));
    text.starts_with("-----BEGIN")
        || PARTS.iter().any(|part| text.contains(part))
        || (text.contains("://") && url.is_match(text))
        || words().any(|word| marked(word) || is_random(word))
}

/// Whether a variable of this name holds a secret. A number, such as a token limit, is not a
/// secret.
pub fn is_secret_name(name: &str, value: &str) -> bool {
    let number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    !number && NAMES.iter().any(|end| name.to_uppercase().ends_with(end))
}

/// Whether a word is random: at least 32 characters that often change between upper case, lower
/// case and digits. Changes at the slashes of a path do not count.
fn is_random(text: &str) -> bool {
    if text.len() < 32 || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/_~-.".contains(&b))
    {
        return false;
    }
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let classes: Vec<u8> = text.bytes().map(class).collect();
    let changes =
        classes.windows(2).filter(|pair| pair[0] != pair[1] && !pair.contains(&3)).count();
    [0, 1, 2].iter().all(|c| classes.contains(c)) && changes * 3 > text.len()
}

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

/// Masks each word that looks like a credential, byte by byte.
pub fn redact(text: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-+/~".contains(c);
    let run = |c: char| !c.is_whitespace() && !"\"'`[]{}(),".contains(c);
    // A key without a value is not a secret.
    let secret =
        |range: &std::ops::Range<usize>| looks_secret(text[range.clone()].trim_end_matches('='));
    let mut out = text.as_bytes().to_vec();
    for found in ranges(text, run).into_iter().chain(ranges(text, word)).filter(secret) {
        out[found].fill(b'*');
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Ranges of consecutive characters of one kind.
fn ranges(text: &str, kind: impl Fn(char) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let parts = text.split_inclusive(|c| !kind(c)).map(|part| {
        start += part.len();
        start - part.len()..start - part.len() + part.trim_end_matches(|c| !kind(c)).len()
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// Ranges of the strings of a line, with the key of each; the last string can be unterminated.
fn values(line: &str) -> Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> {
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
            '=' => key = word.clone(),
            c if c.is_alphanumeric() || c == '_' || c == '-' => {
                word = if word.end == rest { word.start..next } else { rest..next }
            }
            _ => {}
        }
        rest = next;
    }
    out
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
