//! What the policies allow together is exactly what the spec declares.

use super::{Facts, Verdict};
use crate::{
    azure::metadata,
    diag::Code,
    model::wiring::{Peer, Pods},
    verify::{
        facts::{Relation, Row},
        network::{Edge, End, Group, Policies, Reach, Rule, reach},
    },
};
use std::collections::BTreeMap;

/// Groups that were rendered come first; the neighbours follow.
struct Map<'a> {
    groups: Vec<Group>,
    rendered: Vec<&'a Row>,
    /// Made by Kubernetes' own kinds, not by a chart: these must be isolated both ways.
    ours: Vec<bool>,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let map = groups(facts);
    let (policies, sources) = policies(facts);
    let reach = reach(&map.groups, &policies);
    let mut out = not_isolated(facts, &map, &reach);
    out.extend(reach.strangers.iter().map(|i| stranger(facts, &policies, *i, sources[*i])));
    let declared = declared(facts, &map);
    // What anyone may reach, every pod may.
    let said = |edge: &Edge| {
        declared.contains_key(edge)
            || declared.contains_key(&(End::Outside("any".into()), edge.1.clone(), edge.2.clone()))
    };
    for (edge, rule) in reach.edges.iter().filter(|(edge, _)| !said(edge)) {
        let message = format!("the policies allow {}, which nobody declared", named(edge, &map));
        out.push(facts.verdict(
            sources[*rule],
            Code::UndeclaredConnection,
            message,
            "declare it by `calls`, `expose` or `metrics`, or close it",
        ));
    }
    for (edge, because) in declared.iter().filter(|(edge, _)| !reach.edges.contains_key(*edge)) {
        let End::Group(near) = edge.0 else { continue };
        let far = if let End::Group(far) = edge.1 { far } else { near };
        let Some(row) = map.rendered.get(near).or_else(|| map.rendered.get(far)) else { continue };
        let mut verdict = facts.verdict(
            row,
            Code::BlockedConnection,
            format!(
                "{} is declared, but the policies do not allow it at both ends",
                named(edge, &map)
            ),
            "compare the policies of both",
        );
        verdict.because.clone_from(because);
        out.push(verdict);
    }
    out
}

fn not_isolated(facts: &Facts<'_>, map: &Map<'_>, reach: &Reach) -> Vec<Verdict> {
    let mut out = vec![];
    for (open, way) in [(&reach.open_in, "incoming"), (&reach.open_out, "outgoing")] {
        let message = format!("no policy isolates these pods for {way} connections");
        let unguarded = open.iter().filter(|i| map.ours.get(**i) == Some(&true));
        out.extend(unguarded.map(|i| {
            facts.verdict(
                map.rendered[*i],
                Code::NotIsolated,
                message.clone(),
                "add a policy of that type that selects them",
            )
        }));
    }
    out
}

fn stranger(facts: &Facts<'_>, policies: &Policies, index: usize, row: &Row) -> Verdict {
    let rule = policies
        .allows_in
        .get(index)
        .or_else(|| policies.allows_out.get(index - policies.allows_in.len()));
    let message =
        format!("nobody is {}", rule.map_or_else(String::new, |rule| described(&rule.peer)));
    facts.verdict(row, Code::UnknownPeer, message, "render it, or correct the labels; the gateway and Prometheus are named by `[gateway]` and `[monitoring]`")
}

fn groups<'a>(facts: &Facts<'a>) -> Map<'a> {
    let mut map = Map { groups: vec![], rendered: vec![], ours: vec![] };
    let nothing = facts.name("");
    for row in facts.of(Relation::Pods) {
        map.groups.push(Group {
            namespace: facts.text(row.namespace),
            labels: facts.text(row.a).split(',').map(str::to_owned).collect(),
        });
        map.rendered.push(row);
        map.ours.push(row.at != nothing);
    }
    map.groups.extend(facts.declared.neighbours.iter().map(group));
    map
}

fn group(pods: &Pods) -> Group {
    Group {
        namespace: pods.namespace.clone(),
        labels: pods.labels.iter().map(|(k, v)| format!("{k}={v}")).collect(),
    }
}

fn policies<'a>(facts: &Facts<'a>) -> (Policies, Vec<&'a Row>) {
    let of = |relation| facts.of(relation).iter().map(|row| rule(facts, row)).collect::<Vec<_>>();
    let policies = Policies {
        isolates_in: of(Relation::IsolatesIn),
        isolates_out: of(Relation::IsolatesOut),
        allows_in: of(Relation::AllowsIn),
        allows_out: of(Relation::AllowsOut),
    };
    (
        policies,
        facts.of(Relation::AllowsIn).iter().chain(facts.of(Relation::AllowsOut)).copied().collect(),
    )
}

fn rule(facts: &Facts<'_>, row: &Row) -> Rule {
    Rule {
        namespace: facts.text(row.namespace),
        selector: facts.text(row.a),
        peer: facts.text(row.b),
        ports: facts.text(row.c),
    }
}

/// Every declared connection, with the spec path behind it. Every pod of ours may ask the cluster's
/// DNS.
fn declared(facts: &Facts<'_>, map: &Map<'_>) -> BTreeMap<Edge, Option<String>> {
    let said = facts.declared;
    let mut by_label: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (i, group) in map.groups.iter().enumerate() {
        group
            .labels
            .iter()
            .for_each(|label| by_label.entry((&group.namespace, label)).or_default().push(i));
    }
    let find = |pods: &Pods| -> Vec<usize> {
        let wanted = group(pods);
        let first = wanted
            .labels
            .first()
            .and_then(|l| by_label.get(&(wanted.namespace.as_str(), l.as_str())));
        first
            .into_iter()
            .flatten()
            .copied()
            .filter(|i| wanted.labels.is_subset(&map.groups[*i].labels))
            .collect()
    };
    let mut out: BTreeMap<Edge, Option<String>> = BTreeMap::new();
    for connection in &said.connections {
        let to: Vec<End> = match connection.to {
            Peer::Pods(pods) => find(pods).into_iter().map(End::Group).collect(),
            Peer::Range(cidr) => vec![outside(cidr)],
            Peer::Host(host) if said.fqdn_policies => vec![End::Outside(format!("host {host}"))],
            Peer::Host(_) => vec![outside("0.0.0.0/0")],
        };
        for from in find(connection.from) {
            out.extend(to.iter().map(|to| {
                (
                    (End::Group(from), to.clone(), format!("TCP/{}", connection.port)),
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
        out.extend(
            ["TCP/53", "UDP/53"]
                .map(|port| ((End::Group(near), End::Group(far), port.to_owned()), None)),
        );
    }
    for (pods, port) in &said.open {
        out.extend(find(pods).into_iter().map(|far| {
            ((End::Outside("any".into()), End::Group(far), format!("TCP/{port}")), None)
        }));
    }
    for (from, to, protocol, port) in &said.scraped {
        let far = find(to);
        out.extend(find(from).into_iter().flat_map(|near| {
            far.iter().map(move |far| {
                ((End::Group(near), End::Group(*far), format!("{protocol}/{port}")), None)
            })
        }));
    }
    out
}

/// A range as the policies must write it: without the metadata addresses in it.
fn outside(cidr: &str) -> End {
    End::Outside(format!("range {cidr} {}", metadata::inside(cidr).join(",")))
}

fn named(edge: &Edge, map: &Map<'_>) -> String {
    let end = |end: &End| match end {
        End::Group(i) => {
            let group = &map.groups[*i];
            let name = group
                .labels
                .iter()
                .find_map(|l| l.strip_prefix("app.kubernetes.io/name="))
                .or_else(|| group.labels.first().map(String::as_str))
                .unwrap_or("*");
            format!("`{}/{name}`", group.namespace)
        }
        End::Outside(peer) => described(peer),
    };
    let port = if edge.2.is_empty() { "all ports" } else { &edge.2 };
    format!("{} to {} on {port}", end(&edge.0), end(&edge.1))
}

/// A peer in words.
fn described(peer: &str) -> String {
    let mut parts = peer.splitn(3, ' ').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next()) {
        (Some("pods"), Some(namespace), Some(labels)) => {
            format!("a pod with `{labels}` in the namespace `{namespace}`")
        }
        (Some("pods"), Some(namespace), None) => format!("a pod in the namespace `{namespace}`"),
        (Some("namespaces"), Some(labels), _) => format!("in a namespace with `{labels}`"),
        (Some("range"), Some(range), Some(except)) => format!("`{range}` without `{except}`"),
        (Some("range" | "host"), Some(end), _) => format!("`{end}`"),
        _ => "anyone".into(),
    }
}
