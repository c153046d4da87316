//! What the policies allow together is exactly what the spec declares.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    azure::metadata,
    diag::{Code, Diagnostic, SpecPath},
    kinds::Selectable,
    model::wiring::{self, Pods},
    verify::{
        facts::{Allows, Carries, Direction, Fact, Isolates},
        network::{PodGroup, Policies, PolicyPeer, PolicyRule, Reach, ReachEdge, ReachEnd, reach},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// Groups that were rendered come first; the neighbours follow.
struct Map<'a> {
    groups: Vec<PodGroup>,
    rendered: Vec<&'a Fact>,
    /// Made by Kubernetes' own kinds, not by a chart: these must be isolated both ways.
    ours: Vec<bool>,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let map = groups(facts);
    let (policies, sources) = policies(facts);
    let reach = reach(&map.groups, &policies);
    let mut out = not_isolated(facts, &map, &reach);
    out.extend(reach.unknown_peers.iter().map(|i| stranger(facts, &policies, *i, sources[*i])));
    let declared = declared(facts, &map);
    // What anyone may reach, every pod may.
    let said = |edge: &ReachEdge| {
        declared.contains_key(edge)
            || declared.contains_key(&(
                ReachEnd::Outside(PolicyPeer::Anyone),
                edge.1.clone(),
                edge.2.clone(),
            ))
    };
    for (edge, rule) in reach.edges.iter().filter(|(edge, _)| !said(edge)) {
        let message = format!("the policies allow {}, which nobody declared", named(edge, &map));
        out.push(facts.diagnostic(
            sources[*rule],
            Code::UndeclaredConnection,
            message,
            "declare it by `calls`, `expose` or `metrics`, or close it",
        ));
    }
    for (edge, because) in declared.iter().filter(|(edge, _)| !reach.edges.contains_key(*edge)) {
        let ReachEnd::PodGroup(near) = edge.0 else { continue };
        let far = if let ReachEnd::PodGroup(far) = edge.1 { far } else { near };
        let Some(row) = map.rendered.get(near).or_else(|| map.rendered.get(far)) else { continue };
        let mut diagnostic = facts.diagnostic(
            *row,
            Code::BlockedConnection,
            format!(
                "{} is declared, but the policies do not allow it at both ends",
                named(edge, &map)
            ),
            "compare the policies of both",
        );
        diagnostic.places[0].source = because.clone().map(SpecPath::from);
        out.push(diagnostic);
    }
    out
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

fn stranger(
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
        format!("nobody is {}", rule.map_or_else(String::new, |rule| described(&rule.peer)));
    facts.diagnostic(row, Code::UnknownPeer, message, "render it, or correct the labels; the gateway and Prometheus are named by `[gateway]` and `[monitoring]`")
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

fn group(pods: &Pods) -> PodGroup {
    let labels = pods.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    PodGroup { namespace: pods.namespace.clone(), labels: Arc::new(labels) }
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

/// Every declared connection, with the spec path behind it. Every pod of ours may ask the cluster's
/// DNS.
fn declared(facts: &Facts<'_>, map: &Map<'_>) -> BTreeMap<ReachEdge, Option<String>> {
    let said = facts.declared;
    let mut by_label: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (i, group) in map.groups.iter().enumerate() {
        for (key, value) in &*group.labels {
            by_label.entry((&group.namespace, key, value)).or_default().push(i);
        }
    }
    let find = |pods: &Pods| -> Vec<usize> {
        let wanted = group(pods);
        let first = wanted.labels.first_key_value();
        let known = first.and_then(|(key, value)| by_label.get(&(&wanted.namespace, key, value)));
        let has = |i: &usize| {
            wanted.labels.iter().all(|(key, value)| map.groups[*i].labels.get(key) == Some(value))
        };
        known.into_iter().flatten().copied().filter(has).collect()
    };
    let mut out: BTreeMap<ReachEdge, Option<String>> = BTreeMap::new();
    for connection in &said.connections {
        let to: Vec<ReachEnd> = match connection.to {
            wiring::ConnectionPeer::Pods(pods) => {
                find(pods).into_iter().map(ReachEnd::PodGroup).collect()
            }
            wiring::ConnectionPeer::Range(cidr) => vec![outside(cidr)],
            wiring::ConnectionPeer::Host(host) if said.fqdn_policies => {
                vec![ReachEnd::Outside(PolicyPeer::Host(host.clone()))]
            }
            wiring::ConnectionPeer::Host(_) => vec![outside("0.0.0.0/0")],
        };
        for from in find(connection.from) {
            out.extend(to.iter().map(|to| {
                (
                    (ReachEnd::PodGroup(from), to.clone(), format!("TCP/{}", connection.port)),
                    Some(connection.source.to_owned()),
                )
            }));
        }
    }
    let dns = find(&said.dns);
    for (near, far) in (0..map.rendered.len())
        .filter(|i| map.ours[*i])
        .flat_map(|near| dns.iter().map(move |far| (near, *far)))
    {
        out.extend(["TCP/53", "UDP/53"].map(|port| {
            ((ReachEnd::PodGroup(near), ReachEnd::PodGroup(far), port.to_owned()), None)
        }));
    }
    for (pods, port) in &said.open {
        out.extend(find(pods).into_iter().map(|far| {
            (
                (
                    ReachEnd::Outside(PolicyPeer::Anyone),
                    ReachEnd::PodGroup(far),
                    format!("TCP/{port}"),
                ),
                None,
            )
        }));
    }
    for (from, to, protocol, port) in &said.scraped {
        let far = find(to);
        out.extend(find(from).into_iter().flat_map(|near| {
            far.iter().map(move |far| {
                (
                    (
                        ReachEnd::PodGroup(near),
                        ReachEnd::PodGroup(*far),
                        format!("{protocol}/{port}"),
                    ),
                    None,
                )
            })
        }));
    }
    out
}

/// A range as the policies must write it: without the metadata addresses in it.
fn outside(cidr: &str) -> ReachEnd {
    ReachEnd::Outside(PolicyPeer::Range { cidr: cidr.to_owned(), except: metadata::inside(cidr) })
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
    }
}
