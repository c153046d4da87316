//! The frame of the components: decoding, wiring, names, shared facts and values for templates.

pub(crate) mod alert_test_values;
pub mod certificate;
pub(crate) mod component;
mod cron;
pub(crate) mod cross_environment;
pub(crate) mod decode;
pub(crate) mod env;
pub(crate) mod external_resources;
pub mod general;
mod git;
pub mod image;
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

/// Condition for an instance of a component to be present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// One instance, always.
    Always,
    /// One instance, if another component needs it or the spec enables it.
    Needed,
    /// One instance per table of the spec.
    Declared,
    /// One instance per need of other components; tables of the spec adjust them.
    Derived,
}
