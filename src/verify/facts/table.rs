//! The table of facts: which field of which kind says what. Never decides whether that is right.

use super::{Collector, Relation};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};

/// One line of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    kinds: Vec<String>,
    says: Relation,
    /// A JSON pointer in which `*` stands for every element.
    at: String,
    /// Columns: `=text` is itself, `.` the value at the place, `#` its key, `/x` a pointer from the object, `x` one from the place.
    a: String,
    #[serde(default)]
    b: String,
    #[serde(default)]
    c: String,
    /// The namespace, where it is not the object's own.
    #[serde(default)]
    namespace: String,
}

#[derive(Deserialize)]
struct Table {
    facts: Vec<Entry>,
}

static TABLE: LazyLock<BTreeMap<String, Vec<&'static Entry>>> = LazyLock::new(|| {
    let table: &'static Table = Box::leak(Box::new(toml::from_str(include_str!("../facts.toml")).expect("our own table")));
    let mut out: BTreeMap<String, Vec<&'static Entry>> = BTreeMap::new();
    for entry in &table.facts {
        entry.kinds.iter().for_each(|kind| out.entry(kind.clone()).or_default().push(entry));
    }
    out
});

/// The lines for a kind.
pub(super) fn entries(kind: &str) -> &'static [&'static Entry] {
    TABLE.get(kind).map(Vec::as_slice).unwrap_or_default()
}

/// A place in an object: its pointer, its last key, its value.
struct Place<'a> {
    pointer: String,
    key: String,
    value: &'a Value,
}

impl Entry {
    /// Adds a row for every place that has a first column.
    pub(super) fn read(&self, object: &Value, own: &str, out: &mut Collector<'_>) {
        for place in places(object, &self.at) {
            let column = |expression: &str| column(expression, object, &place);
            let Some(a) = column(&self.a) else { continue };
            let namespace = if self.namespace.is_empty() { own.to_owned() } else { column(&self.namespace).unwrap_or_default() };
            let (b, c) = (column(&self.b).unwrap_or_default(), column(&self.c).unwrap_or_default());
            out.add(self.says, &place.pointer, &namespace, [&a, &b, &c]);
        }
    }
}

fn places<'a>(object: &'a Value, pattern: &str) -> Vec<Place<'a>> {
    let mut all = vec![Place { pointer: String::new(), key: String::new(), value: object }];
    for part in pattern.split('/').skip(1) {
        all = all.into_iter().flat_map(|place| step(&place, part)).collect();
    }
    all
}

fn step<'a>(place: &Place<'a>, part: &str) -> Vec<Place<'a>> {
    let inner = |key: String, value: &'a Value| Place { pointer: format!("{}/{}", place.pointer, key.replace('~', "~0").replace('/', "~1")), key, value };
    match (place.value, part) {
        (Value::Array(list), "*") => list.iter().enumerate().map(|(i, value)| inner(i.to_string(), value)).collect(),
        (Value::Object(table), "*") => table.iter().map(|(key, value)| inner(key.clone(), value)).collect(),
        (Value::Object(table), key) => table.get(key).map(|value| inner(key.to_owned(), value)).into_iter().collect(),
        _ => vec![],
    }
}

fn column(expression: &str, object: &Value, place: &Place<'_>) -> Option<String> {
    match expression {
        "" => None,
        "." => text(place.value),
        "#" => Some(place.key.clone()),
        _ if expression.starts_with('=') => Some(expression[1..].to_owned()),
        _ if expression.starts_with('/') => text(object.pointer(expression)?),
        // Several parts, joined by `+`, are one column.
        _ => {
            let parts: Vec<String> = expression
                .split('+')
                .map(|part| if part == "." { text(place.value) } else { text(place.value.pointer(&format!("/{part}"))?) })
                .collect::<Option<_>>()?;
            Some(parts.join("/"))
        }
    }
}

/// A scalar as it is; labels as sorted `key=value`.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Object(table) => Some(labels(table)),
        _ => None,
    }
}

/// Labels in one form, so that they can be compared.
pub(super) fn labels(table: &serde_json::Map<String, Value>) -> String {
    let mut pairs: Vec<String> = table.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    pairs.sort_unstable();
    pairs.join(",")
}
