//! Network policies as rows, and what they allow together. Models what we render: pods by labels in a namespace by name, ranges, hosts.

use super::facts::{Collector, Relation, table::labels};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The label that the API server puts on every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The rows of a policy.
pub(super) fn collect(object: &Value, kind: &str, namespace: &str, out: &mut Collector<'_>) {
    match kind {
        "NetworkPolicy" => native(&object["spec"], namespace, out),
        "CiliumNetworkPolicy" => cilium(&object["spec"], namespace, out),
        _ => {}
    }
}

fn native(spec: &Value, namespace: &str, out: &mut Collector<'_>) {
    let own = selector(&spec["podSelector"]);
    let types: Vec<&str> = spec["policyTypes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (kind, rules, peers, isolates, allows) in [
        ("Ingress", "ingress", "from", Relation::IsolatesIn, Relation::AllowsIn),
        ("Egress", "egress", "to", Relation::IsolatesOut, Relation::AllowsOut),
    ] {
        if !types.contains(&kind) {
            continue;
        }
        out.add(isolates, "/spec/policyTypes", namespace, [&own, "", ""]);
        for (i, rule) in spec[rules].as_array().into_iter().flatten().enumerate() {
            let ports = ports(&rule["ports"]);
            match rule[peers].as_array() {
                Some(list) if !list.is_empty() => {
                    for (j, peer) in list.iter().enumerate() {
                        out.add(allows, &format!("/spec/{rules}/{i}/{peers}/{j}"), namespace, [&own, &native_peer(peer, namespace), &ports]);
                    }
                }
                _ => out.add(allows, &format!("/spec/{rules}/{i}"), namespace, [&own, "any", &ports]),
            }
        }
    }
}

fn native_peer(peer: &Value, own: &str) -> String {
    if let Some(cidr) = peer["ipBlock"]["cidr"].as_str() {
        let except: Vec<&str> = peer["ipBlock"]["except"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        return format!("range {cidr} {}", except.join(","));
    }
    let namespaces = &peer["namespaceSelector"];
    let pods = selector(&peer["podSelector"]);
    match namespaces.as_object() {
        None => format!("pods {own} {pods}"),
        Some(_) => match namespaces["matchLabels"].as_object().filter(|l| l.len() == 1).and_then(|l| l.get(NAMESPACE_NAME)).and_then(Value::as_str) {
            Some(name) => format!("pods {name} {pods}"),
            None => format!("namespaces {} {pods}", selector(namespaces)),
        },
    }
}

/// The part of Cilium's policies that we render: an endpoint, hosts, and the DNS that they need.
fn cilium(spec: &Value, namespace: &str, out: &mut Collector<'_>) {
    let own = selector(&spec["endpointSelector"]);
    for (i, rule) in spec["egress"].as_array().into_iter().flatten().enumerate() {
        out.add(Relation::IsolatesOut, "/spec/egress", namespace, [&own, "", ""]);
        let ports: Vec<String> = rule["toPorts"].as_array().into_iter().flatten().map(|p| ports(&p["ports"])).collect();
        for host in rule["toFQDNs"].as_array().into_iter().flatten().filter_map(|h| h["matchName"].as_str()) {
            out.add(Relation::AllowsOut, &format!("/spec/egress/{i}/toFQDNs"), namespace, [&own, &format!("host {host}"), &ports.join(",")]);
        }
        for endpoint in rule["toEndpoints"].as_array().into_iter().flatten() {
            let mut labels_of: Map<String, Value> = endpoint["matchLabels"].as_object().cloned().unwrap_or_default();
            let name = labels_of.shift_remove("k8s:io.kubernetes.pod.namespace");
            let plain: Map<String, Value> = labels_of.into_iter().map(|(k, v)| (k.trim_start_matches("k8s:").to_owned(), v)).collect();
            let peer = format!("pods {} {}", name.as_ref().and_then(Value::as_str).unwrap_or(namespace), labels(&plain));
            out.add(Relation::AllowsOut, &format!("/spec/egress/{i}/toEndpoints"), namespace, [&own, &peer, &ports.join(",")]);
        }
    }
}

fn selector(value: &Value) -> String {
    value["matchLabels"].as_object().map(labels).unwrap_or_default()
}

/// `TCP/8080,UDP/53`; empty for all.
fn ports(value: &Value) -> String {
    let one = |port: &Value| {
        let number = port["port"].as_u64().map(|n| n.to_string()).or_else(|| port["port"].as_str().map(str::to_owned)).unwrap_or_default();
        let end = port["endPort"].as_u64().map(|n| format!("-{n}")).unwrap_or_default();
        let protocols = match port["protocol"].as_str() {
            Some("ANY") => vec!["TCP", "UDP"],
            Some(other) => vec![other],
            None => vec!["TCP"],
        };
        protocols.into_iter().map(|p| format!("{p}/{number}{end}")).collect::<Vec<_>>()
    };
    value.as_array().into_iter().flatten().flat_map(one).collect::<Vec<_>>().join(",")
}

/// Pods that take part, rendered or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their namespace.
    pub namespace: String,
    /// Their labels.
    pub labels: BTreeSet<String>,
}

/// One row of a policy, resolved to texts.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The policy's namespace.
    pub namespace: String,
    /// Its selector, as sorted `key=value`.
    pub selector: String,
    /// The peer, as the rows write it; empty for a row that only isolates.
    pub peer: String,
    /// The ports; empty for all.
    pub ports: String,
}

/// One end of what is allowed: a group by index, or an outside peer as the rows write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Pods.
    Group(usize),
    /// `range …`, `host …` or `any`.
    Outside(String),
}

/// From, to, and `TCP/8080`.
pub type Edge = (End, End, String);

/// What all policies of a cluster allow together.
#[derive(Debug, Default)]
pub struct Reach {
    /// Every allowed connection with the index of the rule that lets it through at the far end, or at the near end where the far end is outside.
    pub edges: BTreeMap<Edge, usize>,
    /// Groups that no policy isolates for incoming connections.
    pub open_in: BTreeSet<usize>,
    /// Groups that no policy isolates for outgoing connections.
    pub open_out: BTreeSet<usize>,
    /// Rules whose peer is nobody.
    pub strangers: Vec<usize>,
}

/// The rules of a cluster by what they say.
#[derive(Debug, Default)]
pub struct Policies {
    /// Isolate for incoming connections.
    pub isolates_in: Vec<Rule>,
    /// Isolate for outgoing connections.
    pub isolates_out: Vec<Rule>,
    /// Let in; indexes of [`Reach`] count these first.
    pub allows_in: Vec<Rule>,
    /// Let out; indexes of [`Reach`] count these after `allows_in`.
    pub allows_out: Vec<Rule>,
}

/// Finds groups by namespace and labels without looking at all of them.
struct Index<'a> {
    groups: &'a [Group],
    by_label: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    by_namespace: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(groups: &'a [Group]) -> Index<'a> {
        let mut index = Index { groups, by_label: BTreeMap::new(), by_namespace: BTreeMap::new() };
        for (i, group) in groups.iter().enumerate() {
            index.by_namespace.entry(&group.namespace).or_default().push(i);
            for label in &group.labels {
                index.by_label.entry((&group.namespace, label)).or_default().push(i);
            }
        }
        index
    }

    fn matching(&self, namespace: &str, selector: &str) -> Vec<usize> {
        let wanted: Vec<&str> = selector.split(',').filter(|l| !l.is_empty()).collect();
        let Some(rarest) = wanted.iter().map(|l| self.by_label.get(&(namespace, *l))).min_by_key(|list| list.map_or(0, Vec::len)) else {
            return self.by_namespace.get(namespace).cloned().unwrap_or_default();
        };
        rarest.into_iter().flatten().copied().filter(|i| wanted.iter().all(|l| self.groups[*i].labels.contains(*l))).collect()
    }

    /// The ends that a peer means; none where it is a stranger.
    fn ends(&self, peer: &str) -> Vec<End> {
        let mut parts = peer.splitn(3, ' ');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("pods"), Some(namespace), selector) => self.matching(namespace, selector.unwrap_or_default()).into_iter().map(End::Group).collect(),
            (Some("namespaces"), ..) => vec![],
            _ => vec![End::Outside(peer.to_owned())],
        }
    }

    fn all(&self, rules: &[Rule]) -> BTreeSet<usize> {
        rules.iter().flat_map(|rule| self.matching(&rule.namespace, &rule.selector)).collect()
    }
}

/// What the policies allow. A connection between two groups needs both ends, where they are isolated.
pub fn reach(groups: &[Group], policies: &Policies) -> Reach {
    let index = Index::new(groups);
    let (isolated_in, isolated_out) = (index.all(&policies.isolates_in), index.all(&policies.isolates_out));
    let mut reach = Reach {
        open_in: (0..groups.len()).filter(|i| !isolated_in.contains(i)).collect(),
        open_out: (0..groups.len()).filter(|i| !isolated_out.contains(i)).collect(),
        ..Reach::default()
    };
    let inward = allowed(&index, &policies.allows_in, 0, &mut reach.strangers, true);
    let outward = allowed(&index, &policies.allows_out, policies.allows_in.len(), &mut reach.strangers, false);
    for ((from, to, port), rule) in &inward {
        let near_open = match from {
            End::Group(i) => reach.open_out.contains(i) || passes(&outward, from, to, port),
            End::Outside(_) => true,
        };
        if near_open {
            reach.edges.insert((from.clone(), to.clone(), port.clone()), *rule);
        }
    }
    for ((from, to, port), rule) in &outward {
        let far_open = match to {
            End::Group(i) => reach.open_in.contains(i),
            End::Outside(_) => true,
        };
        if far_open {
            reach.edges.entry((from.clone(), to.clone(), port.clone())).or_insert(*rule);
        }
    }
    reach
}

/// Does the other side let it through: on that port, or on all?
fn passes(side: &BTreeMap<Edge, usize>, from: &End, to: &End, port: &str) -> bool {
    [port, ""].iter().any(|p| side.contains_key(&(from.clone(), to.clone(), (*p).to_owned())))
}

fn allowed(index: &Index<'_>, rules: &[Rule], first: usize, strangers: &mut Vec<usize>, inward: bool) -> BTreeMap<Edge, usize> {
    let mut out = BTreeMap::new();
    for (i, rule) in rules.iter().enumerate() {
        let own = index.matching(&rule.namespace, &rule.selector);
        let ends = index.ends(&rule.peer);
        if ends.is_empty() {
            strangers.push(first + i);
        }
        for (mine, end) in own.iter().flat_map(|mine| ends.iter().map(move |end| (End::Group(*mine), end))) {
            // All ports is one entry with an empty port.
            for port in rule.ports.split(',') {
                let edge = if inward { (end.clone(), mine.clone(), port.to_owned()) } else { (mine.clone(), end.clone(), port.to_owned()) };
                out.entry(edge).or_insert(first + i);
            }
        }
    }
    out
}
