//! Order of two values of a field: numbers, quantities, durations, versions and tiers.

use serde_json::Value;
use std::cmp::Ordering;

/// Tiers of Azure services, lowest first.
const TIERS: [&[&str]; 2] = [
    &["Free", "Basic", "Standard", "Premium"],
    &["Burstable", "GeneralPurpose", "MemoryOptimized"],
];

/// Compares two values; returns nothing if they have no common order.
pub(super) fn compare(before: &Value, after: &Value) -> Option<Ordering> {
    let (old, new) = (text(before)?, text(after)?);
    match (version(&old), version(&new)) {
        (Some(old), Some(new)) => Some(old.cmp(&new)),
        _ => {
            tier(&old, &new).or_else(|| seconds(&old)?.partial_cmp(&seconds(&new)?)).or_else(|| {
                let smaller = crate::verify::is_smaller(&old, &new);
                let larger = crate::verify::is_smaller(&new, &old);
                smaller.then_some(Ordering::Greater).or(larger.then_some(Ordering::Less))
            })
        }
    }
}

/// Whether a dotted version skips a minor version: from `1.35` to `1.37`, but not to `1.36`.
pub(super) fn skips_minor(before: &Value, after: &Value) -> bool {
    let parts = |value: &Value| version(&text(value)?);
    let Some((old, new)) = parts(before).zip(parts(after)) else { return false };
    match (old.as_slice(), new.as_slice()) {
        ([old_major, old, ..], [major, new, ..]) => old_major == major && *new > old + 1,
        _ => false,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Digits and dots are a version: `1.9` is below `1.10`.
fn version(text: &str) -> Option<Vec<u64>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

fn tier(old: &str, new: &str) -> Option<Ordering> {
    let rank = |tiers: &&[&str], name: &str| tiers.iter().position(|tier| *tier == name);
    TIERS.iter().find_map(|tiers| Some(rank(tiers, old)?.cmp(&rank(tiers, new)?)))
}

/// Durations in the formats of Go (`720h0m0s`), Prometheus (`15d`) and ISO 8601 (`P14D`).
fn seconds(text: &str) -> Option<f64> {
    let plain = text.strip_prefix('P').map(|rest| rest.replace('T', "").to_lowercase());
    let mut rest = plain.as_deref().unwrap_or(text);
    let mut sum = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = rest.split_at(end);
        let (unit, behind) = unit.split_at(1);
        sum += number.parse::<f64>().ok()? * unit_seconds(unit)?;
        rest = behind;
    }
    (sum > 0.0).then_some(sum)
}

fn unit_seconds(unit: &str) -> Option<f64> {
    match unit {
        "s" => Some(1.0),
        "m" => Some(60.0),
        "h" => Some(3600.0),
        "d" => Some(86_400.0),
        "w" => Some(604_800.0),
        "y" => Some(31_536_000.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_one_format_are_compared() {
        for (smaller, larger) in [
            (json!(32), json!(64)),
            (json!("1.9"), json!("1.10")),
            (json!("16"), json!("17")),
            (json!("900Mi"), json!("1Gi")),
            (json!("360h0m0s"), json!("720h0m0s")),
            (json!("10d"), json!("15d")),
            (json!("P7D"), json!("P14D")),
            (json!("Basic"), json!("Premium")),
        ] {
            assert_eq!(compare(&smaller, &larger), Some(Ordering::Less), "{smaller} {larger}");
            assert_eq!(compare(&larger, &smaller), Some(Ordering::Greater), "{smaller} {larger}");
        }
        for (one, other) in
            [(json!("a"), json!("b")), (json!(true), json!(1)), (json!(""), json!("d"))]
        {
            assert_eq!(compare(&one, &other), None, "{one} {other}");
        }
    }
}
