//! Keys and certificates in PEM, public keys of a JSON Web Key Set, and encoded texts.

use super::{base64, near_start, word};
use std::ops::Range;

/// Ranges of public PEM blocks, of public members of JSON Web Keys and of values that SOPS
/// encrypted.
pub(super) fn public(text: &str) -> Vec<Range<usize>> {
    let mut out = vec![];
    for (range, label) in blocks(text) {
        if !is_private(label) {
            out.push(range);
        }
    }
    for (at, _) in text.match_indices("ENC[") {
        out.push(at..text[at..].find(']').map_or(text.len(), |end| at + end));
    }
    if text.contains("kty") {
        out.extend(web_keys(text));
    }
    out
}

/// Adds private PEM blocks.
pub(super) fn private(text: &str, out: &mut Vec<Range<usize>>) {
    if !text.contains("-----BEGIN") && !text.contains("PuTTY-") {
        return;
    }
    out.extend(
        blocks(text).into_iter().filter(|(_, label)| is_private(label)).map(|(range, _)| range),
    );
    out.extend(text.match_indices("PuTTY-User-Key-File-").map(|(at, _)| at..text.len()));
}

/// Blocks from `-----BEGIN` to `-----END`, or to the end of the text, with their label.
fn blocks(text: &str) -> Vec<(Range<usize>, &str)> {
    const BEGIN: &str = "-----BEGIN";
    let mut out = vec![];
    for (at, _) in text.match_indices(BEGIN) {
        let rest = &text[at + BEGIN.len()..];
        let label = rest.split("-----").next().unwrap_or_default();
        let label = label.lines().next().unwrap_or_default().trim();
        // A block without an end reaches to the next one.
        let next = rest.find(BEGIN).map_or(text.len(), |next| at + BEGIN.len() + next);
        let end = rest[..next - at - BEGIN.len()].find("-----END").map_or(next, |end| {
            let tail = at + BEGIN.len() + end + "-----END".len();
            near_start(&text[tail..]).find("-----").map_or(next, |dashes| tail + dashes + 5)
        });
        out.push((at..end, label));
    }
    out
}

/// Whether the label of a block is that of a secret. Returns true also for a label that a template
/// computes.
fn is_private(label: &str) -> bool {
    const PUBLIC: &[&str] = &[
        "CERTIFICATE",
        "PUBLIC KEY",
        "X509 CRL",
        "PARAMETERS",
        "PGP MESSAGE",
        "PGP SIGNATURE",
        "PGP SIGNED MESSAGE",
        "ENCRYPTED FILE",
        "PKCS7",
        "CMS",
        "SSH SIGNATURE",
        "REQUEST",
    ];
    let label = label.to_ascii_uppercase();
    label.contains("PRIVATE") || !PUBLIC.iter().any(|public| label.contains(public))
}

/// Values of the public members of JSON Web Keys.
fn web_keys(text: &str) -> Vec<Range<usize>> {
    const PUBLIC: &[&str] = &["n", "e", "x", "y", "kid", "x5c", "x5t", "x5t#S256"];
    let mut out = vec![];
    for member in PUBLIC {
        for quote in ["\"", "\\\""] {
            let key = format!("{quote}{member}{quote}");
            for (at, _) in text.match_indices(&key) {
                let start = at + key.len();
                let near = near_start(&text[start..]);
                let end = start + near.find(['}', '\n']).unwrap_or(near.len());
                let value = &text[start..end];
                let close = value.match_indices('"').nth(1).map_or(end, |(at, _)| start + at);
                out.push(start..if member.starts_with("x5c") { end } else { close });
            }
        }
    }
    out
}

/// Adds words of base 64 that encode a text with a secret, or a private key.
pub(super) fn encoded(text: &str, out: &mut Vec<Range<usize>>, depth: usize) {
    if depth == 0 {
        return;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    for range in word::ranges(text, is_part).into_iter().filter(|range| range.len() >= 16) {
        // An assignment: the value follows the sign.
        let inner = text[range.clone()].trim_end_matches('=');
        let start = inner.rfind('=').map_or(range.start, |at| range.start + at + 1);
        let word = &text[start..range.end];
        let holds = |inner: String| !super::spans_to(&inner, depth - 1).is_empty();
        if word.len() >= 16 && (word::is_private_der(word) || base64::text(word).is_some_and(holds))
        {
            out.push(start..range.end);
        }
    }
}

/// Whether a word encodes a name and a password: `user:password`.
pub(super) fn is_basic(word: &str) -> bool {
    base64::text(word).is_some_and(|text| {
        text.split_once(':')
            .is_some_and(|(_, password)| !password.is_empty() && !super::value::is_public(password))
    })
}
