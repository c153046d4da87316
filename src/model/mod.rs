//! What a platform is: one file per component, and the one table of them. Never knows a template, a
//! path or YAML.

pub(crate) mod alert_test_values;
pub(crate) mod component;
pub(crate) mod cross_environment;
pub(crate) mod decode;
pub(crate) mod env;
pub(crate) mod external_resources;
pub mod general;
pub(crate) mod names;
pub(crate) mod policy_peers;
pub(crate) mod provisioning;
mod schema;
pub mod text;
pub(crate) mod validate;
pub(crate) mod view;
pub mod wiring;

pub use component::{Component, WireContext};
pub use cross_environment::cross_environment;
pub use decode::{Shaped, Spec, decode};
pub use env::Env;
pub use names::Names;
pub use schema::{for_editors, shape};
pub use view::View;
pub use wiring::Wiring;

// Until no component names another: each is reached by its own name.
pub(crate) use crate::components::pods_of;
pub use crate::components::{ComponentRow, Platform, TABLE};
pub(crate) use crate::components::{
    azure::{cluster, resource_group},
    data::registry,
    networking::{network, private_endpoints, private_zones},
    observability::prometheus,
    operators::{azure_operator, cert_manager, external_secrets, reloader},
    protection::{backups, velero},
    routing::{dns, gateway, issuer},
    secret_delivery::{secrets, stores, vault, vaults},
    workloads::services,
};
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
