//! What private endpoints lead to. Never an endpoint itself.

use super::{Capability, PrivateZoneNeed, ResourceRef, Wiring};
use crate::azure::network::Subnet;
use crate::components::provider;

/// A resource that a private endpoint leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateLinkTarget {
    /// The group of its kind.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Private-link group id: the part of the resource that clients reach.
    pub part: &'static str,
    /// The resource.
    pub scope: ResourceRef,
    /// The name of the private DNS zone in the spec.
    pub zone: &'static str,
    /// DNS name of that zone. Source: the documentation of private endpoints.
    pub zone_name: &'static str,
    /// The addresses that the endpoint takes.
    pub addresses: u32,
}

impl Wiring {
    /// Wants a private endpoint for an object, whose name its address gets in that private zone.
    pub fn private(&mut self, object: &str, source: &str, target: PrivateLinkTarget) {
        self.need(provider(Capability::PrivateEndpoints), source);
        self.private_zone(target.zone, PrivateZoneNeed::private_link(target.zone_name), source);
        self.subnet(Subnet::PrivateEndpoints, target.addresses, source);
        self.targets.insert(object.to_owned(), target);
    }
}
