//! A subnet is inside its virtual network, and apart from the others.

use super::{Facts, Verdict};
use crate::{
    diag::Code,
    model::text::share,
    verify::facts::{Relation, Row},
};
use ipnet::Ipv4Net;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let range = |row: &Row| facts.text(row.b).parse::<Ipv4Net>().ok();
    let networks = facts.of(Relation::Network);
    let subnets = facts.of(Relation::Subnet);
    let mut out = vec![];
    for (i, row) in subnets.iter().enumerate() {
        let Some(own) = range(row) else { continue };
        let mut refuse = |message: String, help: &str| {
            out.push(facts.verdict(row, Code::BadSubnet, message, help))
        };
        let mut around = networks
            .iter()
            .filter(|network| (network.namespace, network.a) == (row.namespace, row.a))
            .peekable();
        if around.peek().is_some()
            && !around.filter_map(|network| range(network)).any(|network| network.contains(&own))
        {
            refuse(
                format!("the subnet `{own}` is not inside the network `{}`", facts.text(row.a)),
                "Azure refuses it: choose a range of the network",
            );
        }
        let beside = subnets[..i]
            .iter()
            .filter(|other| (other.namespace, other.a) == (row.namespace, row.a));
        for other in beside.filter(|other| range(other).is_some_and(|other| share(own, other))) {
            refuse(
                format!("the subnet `{own}` shares addresses with `{}`", facts.text(other.c)),
                "Azure refuses it: choose another range",
            );
        }
    }
    out
}
