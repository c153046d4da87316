//! The frame of the components: decoding, wiring, names, shared facts and values for templates.

pub(crate) mod alert_test_values;
pub mod certificate;
pub(crate) mod component;
pub(crate) mod cross_environment;
pub(crate) mod decode;
pub(crate) mod env;
pub(crate) mod external_resources;
pub mod general;
pub(crate) mod names;
pub(crate) mod policy_peers;
pub mod provisioning;
pub mod resource;
pub(crate) mod schedule;
mod schema;
pub mod shared;
pub mod text;
pub(crate) mod validate;
pub(crate) mod view;
pub mod wiring;

pub use component::{Component, WireContext};
pub use cross_environment::cross_environment;
pub use decode::{ShapeResult, Spec, decode};
pub use env::Env;
pub use names::Names;
pub use resource::{Resource, ResourceOwner, ResourceType};
pub use schema::{for_editors, shape};
pub use view::View;
pub use wiring::Wiring;

pub use crate::components::{ComponentRow, Platform, TABLE};
use std::collections::BTreeMap;

/// Instances by name.
pub type Each<T> = BTreeMap<String, T>;

/// When an instance of a component exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// There is always one.
    Always,
    /// There is one if someone needs it.
    Needed,
    /// There are as many as the spec declares.
    Declared,
    /// There are as many as others need; the spec only adjusts them.
    Derived,
}
