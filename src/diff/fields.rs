//! Differences between two values by field. Elements of lists are matched by name, not by index.

use crate::escape;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Keys that identify elements of a list; the first row that fits all elements is used. A row of
/// several keys fits lists where each element has one of them.
const KEYS: &[&[&str]] = &[
    &["name"],
    &["metadata/name"],
    &["alert", "record"],
    &["key"],
    &["secretKey"],
    &["mountPath"],
    &["containerPort"],
    &["port"],
    &["topologyKey"],
    &["host"],
    &["hostname"],
    &["ip"],
    &["cidr"],
    &["path"],
    &["type"],
    &["id"],
];

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Readable path: `spec.containers[orders].image`.
    pub path: String,
    /// JSON pointer in the new value; in the old value for a removed field.
    pub pointer: String,
    /// Old value.
    pub before: Option<Value>,
    /// New value.
    pub after: Option<Value>,
}

/// A position in both values.
#[derive(Clone, Default)]
struct FieldPosition {
    path: String,
    /// JSON pointer in the new value.
    pointer: String,
    /// JSON pointer in the old value; the index of an element can differ.
    was: String,
}

impl FieldPosition {
    fn key(&self, key: &str) -> FieldPosition {
        let plain = !key.is_empty()
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let path = match (self.path.is_empty(), plain) {
            (true, true) => key.to_owned(),
            (false, true) => format!("{}.{key}", self.path),
            (_, false) => format!("{}[{}]", self.path, Value::from(key)),
        };
        let part = escape::pointer(key);
        FieldPosition {
            path,
            pointer: format!("{}/{part}", self.pointer),
            was: format!("{}/{part}", self.was),
        }
    }

    fn element(&self, label: &str, was: usize, index: usize) -> FieldPosition {
        FieldPosition {
            path: format!("{}[{label}]", self.path),
            pointer: format!("{}/{index}", self.pointer),
            was: format!("{}/{was}", self.was),
        }
    }

    fn differs(self, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<Difference>) {
        let pointer = if after.is_some() { self.pointer } else { self.was };
        out.push(Difference {
            path: self.path,
            pointer,
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

/// All differences in the order of the new value.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut out = vec![];
    compare(&FieldPosition::default(), before, after, &mut out);
    out
}

fn compare(at: &FieldPosition, before: &Value, after: &Value, out: &mut Vec<Difference>) {
    match (before, after) {
        (a, b) if a == b => {}
        (Value::Object(a), Value::Object(b)) => tables(at, a, b, out),
        (Value::Array(a), Value::Array(b)) => lists(at, a, b, out),
        (a, b) => at.clone().differs(Some(a), Some(b), out),
    }
}

fn tables(
    at: &FieldPosition,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    out: &mut Vec<Difference>,
) {
    for (key, new) in after {
        match before.get(key) {
            Some(old) => compare(&at.key(key), old, new, out),
            None => at.key(key).differs(None, Some(new), out),
        }
    }
    before
        .iter()
        .filter(|(key, _)| !after.contains_key(*key))
        .for_each(|(key, old)| at.key(key).differs(Some(old), None, out));
}

fn lists(at: &FieldPosition, before: &[Value], after: &[Value], out: &mut Vec<Difference>) {
    let named = KEYS.iter().find_map(|keys| Some((labels(before, keys)?, labels(after, keys)?)));
    match named {
        Some((old, new)) => elements(at, &old, &new, (before, after), out),
        None => unnamed_elements(at, before, after, out),
    }
}

/// Names of all elements, if they are unique.
fn labels(list: &[Value], keys: &[&str]) -> Option<Vec<String>> {
    let name =
        |element: &Value| keys.iter().find_map(|key| scalar(element.pointer(&format!("/{key}"))?));
    let all: Vec<String> = list.iter().map(name).collect::<Option<_>>()?;
    (all.iter().collect::<BTreeSet<_>>().len() == all.len()).then_some(all)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Compares named elements by name, and then their order.
fn elements(
    at: &FieldPosition,
    old: &[String],
    new: &[String],
    (before, after): (&[Value], &[Value]),
    out: &mut Vec<Difference>,
) {
    let start = out.len();
    let places: BTreeMap<&String, usize> =
        old.iter().enumerate().map(|(i, name)| (name, i)).collect();
    for (i, name) in new.iter().enumerate() {
        match places.get(name) {
            Some(was) => compare(&at.element(name, *was, i), &before[*was], &after[i], out),
            None => at.element(name, i, i).differs(None, Some(&after[i]), out),
        }
    }
    let kept: BTreeSet<&String> = new.iter().collect();
    for (i, name) in old.iter().enumerate().filter(|(_, name)| !kept.contains(name)) {
        at.element(name, i, i).differs(Some(&before[i]), None, out);
    }
    if out.len() == start {
        let order = |names: &[String]| Value::from(names.to_vec());
        let place = FieldPosition { path: format!("{} (order)", at.path), ..at.clone() };
        place.differs(Some(&order(old)), Some(&order(new)), out);
    }
}

/// Compares unnamed elements: equal ones match; the others are paired in order, or added and
/// removed.
fn unnamed_elements(
    at: &FieldPosition,
    before: &[Value],
    after: &[Value],
    out: &mut Vec<Difference>,
) {
    let mut left: Vec<(usize, &Value)> = before.iter().enumerate().collect();
    let mut new = vec![];
    for (i, value) in after.iter().enumerate() {
        match left.iter().position(|(_, old)| *old == value) {
            Some(found) => drop(left.remove(found)),
            None => new.push((i, value)),
        }
    }
    if left.is_empty() && new.is_empty() {
        let place = FieldPosition { path: format!("{} (order)", at.path), ..at.clone() };
        return place.differs(Some(&before.to_vec().into()), Some(&after.to_vec().into()), out);
    }
    let same = left.len() == new.len();
    for (n, (i, value)) in new.iter().enumerate() {
        match left.get(n).filter(|_| same) {
            Some((was, old)) => compare(&at.element(&i.to_string(), *was, *i), old, value, out),
            None => at.element(&i.to_string(), *i, *i).differs(None, Some(value), out),
        }
    }
    for (i, old) in left.iter().filter(|_| !same) {
        at.element(&i.to_string(), *i, *i).differs(Some(old), None, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(before: &Value, after: &Value) -> Vec<String> {
        let text =
            |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
        differences(before, after)
            .iter()
            .map(|d| format!("{} {} {} {}", d.path, d.pointer, text(&d.before), text(&d.after)))
            .collect()
    }

    #[test]
    fn an_element_is_known_by_its_name() {
        let before = json!({"containers": [{"name": "a", "image": "x:1"}, {"name": "b"}]});
        let after = json!({"containers": [{"name": "c"}, {"name": "a", "image": "x:2"}]});
        let all = shown(&before, &after);
        assert_eq!(
            all,
            [
                r#"containers[c] /containers/0 - {"name":"c"}"#,
                r#"containers[a].image /containers/1/image "x:1" "x:2""#,
                r#"containers[b] /containers/1 {"name":"b"} -"#
            ]
        );
    }

    #[test]
    fn an_element_without_a_name_is_known_by_its_value() {
        let all = shown(&json!([1, 2, 3]), &json!([3, 1, 4]));
        assert_eq!(all, ["[2] /2 2 4"]);
        assert_eq!(shown(&json!([1, 2]), &json!([2])), ["[0] /0 1 -"]);
        assert_eq!(shown(&json!([{"from": 1}]), &json!([{"from": 2}])), ["[0].from /0/from 1 2"]);
    }

    #[test]
    fn a_removed_field_has_its_old_path() {
        let all = shown(&json!([{"name": "a"}, {"name": "b", "x": 1}]), &json!([{"name": "b"}]));
        assert_eq!(all, [r"[b].x /1/x 1 -", r#"[a] /0 {"name":"a"} -"#]);
        assert_eq!(shown(&json!([1, {"x": 2}]), &json!([{}, 1])), ["[0].x /1/x 2 -"]);
    }

    #[test]
    fn the_order_alone_is_a_difference_too() {
        assert_eq!(
            shown(&json!({"a": [1, 2]}), &json!({"a": [2, 1]})),
            ["a (order) /a [1,2] [2,1]"]
        );
        let named = |names: [&str; 2]| json!({"a": names.map(|name| json!({"name": name}))});
        assert_eq!(
            shown(&named(["x", "y"]), &named(["y", "x"])),
            [r#"a (order) /a ["x","y"] ["y","x"]"#]
        );
    }

    #[test]
    fn a_key_that_is_no_word_is_quoted() {
        let all = shown(
            &json!({"metadata": {"labels": {}}}),
            &json!({"metadata": {"labels": {"a.b/c": "x"}}}),
        );
        assert_eq!(all, [r#"metadata.labels["a.b/c"] /metadata/labels/a.b~1c - "x""#]);
    }

    #[test]
    fn rules_match_by_alert_or_record() {
        let before = json!([{"alert": "A", "expr": "x"}, {"record": "r", "expr": "y"}]);
        let after = json!([{"record": "r", "expr": "z"}, {"alert": "A", "expr": "x"}]);
        assert_eq!(shown(&before, &after), [r#"[r].expr /0/expr "y" "z""#]);
    }
}
