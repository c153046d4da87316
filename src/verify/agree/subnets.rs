//! Every subnet is inside its virtual network and overlaps no other one.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Network, Subnet},
    model::text::share,
    verify::facts::Name,
};
use ipnet::Ipv4Net;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let range = |range: Name| facts.text(range).parse::<Ipv4Net>().ok();
    let networks: Vec<_> = facts.all::<Network<Name>>().collect();
    let subnets: Vec<_> = facts.all::<Subnet<Name>>().collect();
    let mut out = vec![];
    for (i, row) in subnets.iter().enumerate() {
        let Some(own) = range(row.range) else { continue };
        let mut refuse = |message: String, help: &str| {
            out.push(facts.diagnostic(row, Code::BadSubnet, message, help));
        };
        let mut around = networks
            .iter()
            .filter(|network| (network.namespace, network.name) == (row.namespace, row.network))
            .peekable();
        if around.peek().is_some()
            && !around
                .filter_map(|network| range(network.range))
                .any(|network| network.contains(&own))
        {
            refuse(
                format!(
                    "the subnet `{own}` is not inside the network `{}`",
                    facts.text(row.network)
                ),
                "Azure refuses it: choose a range of the network",
            );
        }
        let beside = subnets[..i]
            .iter()
            .filter(|other| (other.namespace, other.network) == (row.namespace, row.network));
        for other in
            beside.filter(|other| range(other.range).is_some_and(|other| share(own, other)))
        {
            refuse(
                format!("the subnet `{own}` shares addresses with `{}`", facts.text(other.name)),
                "Azure refuses it: choose another range",
            );
        }
    }
    out
}
