//! What private endpoints lead to. Never an endpoint itself.

use super::{Scope, Wiring};
use crate::azure::network::Subnet;

/// A resource that a private endpoint leads to. Its object and its private zone are called like its component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The group of its kind.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// The part of it that is reached, as Azure calls it.
    pub part: &'static str,
    /// What it is, which may belong to others.
    pub scope: Scope,
    /// The addresses that the endpoint takes.
    pub addresses: u32,
}

impl Wiring {
    /// Wants a private endpoint.
    pub fn private(&mut self, name: &'static str, target: Target) {
        self.need("private_endpoints", name);
        self.private_zone(name, name);
        self.subnet(Subnet::PrivateEndpoints, target.addresses, name);
        self.targets.insert(name, target);
    }
}
