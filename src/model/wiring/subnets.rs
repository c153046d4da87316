//! Who needs how many addresses of which subnet, and which private zone. Never knows where a subnet
//! is.

use super::{SpecKey, Wiring};
use crate::azure::network::Subnet;
use std::collections::BTreeSet;

/// What its users need of a subnet.
#[derive(Debug, Clone, Default)]
pub struct SubnetNeed {
    /// Addresses at most, all users together.
    pub addresses: u32,
    /// The spec paths that need it.
    pub sources: BTreeSet<SpecKey>,
}

impl Wiring {
    /// Needs so many addresses of a subnet.
    pub fn subnet(&mut self, subnet: Subnet, addresses: u32, source: &str) {
        let need = self.subnets.entry(subnet).or_default();
        need.addresses = need.addresses.saturating_add(addresses);
        need.sources.insert(source.to_owned());
    }

    /// Needs a private DNS zone.
    pub fn private_zone(&mut self, name: &str, source: &str) {
        self.need_instance("private_zones", name, source);
    }
}
