//! Addresses that pods must not reach. Source: AKS documentation on restricting the instance
//! metadata service.

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// The instance metadata service and the wire server of Azure.
const ADDRESSES: [Ipv4Addr; 2] =
    [Ipv4Addr::new(169, 254, 169, 254), Ipv4Addr::new(168, 63, 129, 16)];

/// Such addresses inside a range, as ranges for `ipBlock.except` of a NetworkPolicy.
pub fn inside(cidr: &str) -> Vec<String> {
    let net: Option<Ipv4Net> = cidr.parse().ok();
    ADDRESSES
        .iter()
        .filter(|address| net.is_some_and(|net| net.contains(*address)))
        .map(|address| format!("{address}/32"))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_ranges_that_hold_them_leave_them_out() {
        assert_eq!(super::inside("0.0.0.0/0").len(), 2);
        assert_eq!(super::inside("169.254.0.0/16"), ["169.254.169.254/32"]);
        assert!(super::inside("10.0.0.0/8").is_empty());
    }
}
