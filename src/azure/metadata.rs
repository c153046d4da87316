//! Addresses that no pod has any business with. Source: AKS documentation on restricting the
//! instance metadata service.

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// The instance metadata service, and Azure's wire server.
const ADDRESSES: [Ipv4Addr; 2] =
    [Ipv4Addr::new(169, 254, 169, 254), Ipv4Addr::new(168, 63, 129, 16)];

/// Those inside a range, as ranges: what a policy on the range has to leave out.
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
