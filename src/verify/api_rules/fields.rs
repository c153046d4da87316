//! Requirements on one value.

use super::{Refusal, formats};
use crate::{
    escape,
    kinds::ApiFormat,
    verify::{facts::text, quantity},
};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeSet, ops::RangeInclusive};

/// A number in a range.
pub(super) fn range(value: &Value, [least, most]: [i64; 2]) -> Option<Refusal> {
    let number = value.as_i64()?;
    let wanted = match (least, most) {
        _ if (least..=most).contains(&number) => return None,
        (_, i64::MAX) => format!("{least} or more"),
        _ => format!("a number from {least} to {most}"),
    };
    Some(Refusal::new(
        format!("is {number}, which the API server refuses"),
        format!("set {wanted}"),
    ))
}

/// A text with a format.
pub(super) fn format(
    value: &Value,
    format: ApiFormat,
    is_shown: impl FnOnce() -> bool,
) -> Option<Refusal> {
    let own = text(value)?;
    if formats::accepts(format, &own) {
        return None;
    }
    let help = format!("use {}", formats::words(format));
    Some(Refusal::new(unaccepted(&own, is_shown()), help))
}

/// Keys with a format.
pub(super) fn keys(value: &Value, format: ApiFormat) -> Vec<Refusal> {
    let keys = value.as_object().into_iter().flatten().map(|(key, _)| key);
    let refused = keys.filter(|key| !formats::accepts(format, key));
    refused
        .map(|key| {
            let help = format!("use {}", formats::words(format));
            let message = "has a key that the API server refuses";
            Refusal::new(message, help).below(format!("/{}", escape::pointer(key)))
        })
        .collect()
}

/// One of some texts.
pub(super) fn one_of(
    value: &Value,
    allowed: &[String],
    is_shown: impl FnOnce() -> bool,
) -> Option<Refusal> {
    let own = value.as_str()?;
    if allowed.iter().any(|one| one == own) {
        return None;
    }
    let help = format!("set {}", list(allowed, " or "));
    Some(Refusal::new(unaccepted(own, is_shown()), help))
}

fn unaccepted(own: &str, is_shown: bool) -> String {
    if is_shown && own.len() <= 100 {
        format!("is `{own}`, which the API server refuses")
    } else {
        "has a value that the API server refuses".to_owned()
    }
}

fn list(words: &[String], separator: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(separator)
}

/// Elements of lists that differ in at least one field.
pub(super) fn unique(value: &Value, of: &[String], by: &[String]) -> Vec<Refusal> {
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut refused = vec![];
    for name in of {
        let (elements, prefix) = if name.is_empty() {
            (value, String::new())
        } else {
            (&value[name], format!("/{}", escape::pointer(name)))
        };
        for (index, element) in elements.as_array().into_iter().flatten().enumerate() {
            let key: Option<Vec<String>> =
                by.iter().map(|field| element_field(element, field)).collect();
            let Some(key) = key else { continue };
            if !seen.insert(key) {
                let names: Vec<String> = by.iter().map(|field| name_of(field).to_owned()).collect();
                let message = format!("has the same {} as another element", list(&names, " and "));
                let refusal = Refusal::new(message, "remove or rename one of the two");
                refused.push(refusal.below(format!("{prefix}/{index}")));
            }
        }
    }
    refused
}

/// Name of a field without its default.
fn name_of(field: &str) -> &str {
    field.split('|').next().unwrap_or_default().trim_start_matches('/')
}

fn element_field(element: &Value, field: &str) -> Option<String> {
    let (name, default) = field.split_once('|').map_or((field, None), |(a, b)| (a, Some(b)));
    text(&element[name]).map(Cow::into_owned).or(default.map(str::to_owned))
}

/// Two numbers in order. A pointer with `/` begins at the base.
pub(super) fn ordered(
    base: &Value,
    value: &Value,
    [low, high]: [&str; 2],
    is_right: fn(&i64, &i64) -> bool,
) -> Option<Refusal> {
    let number = |field: &str| {
        let (name, default) = field.split_once('|').map_or((field, None), |(a, b)| (a, Some(b)));
        let found = if name.starts_with('/') { base.pointer(name) } else { value.get(name) };
        found.and_then(Value::as_i64).or_else(|| default?.parse().ok())
    };
    let (least, most) = (number(low)?, number(high)?);
    if is_right(&least, &most) {
        return None;
    }
    let (low, high) = (name_of(low), name_of(high).rsplit('/').next().unwrap_or_default());
    let message = format!("has `{low}` {least} and `{high}` {most}, which the API server refuses");
    Some(Refusal::new(message, format!("lower `{low}`, or raise `{high}`")))
}

/// Quantities of a table that are not above those of another one.
pub(super) fn within(value: &Value, part: &str, whole: &str) -> Vec<Refusal> {
    let amount = |value: &Value| text(value).and_then(|text| quantity::nano(&text));
    let parts = value[part].as_object().into_iter().flatten();
    let above = parts.filter(|(name, own)| {
        let pair = amount(own).zip(value[whole].get(name).and_then(amount));
        pair.is_some_and(|(own, most)| own > most)
    });
    above
        .map(|(name, _)| {
            let message = format!("is above `{whole}.{name}`, which the API server refuses");
            let help = format!("lower it, or raise `{whole}.{name}`");
            Refusal::new(message, help).below(format!("/{part}/{}", escape::pointer(name)))
        })
        .collect()
}

/// Number of set fields.
pub(super) fn count(
    value: &Value,
    fields: &[String],
    range: RangeInclusive<usize>,
) -> Option<Refusal> {
    let table = value.as_object()?;
    let set: Vec<String> =
        fields.iter().filter(|name| table.contains_key(*name)).cloned().collect();
    if range.contains(&set.len()) {
        return None;
    }
    Some(if set.is_empty() {
        let message = format!("has none of {}", list(fields, ", "));
        Refusal::new(message, "set one of them")
    } else {
        let message = format!("has {} together", list(&set, " and "));
        Refusal::new(message, "keep one of them")
    })
}

/// Fields that are required.
pub(super) fn needs(value: &Value, fields: &[String]) -> Vec<Refusal> {
    let missing = fields.iter().filter(|name| value.is_object() && value.get(name).is_none());
    missing.map(|name| Refusal::new(format!("has no `{name}`"), format!("set `{name}`"))).collect()
}

/// Fields that the API server refuses here.
pub(super) fn none_of(value: &Value, fields: &[String]) -> Vec<Refusal> {
    let set = fields.iter().filter(|name| value.get(name).is_some());
    set.map(|name| {
        let refusal = Refusal::new("is set where the API server refuses it", "remove it");
        refusal.below(format!("/{}", escape::pointer(name)))
    })
    .collect()
}

/// One field besides some others.
pub(super) fn one_beside(value: &Value, others: &[String]) -> Option<Refusal> {
    let fields = value.as_object()?.keys().filter(|name| !others.contains(name));
    match fields.cloned().collect::<Vec<_>>()[..] {
        [_] => None,
        [] => Some(Refusal::new(format!("has only {}", list(others, ", ")), "add its type")),
        ref several => {
            let message = format!("has {} together", list(several, " and "));
            Some(Refusal::new(message, "keep one of them"))
        }
    }
}

/// Total size of the values of tables.
pub(super) fn bytes(
    value: &Value,
    of: &[String],
    encoded: &[String],
    most: usize,
) -> Option<Refusal> {
    let size = |name: &String| -> usize {
        let values = value[name].as_object().into_iter().flatten();
        values.filter_map(|(_, value)| value.as_str()).map(str::len).sum()
    };
    let plain: usize = of.iter().map(size).sum();
    let total = plain + encoded.iter().map(size).sum::<usize>() / 4 * 3;
    let name = of.first().map(String::as_str).unwrap_or_default();
    (total > most).then(|| {
        let message = format!("holds {total} bytes, and the API server accepts {most}");
        let at = if value.get(name).is_some() { format!("/{name}") } else { String::new() };
        Refusal::new(message, "split it, or shorten the values").below(at)
    })
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use serde_json::json;

    #[test]
    fn sizes_count_all_tables() {
        let value = json!({"data": {"a": "12345", "b": "67"}, "binaryData": {"c": "AAAA"}});
        let (of, encoded) = (["data".to_owned()], ["binaryData".to_owned()]);
        let size = |most| bytes(&value, &of, &encoded, most).map(|refusal| refusal.below);
        assert_eq!((size(9).as_deref(), size(10)), (Some("/data"), None));
    }
}
