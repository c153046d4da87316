//! Credentials in addresses: `scheme://user:password@host`, webhooks and signed addresses.

use super::{formats::WEBHOOKS, near_end, near_start, value, word};
use std::ops::Range;

/// Adds credentials in addresses.
pub(super) fn credentials(text: &str, out: &mut Vec<Range<usize>>) {
    if text.contains('@') {
        for (at, _) in text.match_indices("//") {
            out.extend(user_part(text, at + 2));
        }
        out.extend(without_scheme(text));
    }
    if text.len() >= 40 && text.contains('/') {
        out.extend(webhooks(text));
    }
}

const END: &[char] = &['"', '\'', '`', '<', '>', '\\', '|'];

fn is_end(c: char) -> bool {
    c.is_whitespace() || END.contains(&c)
}

/// The user part of an address whose authority starts at a byte, if it has a password.
fn user_part(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = near_start(&text[start..]);
    // A space inside a placeholder does not end the address.
    let end = end_of_address(rest);
    let address = &rest[..end];
    let authority = address.split(['/', '?', '#']).next().unwrap_or_default();
    let user = match authority.rsplit_once('@') {
        Some((user, _)) => user,
        None => unescaped(address, authority)?,
    };
    let secret = match user.split_once(':') {
        Some((_, password)) => !password.is_empty() && !is_placeholder(password),
        None => is_token(user),
    };
    secret.then(|| start..start + user.len())
}

fn end_of_address(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '\n' => return at,
            c if depth == 0 && is_end(c) => return at,
            _ => {}
        }
    }
    rest.len()
}

/// The user part of an address whose password contains `/`, `?` or `#`.
fn unescaped<'a>(address: &'a str, authority: &str) -> Option<&'a str> {
    let (_, port) = authority.split_once(':')?;
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    let placeholder = port.contains(['{', '$', '<', '*', '[']);
    (!is_port && !placeholder && !authority.starts_with('[')).then_some(())?;
    address.rsplit_once('@').map(|(user, _)| user)
}

/// A user name that is a token: `https://ghp_…@github.com`.
fn is_token(user: &str) -> bool {
    let mut out = vec![];
    word::tokens(user, &mut out);
    !out.is_empty()
        || word::is_random(user, 20)
        || user.len() == 52 && user.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_placeholder(password: &str) -> bool {
    let name = password.trim_matches(['<', '>', '[', ']', '{', '}', '$', '(', ')']);
    let bracketed = name.len() + 2 <= password.len();
    let mask = password.chars().all(|c| "*xX.\u{2022}".contains(c));
    let variable = ["${", "$(", "{{", "#{", "<%", "%("].iter().any(|open| password.contains(open));
    bracketed || mask || variable || password.starts_with('$') && value::is_public(password)
}

/// `user:password@host/…` and `user:password@tcp(host)`, as in names of images and in DSNs.
fn without_scheme(text: &str) -> Vec<Range<usize>> {
    let mut out = vec![];
    for (at, _) in text.match_indices('@') {
        let before = near_end(&text[..at]);
        let user = before.rsplit(|c: char| is_end(c) || "=,([{".contains(c)).next();
        let mut start = at - user.unwrap_or_default().len();
        // Inside the path of an address, a user name starts at a slash.
        if text[start..at].contains("://") {
            start += text[start..at].rfind('/').map_or(0, |slash| slash + 1);
        }
        let Some((user, password)) = text[start..at].split_once(':') else { continue };
        let rest = near_start(&text[at + 1..]);
        let host = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || ".-_".contains(c)))
            .unwrap_or(rest.len());
        let (name, tail) = (&rest[..host], &rest[host..]);
        let follows = tail.starts_with(['/', ':']) && name.contains('.')
            || matches!(name, "tcp" | "unix" | "udp") && tail.starts_with('(');
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+%".contains(c);
        // A digest and a Git address are no credential: `app:1.0@sha256:…`, `git@github.com:…`.
        if follows
            && !user.is_empty()
            && user.chars().all(plain)
            && !password.is_empty()
            && !password.starts_with("//")
            && user != "mailto"
            && !is_placeholder(password)
        {
            out.push(start..at);
        }
    }
    out
}

fn webhooks(text: &str) -> Vec<Range<usize>> {
    let mut out = vec![];
    let lower = text.to_ascii_lowercase();
    for (part, least) in WEBHOOKS {
        for (at, _) in lower.match_indices(part) {
            let start = at + part.len();
            let near = near_start(&text[start..]);
            let end = start + near.find(is_end).unwrap_or(near.len());
            let path = &text[start..end];
            let placeholder = ["${", "$(", "{{", "...", "xxx", "your"]
                .iter()
                .any(|open| path.to_ascii_lowercase().contains(open));
            if path.len() >= *least && word::is_varied(path.as_bytes()) && !placeholder {
                out.push(start..end);
            }
        }
    }
    out
}
