//! A field of an object of one environment.

use super::ObjectOrigin;
use crate::diag::{JsonPointer, SpecPath};

/// A field of an object, as the place of a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPlace {
    /// Origin of the object.
    pub origin: ObjectOrigin,
    /// The field.
    pub pointer: JsonPointer,
    /// A spec path that the problem involves, besides the sources of the field.
    pub source: Option<SpecPath>,
}

impl ObjectPlace {
    /// A field without a further spec path.
    pub fn new(origin: ObjectOrigin, pointer: impl Into<JsonPointer>) -> ObjectPlace {
        ObjectPlace { origin, pointer: pointer.into(), source: None }
    }
}
