//! Subnets: where each stands inside the range of its network, and how many addresses it has.
//! Source: Azure's documentation on virtual networks, on private endpoints and on networking of
//! PostgreSQL flexible servers; of AKS: concepts-network-cni-overview.

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Ranges that AKS itself uses.
pub const FORBIDDEN: &[&str] =
    &["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

/// Addresses of every subnet that Azure keeps: the first four and the last.
const RESERVED_USERS: u32 = 5;

/// What a subnet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subnet {
    /// The nodes of the cluster. Pods have addresses of their own.
    Nodes,
    /// Private endpoints.
    PrivateEndpoints,
    /// Delegated to PostgreSQL flexible servers.
    Postgres,
}

impl Subnet {
    /// All of them.
    pub const ALL: [Subnet; 3] = [Subnet::Nodes, Subnet::PrivateEndpoints, Subnet::Postgres];

    /// Its name: of the object, and a part of the name in Azure.
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

    /// The first sixteenth of the network that it takes, and how many bits longer its prefix is. A
    /// role keeps its place for ever: a new one takes the next sixteenth that is free, and no other
    /// moves.
    const fn place(self) -> (u32, u8) {
        match self {
            Subnet::Nodes => (0, 2),
            Subnet::PrivateEndpoints => (4, 4),
            Subnet::Postgres => (5, 4),
        }
    }

    /// The longest prefix that Azure takes for it.
    pub const fn longest(self) -> u8 {
        match self {
            Subnet::Nodes | Subnet::PrivateEndpoints => 29,
            Subnet::Postgres => 28,
        }
    }

    /// Its part of a network; nothing where the network is too small to be shared out.
    pub fn within(self, network: Ipv4Net) -> Option<Ipv4Net> {
        let (sixteenth, bits) = self.place();
        let shift = 28_u8.checked_sub(network.prefix_len())?;
        let start = u32::from(network.network()).checked_add(sixteenth << shift)?;
        Ipv4Net::new(Ipv4Addr::from(start), network.prefix_len() + bits).ok()
    }
}

/// The addresses of a subnet that resources can have.
pub fn room(subnet: Ipv4Net) -> u32 {
    1_u32
        .checked_shl(32 - u32::from(subnet.prefix_len()))
        .unwrap_or(u32::MAX)
        .saturating_sub(RESERVED_USERS)
}

/// Has a subnet room for so many addresses, and does Azure take it for this role?
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
