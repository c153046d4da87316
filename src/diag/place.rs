//! Places of diagnostics that are not yet lines of a text.

use std::fmt;

/// A path of the spec: keys joined by dots; a key with dots of its own is written between NUL
/// characters by `wiring::segment`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecPath(pub String);

impl<T: Into<String>> From<T> for SpecPath {
    fn from(path: T) -> SpecPath {
        SpecPath(path.into())
    }
}

impl fmt::Display for SpecPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.replace('\0', "."))
    }
}
