//! Mistakes in addresses: what overlaps, what is too small, what lies outside. Never moves a
//! subnet.

use super::{Existing, Network};
use crate::{
    azure::{
        naming,
        network::{FORBIDDEN, Subnet, is_enough, room},
    },
    diag::{Code, Diagnostic, SpecPath},
    model::{
        Env,
        resource_group::check_azure_name,
        text::{Cidr, share},
        wiring::SubnetNeed,
    },
};
use ipnet::Ipv4Net;

const CIDR: &str = "network.cidr";

pub(super) fn check(network: &Network, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    check_azure_name(&naming::NETWORK, &env.names().network(), "network.name", diagnostics);
    let cluster = &env.platform.cluster;
    for (path, taken) in
        [("cluster.pod_cidr", &cluster.pod_cidr), ("cluster.service_cidr", &cluster.service_cidr)]
    {
        if taken.overlaps(&network.cidr) {
            diagnostics.push(against(
                path,
                CIDR,
                format!("`{}` overlaps the network, `{}`", taken.as_str(), network.cidr.as_str()),
                "choose another range",
            ));
        }
    }
    forbidden(CIDR, network.cidr.net(), diagnostics);
    check_egress(network, env, diagnostics);
    if let Some(existing) = &network.existing {
        apart(network, existing, diagnostics);
    }
    for (role, need) in &env.wiring.subnets {
        has_room(network, *role, need, env, diagnostics);
    }
}

/// A finding if a range overlaps one that AKS uses itself.
pub(crate) fn forbidden(path: &str, range: Ipv4Net, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    for taken in
        FORBIDDEN.iter().filter(|taken| taken.parse().is_ok_and(|taken| share(taken, range)))
    {
        diagnostics.push(Diagnostic::in_spec(
            Code::Conflict,
            path,
            format!("`{range}` overlaps `{taken}`, which AKS uses itself"),
            "choose another range",
        ));
    }
}

fn against(
    path: impl Into<String>,
    other: impl Into<String>,
    message: String,
    help: &str,
) -> Diagnostic<SpecPath> {
    Diagnostic::in_spec(Code::Conflict, path, message, help).and(other)
}

/// Addresses of the network where only others can stand: a firewall sees the public address that
/// traffic leaves by, and a policy on a range never selects a node.
fn check_egress(network: &Network, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let platform = &env.platform;
    let lists: [(&str, &[Cidr]); 3] = [
        ("cluster.authorized_ranges", &platform.cluster.authorized_ranges),
        ("vault.allowed_ranges", &platform.vault.allowed_ranges),
        ("storage.allowed_ranges", &platform.storage.allowed_ranges),
    ];
    for (path, ranges) in lists {
        for (i, range) in
            ranges.iter().enumerate().filter(|(_, range)| network.cidr.net().contains(&range.net()))
        {
            let message = format!(
                "`{}` is inside the network: who comes from there is seen by a public address",
                range.as_str()
            );
            diagnostics.push(against(
                format!("{path}.{i}"),
                CIDR,
                message,
                "name public addresses",
            ));
        }
    }
    let nodes = network.range(Subnet::Nodes);
    for (name, external) in &platform.external {
        let cidr = external.cidr.as_ref().map(Cidr::net);
        if cidr.is_some_and(|cidr| nodes.is_some_and(|nodes| nodes.contains(&cidr))) {
            let message =
                "this range is inside the subnet of the nodes: a policy on it selects nothing"
                    .to_owned();
            diagnostics.push(against(
                format!("external.{name}.cidr"),
                CIDR,
                message,
                "call what runs there by its name",
            ));
        }
    }
}

/// What somebody else made is inside the network, apart from each other, and all in one network.
fn apart(network: &Network, existing: &Existing, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let path = |role: Subnet| format!("network.existing.{}", role.name().replace('-', "_"));
    if network.name.is_some() {
        diagnostics.push(against(
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
