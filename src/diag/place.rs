//! Places of diagnostics that are not yet lines of a text.

use std::fmt;

/// A path of the spec, to a key or to its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecPath {
    /// Keys from the root; the index of an element is a key.
    pub keys: Vec<String>,
    /// The place is the value, not the key.
    pub is_value: bool,
}

impl SpecPath {
    /// The place of a key.
    pub fn key(keys: Vec<String>) -> SpecPath {
        SpecPath { keys, is_value: false }
    }

    /// The place of a value.
    pub fn value(keys: Vec<String>) -> SpecPath {
        SpecPath { keys, is_value: true }
    }
}

/// Keys joined by dots, as `segments` reads them.
impl<T: Into<String>> From<T> for SpecPath {
    fn from(path: T) -> SpecPath {
        SpecPath::key(segments(&path.into()))
    }
}

impl fmt::Display for SpecPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keys.join("."))
    }
}

/// A key as a part of a spec path. A NUL character replaces each dot of the key.
pub fn segment(key: &str) -> String {
    key.replace('.', "\0")
}

/// Keys of a spec path.
pub fn segments(path: &str) -> Vec<String> {
    path.split('.').filter(|part| !part.is_empty()).map(|part| part.replace('\0', ".")).collect()
}

/// A JSON pointer (RFC 6901) into one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JsonPointer(pub String);

impl<T: Into<String>> From<T> for JsonPointer {
    fn from(pointer: T) -> JsonPointer {
        JsonPointer(pointer.into())
    }
}

/// A line of a text, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineNumber(pub usize);
