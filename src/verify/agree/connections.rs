//! Network policies allow exactly the connections that the spec declares.

use super::{
    Facts, ObjectPlace, StatedFact, addresses,
    declared_edges::{DeclaredEdges, declared_edges, group},
    routes,
    services::{Connections, Services},
};
use crate::{
    diag::{Code, Diagnostic, SpecPath},
    kinds::{Selectable, Unevaluated},
    verify::{
        facts::{Allows, Carries, Direction, Fact, Isolates, Name},
        network::{PodGroup, Policies, PolicyPeer, PolicyRule, Reach, ReachEdge, ReachEnd, reach},
    },
};

/// All groups of pods: rendered ones first, then neighbours.
struct Map<'a> {
    groups: Vec<PodGroup>,
    rendered: Vec<&'a Fact>,
    /// The group is not from a chart: policies must isolate it in both directions.
    ours: Vec<bool>,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let map = groups(facts);
    let (policies, sources) = policies(facts);
    let reach = reach(&map.groups, &policies);
    let rendered: Vec<usize> = (0..map.rendered.len()).filter(|i| map.ours[*i]).collect();
    let declared = declared_edges(facts.declared, &map.groups, &rendered);
    let mut out = not_isolated(facts, &map, &reach);
    out.extend(reach.unknown_peers.iter().map(|i| unknown_peer(facts, &policies, *i, sources[*i])));
    out.extend(undeclared(facts, &map, &reach, &declared, &sources));
    out.extend(blocked(facts, &map, &reach, &declared));
    out.extend(facts.all::<Unevaluated<Name>>().map(|row| unevaluated(facts, row)));
    let connections = Connections { reach: &reach, declared: &declared };
    let services = Services::new(facts, &map.groups, &map.rendered);
    out.extend(addresses::check(facts, &map.rendered, &services, connections));
    out.extend(routes::check(facts, &map.groups, map.rendered.len(), &services, connections));
    out
}

/// Connections that the policies allow and the spec does not declare. A port that is open to anyone
/// is open to every pod.
fn undeclared(
    facts: &Facts<'_>,
    map: &Map<'_>,
    reach: &Reach,
    declared: &DeclaredEdges,
    sources: &[&Fact],
) -> Vec<Diagnostic<ObjectPlace>> {
    let anyone = || ReachEnd::Outside(PolicyPeer::Anyone);
    let is_declared = |edge: &ReachEdge| {
        declared.contains_key(edge)
            || declared.contains_key(&(anyone(), edge.1.clone(), edge.2.clone()))
    };
    let edges = reach.edges.iter().filter(|(edge, _)| !is_declared(edge));
    edges
        .map(|(edge, rule)| {
            let edge = named(edge, map);
            let message = format!("the policies allow {edge}, which the spec does not declare");
            let help = "declare it by `calls`, `expose` or `metrics`, or close it";
            facts.diagnostic(sources[*rule], Code::UndeclaredConnection, message, help)
        })
        .collect()
}

/// Declared connections that the policies do not allow.
fn blocked(
    facts: &Facts<'_>,
    map: &Map<'_>,
    reach: &Reach,
    declared: &DeclaredEdges,
) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = vec![];
    for (edge, source) in declared.iter().filter(|(edge, _)| !reach.edges.contains_key(*edge)) {
        let ReachEnd::PodGroup(near) = edge.0 else { continue };
        let far = if let ReachEnd::PodGroup(far) = edge.1 { far } else { near };
        let Some(row) = map.rendered.get(near).or_else(|| map.rendered.get(far)) else { continue };
        let edge = named(edge, map);
        let message = format!("{edge} is declared, but the policies do not allow it at both ends");
        let help = "compare the policies of both";
        let mut diagnostic = facts.diagnostic(*row, Code::BlockedConnection, message, help);
        diagnostic.places[0].source = source.clone().map(SpecPath::from);
        out.push(diagnostic);
    }
    out
}

/// A field of a policy whose effect is unknown: the other rules can be wrong.
fn unevaluated(
    facts: &Facts<'_>,
    row: StatedFact<'_, Unevaluated<Name>>,
) -> Diagnostic<ObjectPlace> {
    let message = format!("connections are not evaluated for `{}`", facts.text(row.field));
    let help = "write the rule with endpoints, entities, CIDRs or FQDNs; or waive this finding";
    facts.diagnostic(row, Code::UnevaluatedPolicy, message, help)
}

fn not_isolated(facts: &Facts<'_>, map: &Map<'_>, reach: &Reach) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = vec![];
    for (open, way) in [(&reach.open_in, "incoming"), (&reach.open_out, "outgoing")] {
        let message = format!("no policy isolates these pods for {way} connections");
        let unguarded = open.iter().filter(|i| map.ours.get(**i) == Some(&true));
        out.extend(unguarded.map(|i| {
            facts.diagnostic(
                map.rendered[*i],
                Code::NotIsolated,
                message.clone(),
                "add a policy of that type that selects them",
            )
        }));
    }
    out
}

fn unknown_peer(
    facts: &Facts<'_>,
    policies: &Policies,
    index: usize,
    row: &Fact,
) -> Diagnostic<ObjectPlace> {
    let rule = policies
        .allows_in
        .get(index)
        .or_else(|| policies.allows_out.get(index - policies.allows_in.len()));
    let message =
        format!("no known pod is {}", rule.map_or_else(String::new, |rule| described(&rule.peer)));
    facts.diagnostic(row, Code::UnknownPeer, message, "render it, or correct the labels; `[gateway]` and `[prometheus]` have the labels of the gateway and Prometheus")
}

fn groups<'a>(facts: &Facts<'a>) -> Map<'a> {
    let mut map = Map { groups: vec![], rendered: vec![], ours: vec![] };
    let nothing = facts.name("");
    let pods = facts.all::<Carries>().filter(|row| row.what == Selectable::Pods);
    for row in pods {
        let labels = facts.names.labels(row.labels);
        map.groups.push(PodGroup { namespace: facts.text(row.namespace), labels });
        map.rendered.push(row.fact);
        map.ours.push(row.at != nothing);
    }
    map.groups.extend(facts.declared.neighbours.iter().map(group));
    map
}

fn policies<'a>(facts: &Facts<'a>) -> (Policies, Vec<&'a Fact>) {
    let isolates = |direction| {
        let rows = facts.all::<Isolates>().filter(move |row| row.direction == direction);
        rows.map(|row| (facts.text(row.namespace), facts.names.selector(row.selector))).collect()
    };
    let allows = |direction| facts.all::<Allows>().filter(move |row| row.direction == direction);
    let policies = Policies {
        isolates_in: isolates(Direction::In),
        isolates_out: isolates(Direction::Out),
        allows_in: allows(Direction::In).map(|row| rule(facts, row)).collect(),
        allows_out: allows(Direction::Out).map(|row| rule(facts, row)).collect(),
    };
    let sources = allows(Direction::In).chain(allows(Direction::Out)).map(|row| row.fact);
    (policies, sources.collect())
}

fn rule(facts: &Facts<'_>, row: StatedFact<'_, Allows>) -> PolicyRule {
    PolicyRule {
        namespace: facts.text(row.namespace),
        selector: facts.names.selector(row.selector),
        peer: facts.names.peer(row.peer),
        ports: facts.names.ports(row.ports),
    }
}

fn named(edge: &ReachEdge, map: &Map<'_>) -> String {
    let end = |end: &ReachEnd| match end {
        ReachEnd::PodGroup(i) => {
            let group = &map.groups[*i];
            let first = || group.labels.iter().next().map(|(key, value)| format!("{key}={value}"));
            let name = group.labels.get("app.kubernetes.io/name").cloned();
            let name = name.or_else(first).unwrap_or_else(|| "*".to_owned());
            format!("`{}/{name}`", group.namespace)
        }
        ReachEnd::Outside(peer) => described(peer),
    };
    let port = if edge.2.is_empty() { "all ports" } else { &edge.2 };
    format!("{} to {} on {port}", end(&edge.0), end(&edge.1))
}

/// A peer in words.
fn described(peer: &PolicyPeer) -> String {
    match peer {
        PolicyPeer::Anyone => "anyone".into(),
        PolicyPeer::Pods { namespace, selector } if namespace.is_empty() => {
            format!("a pod of any namespace with `{}`", selector.words(","))
        }
        PolicyPeer::Pods { namespace, selector } if selector.is_empty() => {
            format!("a pod in the namespace `{namespace}`")
        }
        PolicyPeer::Pods { namespace, selector } => {
            format!("a pod with `{}` in the namespace `{namespace}`", selector.words(","))
        }
        PolicyPeer::Namespaces(selector) => {
            format!("in a namespace with `{}`", selector.words(","))
        }
        PolicyPeer::Range { cidr, except } if except.is_empty() => format!("`{cidr}`"),
        PolicyPeer::Range { cidr, except } => format!("`{cidr}` without `{}`", except.join(",")),
        PolicyPeer::Host(host) => format!("`{host}`"),
        PolicyPeer::Entity(entity) => format!("the entity `{entity}`"),
    }
}
