//! Mistakes in addresses: what overlaps, what is too small, what lies outside. Never moves a
//! subnet.

use super::{Existing, Network};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::{
    azure::{
        naming,
        network::{Subnet, is_enough, room},
    },
    model::{
        Env,
        checks::{check_azure_name, check_reserved_range},
        shared::RangeUsage,
        wiring::SubnetNeed,
    },
};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

const CIDR: &str = "network.cidr";

/// Private ranges: RFC 1918, and the shared address space of RFC 6598.
const PRIVATE: [Ipv4Net; 4] = [
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
];

pub(super) fn check(network: &Network, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    check_azure_name(&naming::NETWORK, &env.names().network(), "network.name", diagnostics);
    let cluster = &env.shared.cluster;
    for (path, taken) in
        [("cluster.pod_cidr", &cluster.pod_cidr), ("cluster.service_cidr", &cluster.service_cidr)]
    {
        if taken.overlaps(&network.cidr) {
            diagnostics.push(against(
                Code::OverlappingRanges,
                path,
                CIDR,
                format!("`{}` overlaps the network, `{}`", taken.as_str(), network.cidr.as_str()),
                "choose another range",
            ));
        }
    }
    check_reserved_range(CIDR, network.cidr.net(), diagnostics);
    check_egress(network, env, diagnostics);
    if let Some(existing) = &network.existing {
        apart(network, existing, diagnostics);
    }
    for (role, need) in &env.wiring.subnets {
        has_room(network, *role, need, env, diagnostics);
    }
}

fn against(
    code: Code,
    path: impl Into<String>,
    other: impl Into<String>,
    message: String,
    help: &str,
) -> Diagnostic<SpecPath> {
    Diagnostic::in_spec(code, path, message, help).and(other)
}

/// Addresses of the network where only others can stand: a firewall sees the public address that
/// traffic leaves by, and a policy on a range never selects a node.
fn check_egress(network: &Network, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let ranges =
        |usage: RangeUsage| env.shared.ranges.iter().filter(move |range| range.usage == usage);
    let inside = |range: &Ipv4Net| {
        network.cidr.net().contains(range) || PRIVATE.iter().any(|one| one.contains(range))
    };
    for range in ranges(RangeUsage::Clients).filter(|range| inside(&range.cidr.net())) {
        let message = format!(
            "`{}` is a private range: a firewall of Azure sees public addresses only",
            range.cidr.as_str()
        );
        diagnostics.push(against(
            Code::IneffectiveRange,
            &range.path,
            CIDR,
            message,
            "name public addresses",
        ));
    }
    let Some(nodes) = network.range(Subnet::Nodes) else { return };
    for range in ranges(RangeUsage::Destination).filter(|range| nodes.contains(&range.cidr.net())) {
        let message =
            "this range is inside the subnet of the nodes: a policy on it selects nothing"
                .to_owned();
        let help = "call what runs there by its name";
        diagnostics.push(against(Code::IneffectiveRange, &range.path, CIDR, message, help));
    }
}

/// What somebody else made is inside the network, apart from each other, and all in one network.
fn apart(network: &Network, existing: &Existing, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let path = |role: Subnet| format!("network.existing.{}", role.name().replace('-', "_"));
    if network.name.is_some() {
        diagnostics.push(against(
            Code::ExclusiveSettings,
            "network.name",
            "network.existing",
            "a network that exists already has its name".into(),
            "remove `name`",
        ));
    }
    let all: Vec<_> =
        Subnet::ALL.iter().filter_map(|role| Some((*role, existing.subnet(*role)?))).collect();
    for (i, (role, subnet)) in all.iter().enumerate() {
        if !network.cidr.net().contains(&subnet.cidr.net()) {
            let message = format!(
                "`{}` is not inside the network, `{}`",
                subnet.cidr.as_str(),
                network.cidr.as_str()
            );
            diagnostics.push(against(
                Code::BadSubnet,
                format!("{}.cidr", path(*role)),
                CIDR,
                message,
                "write the network's own range into `network.cidr`",
            ));
        }
        for (before, other) in &all[..i] {
            if subnet.cidr.overlaps(&other.cidr) {
                let message =
                    format!("the subnets `{}` and `{}` overlap", before.name(), role.name());
                diagnostics.push(against(
                    Code::BadSubnet,
                    format!("{}.cidr", path(*role)),
                    format!("{}.cidr", path(*before)),
                    message,
                    "look them up: one is wrong",
                ));
            }
            if subnet.id.network() != other.id.network() {
                let message = format!(
                    "the subnets `{}` and `{}` are in different networks",
                    before.name(),
                    role.name()
                );
                diagnostics.push(against(
                    Code::BadSubnet,
                    format!("{}.id", path(*role)),
                    format!("{}.id", path(*before)),
                    message,
                    "name subnets of one network",
                ));
            }
        }
    }
}

fn has_room(
    network: &Network,
    role: Subnet,
    need: &SubnetNeed,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let path = match &network.existing {
        Some(_) => format!("network.existing.{}.cidr", role.name().replace('-', "_")),
        None => CIDR.to_owned(),
    };
    let source = need.sources.first().cloned().unwrap_or_default();
    match network.range(role) {
        None if network.existing.is_some() => {
            let message = format!("there is no subnet `{}`, but something needs it", role.name());
            diagnostics.push(against(
                Code::IncompleteTable,
                "network.existing",
                source,
                message,
                "name one that exists, or remove what needs it",
            ));
        }
        Some(range) if is_enough(role, range, need.addresses) => {}
        range => {
            let has = range.map_or(0, room);
            let message = format!(
                "the subnet `{}` has room for {has} addresses, but {} are needed",
                role.name(),
                need.addresses
            );
            let diagnostic =
                Diagnostic::in_spec(Code::CidrTooSmall, path, message, enough(network, env));
            diagnostics.push(diagnostic.and(source));
        }
    }
}

/// The longest prefix that holds everything.
fn enough(network: &Network, env: &Env) -> String {
    let holds = |prefix: &u8| {
        let Ok(wide) = Ipv4Net::new(network.cidr.net().network(), *prefix) else { return false };
        env.wiring.subnets.iter().all(|(role, need)| {
            role.within(wide.trunc()).is_some_and(|range| is_enough(*role, range, need.addresses))
        })
    };
    match (8..=28).rev().find(holds) {
        Some(_) if network.existing.is_some() => "name a larger subnet".into(),
        Some(prefix) => format!("a /{prefix} is large enough"),
        None => "have fewer nodes".into(),
    }
}
