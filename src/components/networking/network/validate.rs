//! Errors in address ranges: overlaps, ranges outside the network, and subnets that are too small.

use super::{Existing, ExistingSubnet, Network};
use crate::components::checks::{check_azure_name, check_reserved_range};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::{
    azure::{
        naming,
        network::{Subnet, is_enough, room},
    },
    model::{Env, shared::RangeUsage, wiring::SubnetNeed},
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
    check_azure_name(&naming::NETWORK, &network.azure_name(env), "network.name", diagnostics);
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
        check_existing(network, existing, diagnostics);
    }
    for (role, need) in &env.wiring.subnets {
        check_room(network, *role, need, env, diagnostics);
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

/// Reports ranges inside the network that have no effect. A firewall compares the public address of
/// outbound traffic, and a policy on an address range does not select nodes.
fn check_egress(network: &Network, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let ranges =
        |usage: RangeUsage| env.shared.ranges.iter().filter(move |range| range.usage == usage);
    let inside = |range: &Ipv4Net| {
        network.cidr.net().contains(range) || PRIVATE.iter().any(|one| one.contains(range))
    };
    for range in ranges(RangeUsage::Clients).filter(|range| inside(&range.cidr.net())) {
        let message = format!(
            "`{}` is a private range: clients arrive at Azure with a public address",
            range.cidr.as_str()
        );
        let help = "set public addresses";
        diagnostics.push(against(Code::IneffectiveRange, &range.path, CIDR, message, help));
    }
    let Some(nodes) = network.range(Subnet::Nodes) else { return };
    for range in ranges(RangeUsage::Destination).filter(|range| nodes.contains(&range.cidr.net())) {
        let message =
            "this range is inside the subnet of the nodes: a policy on it selects nothing"
                .to_owned();
        let help = "call the service in this range by its name";
        diagnostics.push(against(Code::IneffectiveRange, &range.path, CIDR, message, help));
    }
}

/// Spec path of an existing subnet.
fn existing_path(role: Subnet) -> String {
    format!("network.existing.{}", role.name().replace('-', "_"))
}

/// Reports existing subnets that are outside the network, overlap, or are in different networks.
fn check_existing(
    network: &Network,
    existing: &Existing,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if network.name.is_some() {
        let message = "an existing network has a name already".into();
        let help = "remove `name`";
        let code = Code::ExclusiveSettings;
        diagnostics.push(against(code, "network.name", "network.existing", message, help));
    }
    let all: Vec<(Subnet, &ExistingSubnet)> =
        Subnet::ALL.iter().filter_map(|role| Some((*role, existing.subnet(*role)?))).collect();
    for (i, (role, subnet)) in all.iter().enumerate() {
        check_inside(network, *role, subnet, diagnostics);
        for before in &all[..i] {
            check_pair(*before, (*role, subnet), diagnostics);
        }
    }
}

fn check_inside(
    network: &Network,
    role: Subnet,
    subnet: &ExistingSubnet,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if !network.cidr.net().contains(&subnet.cidr.net()) {
        let (range, whole) = (subnet.cidr.as_str(), network.cidr.as_str());
        let message = format!("`{range}` is not inside the network, `{whole}`");
        let path = format!("{}.cidr", existing_path(role));
        let help = "set `network.cidr` to the range of the existing network";
        diagnostics.push(against(Code::BadSubnet, path, CIDR, message, help));
    }
}

/// Reports two subnets that overlap or are in different networks.
fn check_pair(
    (before, other): (Subnet, &ExistingSubnet),
    (role, subnet): (Subnet, &ExistingSubnet),
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let names = format!("the subnets `{}` and `{}`", before.name(), role.name());
    let mut report = |field: &str, problem: &str, help: &str| {
        let path = |role| format!("{}.{field}", existing_path(role));
        let message = format!("{names} {problem}");
        diagnostics.push(against(Code::BadSubnet, path(role), path(before), message, help));
    };
    if subnet.cidr.overlaps(&other.cidr) {
        report("cidr", "overlap", "compare both with Azure: one is wrong");
    }
    if subnet.id.network() != other.id.network() {
        report("id", "are in different networks", "name subnets of one network");
    }
}

/// Reports a subnet that is missing or too small for its resources.
fn check_room(
    network: &Network,
    role: Subnet,
    need: &SubnetNeed,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let path = match &network.existing {
        Some(_) => format!("{}.cidr", existing_path(role)),
        None => CIDR.to_owned(),
    };
    let source = need.sources.first().cloned().unwrap_or_default();
    match network.range(role) {
        None if network.existing.is_some() => {
            let message = format!("there is no subnet `{}`, but `{source}` needs it", role.name());
            diagnostics.push(against(
                Code::IncompleteTable,
                "network.existing",
                source,
                message,
                "name an existing subnet, or remove the other key",
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

/// Help text with the longest prefix that has room for all subnets.
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
        None => "reduce the number of nodes".into(),
    }
}
