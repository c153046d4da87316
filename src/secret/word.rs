//! Credentials that one word shows: tokens of vendors, hashes and random words.

use super::{
    formats::{AZURE_MARKS, HASHES},
    tokens::{TOKENS, Token},
};
use std::{ops::Range, sync::OnceLock};

/// Length of the shortest token, with its prefix.
pub(super) const SHORTEST: usize = 10;

/// Length of the longest run of characters that a token, a hash or a label of a key can have.
pub(super) fn longest(text: &str) -> usize {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || b"._-+/=~${}:| ".contains(b);
    text.as_bytes().split(|b| !is_part(b)).map(<[u8]>::len).max().unwrap_or_default()
}

/// Tokens by first byte.
fn tokens_by_start() -> &'static [Vec<&'static Token>] {
    static TABLE: OnceLock<Vec<Vec<&'static Token>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let start = |byte: usize| {
            TOKENS.iter().filter(|token| usize::from(token.prefix.as_bytes()[0]) == byte).collect()
        };
        (0..256).map(start).collect()
    })
}

/// Adds the tokens of vendors.
pub(super) fn tokens(text: &str, out: &mut Vec<Range<usize>>) {
    let (bytes, table) = (text.as_bytes(), tokens_by_start());
    for at in 0..bytes.len() {
        for token in &table[usize::from(bytes[at])] {
            out.extend(token_at(bytes, at, token));
        }
    }
}

fn token_at(bytes: &[u8], at: usize, token: &Token) -> Option<Range<usize>> {
    let rest = bytes[at..].strip_prefix(token.prefix.as_bytes())?;
    // A prefix with a sign is rare enough to count inside a word.
    let bold = token.prefix.len() > 3 && token.prefix.bytes().any(|b| b"_-.~".contains(&b));
    let inside = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    if inside && !bold {
        return None;
    }
    let length = rest.iter().take_while(|byte| token.body.has(**byte)).count();
    let body = &rest[..length];
    (length >= token.least && is_varied(body)).then(|| at..at + token.prefix.len() + length)
}

/// Whether a body is not a placeholder such as `xxxx` or `your-token-here`.
pub(super) fn is_varied(body: &[u8]) -> bool {
    let mut seen = [false; 256];
    body.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    let digits = body.iter().filter(|b| b.is_ascii_digit()).count();
    let upper = body.iter().filter(|b| b.is_ascii_uppercase()).count();
    let lower = body.iter().filter(|b| b.is_ascii_lowercase()).count();
    distinct >= 6 && (digits > 0 || upper > 2 && lower > 2) || distinct >= 9 && upper == body.len()
}

/// Adds hashes of passwords.
pub(super) fn hashes(text: &str, out: &mut Vec<Range<usize>>) {
    if !text.contains(['$', '{']) {
        return;
    }
    for prefix in HASHES {
        for (at, _) in text.match_indices(prefix) {
            let rest = super::near_start(&text[at + prefix.len()..]);
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || "$./+=-_:,".contains(c)))
                .unwrap_or(rest.len());
            if end >= 16 && is_varied(&rest.as_bytes()[..end]) {
                out.push(at..at + prefix.len() + end);
            }
        }
    }
}

/// Adds keys of Azure, bot tokens, tokens with a fixed length, and random words.
pub(super) fn words(text: &str, out: &mut Vec<Range<usize>>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/_~-.".contains(c);
    for range in ranges(text, is_part).into_iter().filter(|range| range.len() >= 32) {
        let word = &text[range.clone()];
        let before = &text[..range.start];
        if is_secret_word(word) && !is_public_word(word, before) || is_telegram(word, before) {
            out.push(range);
        }
    }
}

fn is_secret_word(word: &str) -> bool {
    let marked = |(mark, least, most): &(&str, usize, usize)| {
        (*least..=*most).contains(&word.len()) && word.contains(mark) && is_varied(word.as_bytes())
    };
    AZURE_MARKS.iter().any(marked) || is_azure_devops(word) || is_jwt(word) || is_random(word, 32)
}

/// A personal access token of Azure DevOps in the former form: 52 characters of base 32.
fn is_azure_devops(word: &str) -> bool {
    word.len() == 52
        && word.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
        && word.bytes().filter(u8::is_ascii_digit).count() >= 4
}

fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() >= 2 && parts[0].starts_with("eyJ") && parts[1].starts_with("eyJ")
}

/// A token of a Telegram bot, after the number of the bot.
fn is_telegram(word: &str, before: &str) -> bool {
    word.starts_with("AA")
        && word.len() == 35
        && before
            .strip_suffix(':')
            .is_some_and(|rest| rest.bytes().rev().take_while(u8::is_ascii_digit).count() >= 8)
}

/// Whether a word changes often between upper case, lower case and digits. Changes at the slashes
/// of a path do not count.
pub(super) fn is_random(word: &str, least: usize) -> bool {
    if word.len() < least
        || !word.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/_~-.".contains(&b))
    {
        return false;
    }
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let classes: Vec<u8> = word.bytes().map(class).collect();
    let changes =
        classes.windows(2).filter(|pair| pair[0] != pair[1] && !pair.contains(&3)).count();
    [0, 1, 2].iter().all(|c| classes.contains(c)) && changes * 3 > word.len()
}

/// Integrity hashes, public keys and encrypted values.
fn is_public_word(word: &str, before: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "sha1-",
        "sha256-",
        "sha384-",
        "sha512-",
        "AAAAB3NzaC1",
        "AAAAC3NzaC1",
        "AAAAE2VjZHNh",
        "AAAAGnNr",
        "AAAAInNr",
    ];
    const BEFORE: &[&str] = &[
        "h1:",
        "sha256:",
        "sha384:",
        "sha512:",
        "SHA256:",
        "sha1:",
        "MD5:",
        "|1|",
        "pin-sha256=\"",
        "pin-sha256=",
    ];
    let sealed = word.len() > 300 && word.starts_with("Ag");
    sealed
        || super::base64::text(word).is_some_and(|text| text.starts_with("-----BEGIN"))
        || PREFIXES
            .iter()
            .any(|prefix| word.starts_with(prefix) || word.contains(&format!("/{prefix}")))
        || BEFORE.iter().any(|end| before.ends_with(end))
        || asn1_content(word) == Some(PUBLIC)
}

/// First tag in a public key or a certificate: a sequence.
const PUBLIC: u8 = 0x30;

/// The tag of the first element of a DER sequence in base 64: an integer in a private key.
fn asn1_content(word: &str) -> Option<u8> {
    if !word.starts_with('M') {
        return None;
    }
    let bytes = super::base64::decode(word.get(..16)?)?;
    match bytes.as_slice() {
        [0x30, 0x82, _, _, tag, ..] | [0x30, 0x81, _, tag, ..] => Some(*tag),
        [0x30, length, tag, ..] if *length < 0x80 => Some(*tag),
        _ => None,
    }
}

/// Whether a word is a private key in DER and base 64.
pub(super) fn is_private_der(word: &str) -> bool {
    word.len() >= 64 && asn1_content(word) == Some(0x02)
}

/// Ranges of consecutive characters of one kind.
pub(super) fn ranges(text: &str, kind: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut start = 0;
    let parts = text.split_inclusive(|c| !kind(c)).map(|part| {
        start += part.len();
        start - part.len()..start - part.len() + part.trim_end_matches(|c| !kind(c)).len()
    });
    parts.filter(|part| !part.is_empty()).collect()
}
