//! Subnets: the place of each inside the range of its network, and the number of its addresses.
//! Source: Azure documentation on virtual networks, on private endpoints and on networking of
//! PostgreSQL flexible servers; for AKS: concepts-network-cni-overview.

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Ranges that AKS reserves.
pub const FORBIDDEN: &[&str] =
    &["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

/// Number of addresses that Azure reserves in each subnet: the first four and the last.
const RESERVED_ADDRESSES: u32 = 5;

/// Purpose of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subnet {
    /// Nodes of the cluster. Pods have addresses of the overlay network.
    Nodes,
    /// Private endpoints.
    PrivateEndpoints,
    /// Delegated to PostgreSQL flexible servers.
    Postgres,
}

impl Subnet {
    /// All purposes.
    pub const ALL: [Subnet; 3] = [Subnet::Nodes, Subnet::PrivateEndpoints, Subnet::Postgres];

    /// Name of the Kubernetes object, and part of the name in Azure.
    pub const fn name(self) -> &'static str {
        match self {
            Subnet::Nodes => "nodes",
            Subnet::PrivateEndpoints => "private-endpoints",
            Subnet::Postgres => "postgres",
        }
    }

    /// The name of the subnet in Azure.
    pub fn azure_name(self) -> String {
        format!("snet-{}", self.name())
    }

    /// The position in sixteenths of the network, and the number of bits that the prefix is longer.
    /// A position is permanent: a new purpose takes the next free sixteenth, so no subnet moves.
    const fn place(self) -> (u32, u8) {
        match self {
            Subnet::Nodes => (0, 2),
            Subnet::PrivateEndpoints => (4, 4),
            Subnet::Postgres => (5, 4),
        }
    }

    /// The longest prefix that Azure accepts for the purpose.
    pub const fn longest(self) -> u8 {
        match self {
            Subnet::Nodes | Subnet::PrivateEndpoints => 29,
            Subnet::Postgres => 28,
        }
    }

    /// The range of the subnet in a network; absent if the network is too small to divide.
    pub fn within(self, network: Ipv4Net) -> Option<Ipv4Net> {
        let (sixteenth, bits) = self.place();
        let shift = 28_u8.checked_sub(network.prefix_len())?;
        let start = u32::from(network.network()).checked_add(sixteenth << shift)?;
        Ipv4Net::new(Ipv4Addr::from(start), network.prefix_len() + bits).ok()
    }
}

/// Number of addresses of a subnet for resources.
pub fn room(subnet: Ipv4Net) -> u32 {
    1_u32
        .checked_shl(32 - u32::from(subnet.prefix_len()))
        .unwrap_or(u32::MAX)
        .saturating_sub(RESERVED_ADDRESSES)
}

/// Whether a subnet has so many addresses, and a prefix that Azure accepts for the purpose.
pub fn is_enough(role: Subnet, subnet: Ipv4Net, addresses: u32) -> bool {
    subnet.prefix_len() <= role.longest() && room(subnet) >= addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().expect("a network")
    }

    #[test]
    fn every_role_has_its_place() {
        let of = |role: Subnet, network| role.within(net(network)).map(|s| s.to_string());
        assert_eq!(of(Subnet::Nodes, "10.224.0.0/16").as_deref(), Some("10.224.0.0/18"));
        assert_eq!(
            of(Subnet::PrivateEndpoints, "10.224.0.0/16").as_deref(),
            Some("10.224.64.0/20")
        );
        assert_eq!(of(Subnet::Postgres, "10.224.0.0/16").as_deref(), Some("10.224.80.0/20"));
        assert_eq!(of(Subnet::Postgres, "10.0.0.0/24").as_deref(), Some("10.0.0.80/28"));
        assert_eq!(of(Subnet::Postgres, "10.0.0.0/8").as_deref(), Some("10.80.0.0/12"));
        assert_eq!(of(Subnet::Nodes, "10.0.0.0/29"), None);
    }

    #[test]
    fn roles_are_inside_their_network_and_apart() {
        for prefix in 8..=28 {
            let network = Ipv4Net::new(Ipv4Addr::new(10, 0, 0, 0), prefix).expect("a prefix");
            let all: Vec<Ipv4Net> =
                Subnet::ALL.iter().filter_map(|role| role.within(network)).collect();
            assert_eq!(all.len(), Subnet::ALL.len());
            for (i, one) in all.iter().enumerate() {
                assert!(network.contains(one) && one.trunc() == *one, "{one}");
                assert!(
                    all[..i].iter().all(|other| !one.contains(other) && !other.contains(one)),
                    "{one}"
                );
            }
        }
    }

    #[test]
    fn azure_keeps_five_addresses() {
        assert!(is_enough(Subnet::Nodes, net("10.0.0.0/26"), 59));
        assert!(!is_enough(Subnet::Nodes, net("10.0.0.0/26"), 60));
        assert!(!is_enough(Subnet::Postgres, net("10.0.0.0/29"), 1));
    }
}
