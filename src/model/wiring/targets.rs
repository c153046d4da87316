//! Targets of private endpoints.

use super::{Capability, PrivateZoneNeed, ResourceRef, Wiring};
use crate::azure::network::Subnet;
use crate::components::provider;

/// The target of a private endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateLinkTarget {
    /// API group of its kind.
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
    /// Number of addresses of the endpoint.
    pub addresses: u32,
}

impl Wiring {
    /// Requires a private endpoint for an object, with its subnet and its private DNS zone.
    pub fn private(&mut self, object: &str, source: &str, target: PrivateLinkTarget) {
        self.need(provider(Capability::PrivateEndpoints), source);
        self.private_zone(target.zone, PrivateZoneNeed::private_link(target.zone_name), source);
        self.subnet(Subnet::PrivateEndpoints, target.addresses, source);
        self.targets.insert(object.to_owned(), target);
    }
}
