//! Plain scalars. A text that YAML 1.1 and 1.2 read as different types is an error.

use crate::diag::Code;
use serde_json::{Number, Value};

/// Value of a plain scalar, or the code and message of its error.
pub(in crate::yaml) fn scalar(text: &str) -> Result<Value, (Code, String)> {
    match text {
        "" | "~" | "null" => return Ok(Value::Null),
        "true" => return Ok(true.into()),
        "false" => return Ok(false.into()),
        _ => {}
    }
    if let Some(number) = number(text) {
        return Ok(number.into());
    }
    if is_ambiguous(text) {
        return Err((
            Code::AmbiguousScalar,
            format!("`{text}` is ambiguous: YAML 1.1 and YAML 1.2 differ"),
        ));
    }
    Ok(text.into())
}

/// A decimal number with one interpretation.
fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = digits == "0" || !digits.starts_with('0') && !digits.is_empty();
    if canonical && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text
            .parse::<i64>()
            .ok()
            .map(Number::from)
            .or_else(|| text.parse::<u64>().ok().map(Number::from));
    }
    let (whole, fraction) = digits.split_once('.')?;
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(fraction))
        .then(|| text.parse().ok().and_then(Number::from_f64))?
}

/// Whether YAML 1.1 reads a text as another type: booleans, numbers, times and merge keys.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // Most texts start with a letter and are not such a word.
    if unsigned.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    }
    let (lower, unsigned) = (text.to_ascii_lowercase(), unsigned.to_ascii_lowercase());
    let numeric = |s: &str| {
        s.starts_with(|c: char| c.is_ascii_digit())
            && s.bytes().all(|b| b.is_ascii_hexdigit() || b"xo_.:+-t z".contains(&b))
    };
    let number_like = numeric(&unsigned) || numeric(unsigned.trim_start_matches('.'));
    // In flow style, some readers treat `?` as the start of a key.
    text.starts_with('?')
        || matches!(unsigned.as_str(), ".inf" | ".nan" | "=" | "<<")
        || number_like && !is_address(&lower) && !is_guid(&lower)
}

/// Whether a text is like `10.0.0.10` or `1.2.3`, which is no number.
fn is_address(text: &str) -> bool {
    text.split('.').count() > 2
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is a GUID, which is no date.
fn is_guid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
