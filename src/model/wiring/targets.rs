//! Targets of private endpoints.

use super::{Capability, PrivateZoneNeed, ResourceRef, Wiring};
use crate::{azure::network::Subnet, components::provider, kinds};

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
    /// The addresses that the endpoint takes.
    pub addresses: u32,
}

impl Wiring {
    /// Needs a private endpoint for an object. The record of the kind has the DNS name of its zone.
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
