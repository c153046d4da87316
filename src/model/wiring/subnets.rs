//! Required addresses of subnets, and required private DNS zones.

use super::{Capability, SpecKey, Wiring};
use crate::azure::network::Subnet;
use std::collections::BTreeSet;

/// Requirements of a subnet.
#[derive(Debug, Clone, Default)]
pub struct SubnetNeed {
    /// Maximum number of addresses of all consumers.
    pub addresses: u32,
    /// The spec paths that need it.
    pub sources: BTreeSet<SpecKey>,
}

/// A private DNS zone that a resource needs.
#[derive(Debug, Clone)]
pub struct PrivateZoneNeed {
    /// DNS name of the zone.
    pub name: String,
    /// The suffix of every suitable zone, for a server inside a subnet; absent for private
    /// endpoints, whose zone has one name.
    pub suffix: Option<&'static str>,
}

impl PrivateZoneNeed {
    /// A zone of private endpoints.
    pub fn private_link(name: &str) -> PrivateZoneNeed {
        PrivateZoneNeed { name: name.to_owned(), suffix: None }
    }

    /// The zone can contain the records.
    pub fn accepts(&self, zone: &str) -> bool {
        self.suffix.map_or_else(|| zone == self.name, |suffix| zone.ends_with(suffix))
    }
}

impl Wiring {
    /// Requires addresses of a subnet.
    pub fn subnet(&mut self, subnet: Subnet, addresses: u32, source: &str) {
        let need = self.subnets.entry(subnet).or_default();
        need.addresses = need.addresses.saturating_add(addresses);
        need.sources.insert(source.to_owned());
    }

    /// Requires a private DNS zone by its name in the spec.
    pub fn private_zone(&mut self, name: &str, need: PrivateZoneNeed, source: &str) {
        self.need_instance(Capability::PrivateZones, name, source);
        self.private_zones.insert(name.to_owned(), need);
    }
}
