//! Rows of a record: a relation, and its place in the objects of a kind.

use super::{Column, ObjectFact};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A relation, and its place in the objects of a kind.
#[derive(Debug, Deserialize)]
pub struct At<R> {
    /// JSON pointer of the place, in which `*` is any element.
    pub at: String,
    /// Namespace, if it differs from that of the object.
    #[serde(default)]
    pub namespace: Option<Column>,
    /// Values of fields below the place, without which the row does not apply. A JSON pointer
    /// begins at the object; `|` separates alternatives of a value.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// Values of fields below the place, with which the row does not apply, in the same form.
    #[serde(default)]
    pub unless: BTreeMap<String, String>,
    /// The relation.
    #[serde(flatten)]
    pub relation: R,
}

/// One variant of a relation.
pub trait Variant<T>: Sized {
    /// Number of the variant.
    const INDEX: usize;

    /// The variant, if the relation is it.
    fn of(relation: &ObjectFact<T>) -> Option<&Self>;
}
