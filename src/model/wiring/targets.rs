//! Targets of private endpoints.

use super::{Capability, PrivateZoneNeed, ResourceRef, Wiring};
use crate::{azure::network::Subnet, components::provider, kinds};

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
    /// Number of addresses of the endpoint.
    pub addresses: u32,
}

impl Wiring {
    /// Requires a private endpoint for an object, with its subnet and its private DNS zone. The
    /// record of the kind has the DNS name of the zone.
    ///
    /// # Panics
    /// If the record has no private link of the target's part.
    pub fn private(&mut self, object: &str, source: &str, target: PrivateLinkTarget) {
        self.need(provider(Capability::PrivateEndpoints), source);
        let zone = kinds::private_zone(target.group, target.kind, target.part);
        let zone = zone.unwrap_or_else(|| {
            panic!(
                "the record of `{}/{}` lacks the private link `{}`",
                target.group, target.kind, target.part
            )
        });
        self.private_zone(target.zone, PrivateZoneNeed::private_link(zone), source);
        self.subnet(Subnet::PrivateEndpoints, target.addresses, source);
        self.targets.insert(object.to_owned(), target);
    }
}
