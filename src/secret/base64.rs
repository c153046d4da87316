//! Base 64, as it stands in Secrets and in headers.

/// Decodes both alphabets, with or without padding.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut count) = (vec![], 0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

/// The text in a word, if the word encodes one.
pub(super) fn text(word: &str) -> Option<String> {
    let text = String::from_utf8(decode(word)?).ok()?;
    let plain = |c: char| !c.is_control() || "\n\r\t".contains(c);
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}
