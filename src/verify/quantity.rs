//! Quantities of Kubernetes. Source: `k8s.io/apimachinery/pkg/api/resource`.

/// Suffixes above one, and the number of units that they stand for.
const UNITS: [(&str, u128); 13] = [
    ("", 1),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("Ei", 1 << 60),
];

/// Nano-units of one.
const ONE: u128 = 1_000_000_000;

/// Largest power of ten of an exponent.
const MOST: u32 = 18;

/// A quantity in nano-units; none where Kubernetes refuses it, or where it is negative.
pub(super) fn nano(text: &str) -> Option<u128> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let scale = scale(suffix)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u128>().ok() };
    let kept = &fraction[..fraction.len().min(9)];
    let part = digits(kept)?.checked_mul(scale)? / 10_u128.pow(u32::try_from(kept.len()).ok()?);
    digits(whole)?.checked_mul(scale)?.checked_add(part)
}

/// Nano-units of a suffix.
fn scale(suffix: &str) -> Option<u128> {
    match suffix {
        "n" => return Some(1),
        "u" => return Some(1_000),
        "m" => return Some(1_000_000),
        _ => {}
    }
    if let Some(exponent) = suffix.strip_prefix(['e', 'E']).filter(|rest| !rest.is_empty())
        && suffix != "Ei"
    {
        let power: i32 = exponent.parse().ok()?;
        let ten = 10_u128.checked_pow(power.unsigned_abs().min(MOST))?;
        return if power < 0 { ONE.checked_div(ten) } else { ONE.checked_mul(ten) };
    }
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == suffix)?;
    unit.checked_mul(ONE)
}

/// A quantity in whole multiples of a unit, rounded up; the maximum where it is larger.
pub(super) fn in_units(text: &str, nano_units: u128) -> Option<u64> {
    Some(u64::try_from(nano(text)?.div_ceil(nano_units)).unwrap_or(u64::MAX))
}

/// CPU in millicores.
pub(super) fn millicores(text: &str) -> Option<u64> {
    in_units(text, 1_000_000)
}

/// Memory in bytes.
pub(super) fn bytes(text: &str) -> Option<u64> {
    in_units(text, ONE)
}

#[cfg(test)]
mod tests {
    use super::{bytes, millicores, nano};

    #[test]
    fn quantities_have_the_forms_of_kubernetes() {
        for (text, want) in
            [("250m", 250), ("2", 2000), ("0.5", 500), (".5", 500), ("1e2", 100_000), ("1n", 1)]
        {
            assert_eq!(millicores(text), Some(want), "{text}");
        }
        for (text, want) in
            [("1.5Gi", 3 << 29), ("1k", 1000), ("12E", 12_000_000_000_000_000_000), ("1Ki", 1024)]
        {
            assert_eq!(bytes(text), Some(want), "{text}");
        }
        for text in ["", "Mi", "1 Gi", "1.2.3", "-1", "12potatoes", "1K", "1e", "1ei", "."] {
            assert_eq!(nano(text), None, "{text}");
        }
        assert_eq!(bytes("100Ei"), Some(u64::MAX));
    }
}
