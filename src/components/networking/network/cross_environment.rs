//! Networks of several environments.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{Env, text::share};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Reports a range that an earlier environment has as well. Environments in one existing network
/// share its range.
pub(super) fn check(env: &Env, all: &[Env]) -> Option<Diagnostic<SpecPath>> {
    let own = &env.shared.network;
    let earlier = all.iter().take_while(|other| other.name != env.name);
    let overlaps = |other: &&Env| {
        let network = &other.shared.network;
        let is_same = !own.existing.is_empty() && own.existing == network.existing;
        !is_same && share(own.cidr.net(), network.cidr.net())
    };
    let other = earlier.into_iter().find(overlaps)?;
    let message = format!(
        "the network `{}` overlaps that of `{}`: the two can never be peered",
        own.cidr.as_str(),
        other.name
    );
    let help = free(all).map_or_else(
        || format!("set `environments.{}.network.cidr` to another range", env.name),
        |free| format!("set `environments.{}.network.cidr = \"{free}\"`", env.name),
    );
    Some(Diagnostic::in_spec(Code::SharedRange, "network.cidr", message, help))
}

/// The first /16 below 10.0.0.0/8 that no environment uses for nodes, pods or Services.
fn free(all: &[Env]) -> Option<Ipv4Net> {
    let taken = |range: &Ipv4Net| {
        all.iter().any(|env| {
            let cluster = &env.shared.cluster;
            [&env.shared.network.cidr, &cluster.pod_cidr, &cluster.service_cidr]
                .iter()
                .any(|one| share(one.net(), *range))
        })
    };
    let ranges = (224..=255)
        .chain(1..224)
        .map(|second| Ipv4Net::new_assert(Ipv4Addr::new(10, second, 0, 0), 16));
    ranges.into_iter().find(|range| !taken(range))
}
