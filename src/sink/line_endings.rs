//! Line endings. Git for Windows writes CRLF into files that it checks out.

use super::lock::{Digest, digest};

/// Text with the line endings that aksgen writes.
pub(super) fn unix(text: &[u8]) -> Vec<u8> {
    let is_end = |(at, byte): &(usize, &u8)| **byte == b'\r' && text.get(at + 1) == Some(&b'\n');
    text.iter().enumerate().filter(|pair| !is_end(pair)).map(|(_, byte)| *byte).collect()
}

/// Whether Git changed the line endings of a file, and nothing else differs.
pub(super) fn is_same_in_unix(old: &[u8], locked: &Digest, new: &str) -> bool {
    let text = unix(old);
    text.len() < old.len() && (digest(&text) == *locked || text == new.as_bytes())
}
