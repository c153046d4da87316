//! What private endpoints lead to. Never an endpoint itself.

use super::{RoleScope, Wiring};
use crate::azure::network::Subnet;

/// A resource that a private endpoint leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateLinkTarget {
    /// The group of its kind.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// The part of it that is reached, as Azure calls it.
    pub part: &'static str,
    /// What it is, which may belong to others.
    pub scope: RoleScope,
    /// The addresses that the endpoint takes.
    pub addresses: u32,
}

impl Wiring {
    /// Wants a private endpoint for an object, whose name its address gets in that private zone.
    pub fn private(
        &mut self,
        object: &str,
        zone: &'static str,
        source: &str,
        target: PrivateLinkTarget,
    ) {
        self.need("private_endpoints", source);
        self.private_zone(zone, source);
        self.subnet(Subnet::PrivateEndpoints, target.addresses, source);
        self.targets.insert(object.to_owned(), (zone, target));
    }
}
