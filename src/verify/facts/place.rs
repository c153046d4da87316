//! Places in an object: the path to a value, and the value.

use crate::escape;
use serde_json::Value;
use std::borrow::Cow;

/// A key on the path to a place.
#[derive(Debug, Clone, Copy)]
pub(in crate::verify) enum PathSegment<'a> {
    /// A field.
    Field(&'a str),
    /// An element.
    Index(usize),
}

/// A place in an object.
#[derive(Clone, Copy)]
pub(in crate::verify) struct FieldPlace<'a, 'b> {
    /// Keys from the base.
    pub path: &'b [PathSegment<'a>],
    /// Value at the place.
    pub value: &'a Value,
}

impl<'a> FieldPlace<'a, '_> {
    /// JSON pointer from the base.
    pub(in crate::verify) fn pointer(&self) -> String {
        let part = |key: &PathSegment<'_>| match key {
            PathSegment::Field(name) => format!("/{}", escape::pointer(name)),
            PathSegment::Index(index) => format!("/{index}"),
        };
        self.path.iter().map(part).collect()
    }

    /// Last key.
    pub(in crate::verify) fn key(&self) -> Cow<'a, str> {
        match self.path.last() {
            Some(PathSegment::Field(name)) => Cow::Borrowed(name),
            Some(PathSegment::Index(index)) => index.to_string().into(),
            None => Cow::default(),
        }
    }

    /// Last field, without indexes behind it.
    pub(in crate::verify) fn field(&self) -> &'a str {
        let field = |key: &PathSegment<'a>| {
            if let PathSegment::Field(name) = key { Some(*name) } else { None }
        };
        self.path.iter().rev().find_map(field).unwrap_or_default()
    }

    /// A text below the place.
    pub(in crate::verify) fn text(&self, field: &str) -> Option<&'a str> {
        self.value.get(field)?.as_str()
    }
}

/// Visits every place of a JSON pointer, in which `*` is any element. A pointer without a place
/// allocates nothing.
pub(in crate::verify) fn walk<'a>(
    value: &'a Value,
    pattern: &str,
    path: &mut Vec<PathSegment<'a>>,
    found: &mut dyn FnMut(FieldPlace<'a, '_>),
) {
    let Some((part, rest)) = pattern
        .strip_prefix('/')
        .map(|rest| rest.find('/').map_or((rest, ""), |end| rest.split_at(end)))
    else {
        return found(FieldPlace { path, value });
    };
    let mut into = |key: PathSegment<'a>, inner: &'a Value| {
        path.push(key);
        walk(inner, rest, path, found);
        path.pop();
    };
    match (value, part) {
        (Value::Array(list), "*") => {
            list.iter().enumerate().for_each(|(i, inner)| into(PathSegment::Index(i), inner));
        }
        (Value::Object(table), "*") => {
            table.iter().for_each(|(name, inner)| into(PathSegment::Field(name), inner));
        }
        (Value::Object(table), name) => table
            .get_key_value(&*escape::unescaped_pointer(name))
            .into_iter()
            .for_each(|(name, inner)| into(PathSegment::Field(name), inner)),
        _ => {}
    }
}
