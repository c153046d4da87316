//! Routes lead to Services that exist and that the gateway can reach.

use super::{
    Facts, ObjectPlace, StatedFact,
    services::{Connections, HostTarget, ServiceTarget, Services},
};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Enters, RoutesTo},
    verify::{
        facts::{Name, ObjectOrigin},
        network::{PodGroup, ReachEnd},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The reserved gateway of Istio: requests between pods.
const MESH: &str = "mesh";

/// Connections to the pods of routes.
struct Entrances<'a> {
    groups: &'a [PodGroup],
    /// Number of rendered groups, which are the first.
    rendered: usize,
    services: &'a Services,
    connections: Connections<'a>,
    /// Groups of the pods of the ingress gateway.
    gateways: BTreeSet<usize>,
    /// Sources of allowed connections, by group.
    sources: BTreeMap<usize, Vec<&'a ReachEnd>>,
}

/// Reports routes to Services that do not exist, that lack the port, or that the gateway cannot
/// reach.
pub(super) fn check(
    facts: &Facts<'_>,
    groups: &[PodGroup],
    rendered: usize,
    services: &Services,
    connections: Connections<'_>,
) -> Vec<Diagnostic<ObjectPlace>> {
    let mut sources: BTreeMap<usize, Vec<&ReachEnd>> = BTreeMap::new();
    for (from, to, _) in connections.reach.edges.keys() {
        if let ReachEnd::PodGroup(to) = to {
            sources.entry(*to).or_default().push(from);
        }
    }
    let gateways = gateways(facts, groups);
    let entrances = Entrances { groups, rendered, services, connections, gateways, sources };
    let entered: BTreeSet<ObjectOrigin> = facts
        .all::<Enters<Name>>()
        .filter(|row| facts.text(row.gateway) != MESH)
        .map(|row| row.origin)
        .collect();
    let rows = facts.all::<RoutesTo<Name>>();
    rows.filter_map(|row| entrances.route(facts, row, entered.contains(&row.origin))).collect()
}

impl Entrances<'_> {
    fn route(
        &self,
        facts: &Facts<'_>,
        row: StatedFact<'_, RoutesTo<Name>>,
        enters: bool,
    ) -> Option<Diagnostic<ObjectPlace>> {
        let (host, own) = (facts.text(row.host), facts.text(row.namespace));
        match self.services.find(&host, &own) {
            HostTarget::Service(name, service) => {
                self.to_service(facts, row, name, service, enters)
            }
            HostTarget::Missing(name, namespace) => Some(missing(facts, row, name, namespace)),
            HostTarget::Other => None,
        }
    }

    fn to_service(
        &self,
        facts: &Facts<'_>,
        row: StatedFact<'_, RoutesTo<Name>>,
        name: &str,
        service: &ServiceTarget,
        enters: bool,
    ) -> Option<Diagnostic<ObjectPlace>> {
        let port = facts.text(row.port);
        let targets = |to: &usize| self.services.target_ports(service, &port, *to);
        if service.groups.iter().any(|to| targets(to).is_none()) {
            let message = format!("the Service `{name}` has no port `{port}`");
            let help = format!("it has: {}", service.ports());
            return Some(facts.diagnostic(row, Code::DanglingPort, message, help));
        }
        let is_open =
            |to: &usize| targets(to).into_iter().flatten().any(|port| self.is_entered(*to, &port));
        let is_closed = enters && !service.groups.is_empty() && !service.groups.iter().any(is_open);
        is_closed.then(|| closed(facts, row, name))
    }

    /// Returns whether the policies allow a connection from a gateway, or from outside the
    /// namespace.
    fn is_entered(&self, to: usize, port: &str) -> bool {
        let is_outside = |from: usize| {
            from < self.rendered && self.groups[from].namespace != self.groups[to].namespace
        };
        let mut sources = self.sources.get(&to).into_iter().flatten();
        self.connections.reach.open_in.contains(&to)
            || self.gateways.iter().any(|from| self.connections.has(*from, to, port))
            || sources.any(|source| match source {
                ReachEnd::Outside(_) => true,
                ReachEnd::PodGroup(from) => {
                    is_outside(*from) && self.connections.has(*from, to, port)
                }
            })
    }
}

fn missing(
    facts: &Facts<'_>,
    row: StatedFact<'_, RoutesTo<Name>>,
    name: &str,
    namespace: &str,
) -> Diagnostic<ObjectPlace> {
    let message = format!("there is no Service `{name}` in the namespace `{namespace}`");
    let help = "render it, or declare it by `[assume.<name>]` if another tool creates it";
    facts.diagnostic(row, Code::DanglingReference, message, help)
}

/// Groups of the pods of the ingress gateway.
fn gateways(facts: &Facts<'_>, groups: &[PodGroup]) -> BTreeSet<usize> {
    let Some(pods) = &facts.declared.ingress else { return BTreeSet::new() };
    let is_gateway = |group: &PodGroup| {
        let labels = &group.labels;
        group.namespace == pods.namespace
            && pods.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
    };
    (0..groups.len()).filter(|i| is_gateway(&groups[*i])).collect()
}

fn closed(
    facts: &Facts<'_>,
    row: StatedFact<'_, RoutesTo<Name>>,
    name: &str,
) -> Diagnostic<ObjectPlace> {
    let message = format!("the policies do not let the gateway reach the Service `{name}`");
    let help = format!("set `services.{name}.expose`, or remove the route");
    facts.diagnostic(row, Code::UnexposedRoute, message, help)
}
