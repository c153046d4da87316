//! The table of facts: which field of which kind says what. Never decides whether that is right.

use super::{Collector, Relation};
use crate::escape;
use serde::Deserialize;
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

/// One line of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// The kinds; none where `at` starts with a word in braces.
    #[serde(default)]
    kinds: Vec<String>,
    says: Relation,
    /// A JSON pointer in which `*` stands for every element.
    at: String,
    /// Columns: `=text` is itself, `.` the value at the place, `#` its key, `/x` a pointer from the
    /// object, `x` one from the place, `%.0` the first of its parts between dots.
    a: String,
    #[serde(default)]
    b: String,
    #[serde(default)]
    c: String,
    /// The namespace, where it is not the object's own.
    #[serde(default)]
    namespace: String,
    /// What fields at the place must be for the line to speak of it.
    #[serde(default)]
    only: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<String, BTreeMap<String, String>>,
    given: BTreeMap<String, Vec<String>>,
    facts: Vec<Entry>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../facts.toml")).expect("our own table"));

/// The lines by kind, with every word said as that kind says it.
static BY_KIND: LazyLock<BTreeMap<&str, Vec<Entry>>> = LazyLock::new(|| {
    let mut out: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for entry in &TABLE.facts {
        entry.kinds().for_each(|kind| out.entry(kind).or_default().push(entry.said_by(kind)));
    }
    out
});

/// Adds the rows of an object of a kind.
pub(super) fn read(kind: &str, object: &Value, namespace: &str, out: &mut Collector<'_>) {
    BY_KIND.get(kind).into_iter().flatten().for_each(|entry| entry.read(object, namespace, out));
}

/// Does the API server make such an object by itself?
pub(super) fn is_given(kind: &str, name: &str) -> bool {
    TABLE.given.get(kind).is_some_and(|names| names.iter().any(|given| given == name))
}

/// A key on the way to a place.
#[derive(Debug, Clone, Copy)]
enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

/// A place in an object: the way to it, and its value.
struct Place<'a, 'b> {
    way: &'b [Key<'a>],
    value: &'a Value,
}

impl Entry {
    /// The kinds that it is for: those of its word, or those that it names.
    fn kinds(&self) -> impl Iterator<Item = &str> {
        let word =
            self.at.strip_prefix('{').and_then(|rest| TABLE.words.get(rest.split_once('}')?.0));
        word.into_iter().flat_map(BTreeMap::keys).chain(&self.kinds).map(String::as_str)
    }

    fn said_by(&self, kind: &str) -> Entry {
        let said = |text: &String| {
            let words =
                TABLE.words.iter().filter_map(|(word, places)| Some((word, places.get(kind)?)));
            words.fold(text.clone(), |text, (word, place)| {
                text.replace(&format!("{{{word}}}"), place)
            })
        };
        let [at, a, b, c, namespace] =
            [&self.at, &self.a, &self.b, &self.c, &self.namespace].map(said);
        Entry { kinds: vec![], says: self.says, at, a, b, c, namespace, only: self.only.clone() }
    }

    /// Adds a row for every place that has a first column.
    fn read<'a>(&'a self, object: &'a Value, own: &str, out: &mut Collector<'_>) {
        walk(object, &self.at, &mut vec![], &mut |place| {
            if self.only.iter().any(|(field, wanted)| {
                text(&place.value[field]).as_deref() != Some(wanted.as_str())
            }) {
                return;
            }
            let column = |expression: &'a str| column(expression, object, place);
            let Some(a) = column(&self.a) else { return };
            let namespace = if self.namespace.is_empty() {
                Cow::Borrowed(own)
            } else {
                column(&self.namespace).unwrap_or_default()
            };
            let (b, c) = (column(&self.b).unwrap_or_default(), column(&self.c).unwrap_or_default());
            out.add(self.says, &place.pointer(), &namespace, [&a, &b, &c]);
        });
    }
}

impl<'a> Place<'a, '_> {
    fn pointer(&self) -> String {
        let part = |key: &Key<'_>| match key {
            Key::Name(name) => format!("/{}", escape::pointer(name)),
            Key::Index(index) => format!("/{index}"),
        };
        self.way.iter().map(part).collect()
    }

    fn key(&self) -> Cow<'a, str> {
        match self.way.last() {
            Some(Key::Name(name)) => Cow::Borrowed(name),
            Some(Key::Index(index)) => index.to_string().into(),
            None => Cow::default(),
        }
    }
}

/// Goes to every place that a pattern names below a value. Most patterns lead nowhere in most
/// objects: nothing is built on the way.
fn walk<'a>(
    value: &'a Value,
    pattern: &str,
    way: &mut Vec<Key<'a>>,
    found: &mut dyn FnMut(&Place<'a, '_>),
) {
    let Some((part, rest)) = pattern
        .strip_prefix('/')
        .map(|rest| rest.find('/').map_or((rest, ""), |end| rest.split_at(end)))
    else {
        return found(&Place { way, value });
    };
    let mut into = |key: Key<'a>, inner: &'a Value| {
        way.push(key);
        walk(inner, rest, way, found);
        way.pop();
    };
    match (value, part) {
        (Value::Array(list), "*") => {
            list.iter().enumerate().for_each(|(i, inner)| into(Key::Index(i), inner))
        }
        (Value::Object(table), "*") => {
            table.iter().for_each(|(name, inner)| into(Key::Name(name), inner))
        }
        (Value::Object(table), name) => table
            .get_key_value(name)
            .into_iter()
            .for_each(|(name, inner)| into(Key::Name(name), inner)),
        _ => {}
    }
}

fn column<'a>(
    expression: &'a str,
    object: &'a Value,
    place: &Place<'a, '_>,
) -> Option<Cow<'a, str>> {
    match expression {
        "." => text(place.value),
        "#" => Some(place.key()),
        _ if expression.starts_with('=') => Some(expression[1..].into()),
        _ if expression.starts_with('%') => {
            part(&text(place.value)?, &expression[1..]).map(Cow::Owned)
        }
        _ if expression.starts_with('/') => text(object.pointer(expression)?),
        // Several parts, joined by `+`, are one column.
        _ => {
            let mut parts = expression.split('+').map(|part| below(place, part));
            let first = parts.next()?;
            parts.fold(first, |whole, part| Some(format!("{}/{}", whole?, part?).into()))
        }
    }
}

/// What stands in a place under a pointer that has lost its first slash; nothing under an empty
/// one.
fn below<'a>(place: &Place<'a, '_>, pointer: &str) -> Option<Cow<'a, str>> {
    text(place.value.pointer(&format!("/{pointer}"))?)
}

/// `.0`: the first part between dots.
fn part(whole: &str, which: &str) -> Option<String> {
    let separator = which.chars().next()?;
    whole.split(separator).nth(which[separator.len_utf8()..].parse().ok()?).map(str::to_owned)
}

/// A scalar as it is; labels as sorted `key=value`.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(truth) => Some(if *truth { "true" } else { "false" }.into()),
        Value::Object(table) => Some(labels(table).into()),
        _ => None,
    }
}

/// Labels in one form, so that they can be compared.
pub(super) fn labels(table: &serde_json::Map<String, Value>) -> String {
    let mut pairs: Vec<String> = table
        .iter()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    pairs.sort_unstable();
    pairs.join(",")
}
