//! Places in an object: the path to a value, and the value.

use crate::escape;
use serde_json::Value;
use std::borrow::Cow;

/// A key on the path to a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'a> {
    /// A field.
    Field(&'a str),
    /// An element.
    Index(usize),
}

/// A place in an object.
#[derive(Clone, Copy)]
pub(super) struct Place<'a, 'b> {
    /// Keys from the base.
    pub path: &'b [Key<'a>],
    /// Value at the place.
    pub value: &'a Value,
}

impl<'a> Place<'a, '_> {
    /// JSON pointer from the base.
    pub fn pointer(&self) -> String {
        let part = |key: &Key<'_>| match key {
            Key::Field(name) => format!("/{}", escape::pointer(name)),
            Key::Index(index) => format!("/{index}"),
        };
        self.path.iter().map(part).collect()
    }

    /// Last key.
    pub fn key(&self) -> Cow<'a, str> {
        match self.path.last() {
            Some(Key::Field(name)) => Cow::Borrowed(name),
            Some(Key::Index(index)) => index.to_string().into(),
            None => Cow::default(),
        }
    }

    /// Last field, without indexes behind it.
    pub fn field(&self) -> &'a str {
        let field = |key: &Key<'a>| if let Key::Field(name) = key { Some(*name) } else { None };
        self.path.iter().rev().find_map(field).unwrap_or_default()
    }

    /// A text below the place.
    pub fn text(&self, field: &str) -> Option<&'a str> {
        self.value.get(field)?.as_str()
    }
}

/// Visits every place that a JSON pointer with `*` for any element leads to. Most pointers lead
/// nowhere in most objects: nothing is allocated on the way.
pub(super) fn walk<'a>(
    value: &'a Value,
    pattern: &str,
    path: &mut Vec<Key<'a>>,
    found: &mut dyn FnMut(Place<'a, '_>),
) {
    let Some((part, rest)) = pattern
        .strip_prefix('/')
        .map(|rest| rest.find('/').map_or((rest, ""), |end| rest.split_at(end)))
    else {
        return found(Place { path, value });
    };
    let mut into = |key: Key<'a>, inner: &'a Value| {
        path.push(key);
        walk(inner, rest, path, found);
        path.pop();
    };
    match (value, part) {
        (Value::Array(list), "*") => {
            list.iter().enumerate().for_each(|(i, inner)| into(Key::Index(i), inner))
        }
        (Value::Object(table), "*") => {
            table.iter().for_each(|(name, inner)| into(Key::Field(name), inner))
        }
        (Value::Object(table), name) => table
            .get_key_value(name)
            .into_iter()
            .for_each(|(name, inner)| into(Key::Field(name), inner)),
        _ => {}
    }
}
