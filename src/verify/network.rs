//! Connections that all network policies of a cluster allow, computed from their rules.

use super::selector::{LabelMap, Selector};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Pods of one namespace with equal labels, rendered or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PodGroup {
    /// Their namespace.
    pub namespace: String,
    /// Their labels.
    pub labels: Arc<LabelMap>,
}

/// The other end of a rule of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyPeer {
    /// Every address and pod.
    Anyone,
    /// Pods of a namespace.
    Pods {
        /// Their namespace; empty for all.
        namespace: String,
        /// Selector of their labels.
        selector: Selector,
    },
    /// Pods of namespaces with some labels. The labels of namespaces are unknown.
    Namespaces(Selector),
    /// An address range.
    Range {
        /// The range.
        cidr: String,
        /// Ranges in it that stay closed.
        except: Vec<String>,
    },
    /// A host name.
    Host(String),
    /// An entity of Cilium outside of pods, such as `host`.
    Entity(String),
}

/// A rule of a policy.
#[derive(Debug, Clone)]
pub(super) struct PolicyRule {
    /// Namespace of the policy; empty for the whole cluster.
    pub namespace: String,
    /// Selector of the policy.
    pub selector: Arc<Selector>,
    /// The other end.
    pub peer: Arc<PolicyPeer>,
    /// The ports; empty for all.
    pub ports: Arc<Vec<String>>,
}

/// Pods that a policy isolates: namespace, which is empty for all, and selector.
pub(super) type Isolated = (String, Arc<Selector>);

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReachEnd {
    /// Pods, by the index of their group.
    PodGroup(usize),
    /// A range, a host, or anyone.
    Outside(PolicyPeer),
}

/// From, to, and `TCP/8080`.
pub(super) type ReachEdge = (ReachEnd, ReachEnd, String);

/// Connections that all policies of a cluster allow.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Every allowed connection, with the index of the rule that allows it. The rule is at the
    /// destination, or at the source if the destination is outside.
    pub edges: BTreeMap<ReachEdge, usize>,
    /// Groups that no policy isolates for incoming connections.
    pub open_in: BTreeSet<usize>,
    /// Groups that no policy isolates for outgoing connections.
    pub open_out: BTreeSet<usize>,
    /// Rules whose peer matches no known pod.
    pub unknown_peers: Vec<usize>,
}

/// The rules of a cluster, by direction.
#[derive(Debug, Default)]
pub(super) struct Policies {
    /// Isolate for incoming connections.
    pub isolates_in: Vec<Isolated>,
    /// Isolate for outgoing connections.
    pub isolates_out: Vec<Isolated>,
    /// Allow incoming connections; indexes of [`Reach`] count these first.
    pub allows_in: Vec<PolicyRule>,
    /// Allow outgoing connections; indexes of [`Reach`] count these after `allows_in`.
    pub allows_out: Vec<PolicyRule>,
}

/// Index of groups by namespace and label.
struct GroupIndex<'a> {
    groups: &'a [PodGroup],
    by_label: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_namespace: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> GroupIndex<'a> {
    fn new(groups: &'a [PodGroup]) -> GroupIndex<'a> {
        let mut index =
            GroupIndex { groups, by_label: BTreeMap::new(), by_namespace: BTreeMap::new() };
        for (i, group) in groups.iter().enumerate() {
            index.by_namespace.entry(&group.namespace).or_default().push(i);
            for (key, value) in &*group.labels {
                index.by_label.entry((&group.namespace, key, value)).or_default().push(i);
            }
        }
        index
    }

    /// Groups that a selector selects in a namespace; in all of them for an empty one.
    fn matching(&self, namespace: &str, selector: &Selector) -> Vec<usize> {
        if namespace.is_empty() {
            let all = 0..self.groups.len();
            return all.filter(|i| selector.matches(&self.groups[*i].labels)).collect();
        }
        let candidates = selector
            .labels()
            .map(|(key, value)| self.by_label.get(&(namespace, key, value)))
            .min_by_key(|list| list.map_or(0, Vec::len));
        let candidates = candidates.unwrap_or_else(|| self.by_namespace.get(namespace));
        let matches = |i: &usize| selector.matches(&self.groups[*i].labels);
        candidates.into_iter().flatten().copied().filter(matches).collect()
    }

    /// The ends of a peer; none where no pods match.
    fn ends(&self, peer: &PolicyPeer) -> Vec<ReachEnd> {
        match peer {
            PolicyPeer::Pods { namespace, selector } => {
                self.matching(namespace, selector).into_iter().map(ReachEnd::PodGroup).collect()
            }
            PolicyPeer::Namespaces(_) => vec![],
            PolicyPeer::Anyone => {
                let outside = ReachEnd::Outside(peer.clone());
                (0..self.groups.len()).map(ReachEnd::PodGroup).chain([outside]).collect()
            }
            PolicyPeer::Range { .. } | PolicyPeer::Host(_) | PolicyPeer::Entity(_) => {
                vec![ReachEnd::Outside(peer.clone())]
            }
        }
    }

    fn all(&self, isolated: &[Isolated]) -> BTreeSet<usize> {
        let pods = |(namespace, selector): &Isolated| self.matching(namespace, selector);
        isolated.iter().flat_map(pods).collect()
    }
}

/// Connections that the policies allow. Between two isolated groups, both ends must allow a
/// connection.
pub(super) fn reach(groups: &[PodGroup], policies: &Policies) -> Reach {
    let index = GroupIndex::new(groups);
    let (isolated_in, isolated_out) =
        (index.all(&policies.isolates_in), index.all(&policies.isolates_out));
    let mut reach = Reach {
        open_in: (0..groups.len()).filter(|i| !isolated_in.contains(i)).collect(),
        open_out: (0..groups.len()).filter(|i| !isolated_out.contains(i)).collect(),
        ..Reach::default()
    };
    let inward = allowed(&index, &policies.allows_in, 0, &mut reach.unknown_peers, true);
    let outward = allowed(
        &index,
        &policies.allows_out,
        policies.allows_in.len(),
        &mut reach.unknown_peers,
        false,
    );
    for ((from, to, port), rule) in &inward {
        let near_open = match from {
            ReachEnd::PodGroup(i) => reach.open_out.contains(i) || passes(&outward, from, to, port),
            ReachEnd::Outside(_) => true,
        };
        if near_open {
            reach.edges.insert((from.clone(), to.clone(), port.clone()), *rule);
        }
    }
    for ((from, to, port), rule) in &outward {
        let far_open = match to {
            ReachEnd::PodGroup(i) => {
                reach.open_in.contains(i)
                    || inward.contains_key(&(from.clone(), to.clone(), String::new()))
            }
            ReachEnd::Outside(_) => true,
        };
        if far_open {
            reach.edges.entry((from.clone(), to.clone(), port.clone())).or_insert(*rule);
        }
    }
    reach
}

/// Returns whether the other end allows the connection on that port or on all ports.
fn passes(side: &BTreeMap<ReachEdge, usize>, from: &ReachEnd, to: &ReachEnd, port: &str) -> bool {
    [port, ""].iter().any(|p| side.contains_key(&(from.clone(), to.clone(), (*p).to_owned())))
}

fn allowed(
    index: &GroupIndex<'_>,
    rules: &[PolicyRule],
    first: usize,
    unknown_peers: &mut Vec<usize>,
    inward: bool,
) -> BTreeMap<ReachEdge, usize> {
    let mut out = BTreeMap::new();
    for (i, rule) in rules.iter().enumerate() {
        let own = index.matching(&rule.namespace, &rule.selector);
        let ends = index.ends(&rule.peer);
        if ends.is_empty() {
            unknown_peers.push(first + i);
        }
        for (mine, end) in
            own.iter().flat_map(|mine| ends.iter().map(move |end| (ReachEnd::PodGroup(*mine), end)))
        {
            // All ports are one entry with an empty port.
            let all = [String::new()];
            let ports = if rule.ports.is_empty() { &all[..] } else { &rule.ports };
            for port in ports {
                let edge = if inward {
                    (end.clone(), mine.clone(), port.clone())
                } else {
                    (mine.clone(), end.clone(), port.clone())
                };
                out.entry(edge).or_insert(first + i);
            }
        }
    }
    out
}
