//! What network policies allow together. Never reads a policy: it is handed rules.

use std::collections::{BTreeMap, BTreeSet};

/// Pods that take part, rendered or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Their namespace.
    pub namespace: String,
    /// Their labels.
    pub labels: BTreeSet<String>,
}

/// One row of a policy, resolved to texts.
#[derive(Debug, Clone)]
pub(super) struct Rule {
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
pub(super) enum End {
    /// Pods.
    Group(usize),
    /// `range …`, `host …` or `any`.
    Outside(String),
}

/// From, to, and `TCP/8080`.
pub(super) type Edge = (End, End, String);

/// What all policies of a cluster allow together.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Every allowed connection with the index of the rule that lets it through at the far end, or
    /// at the near end where the far end is outside.
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
pub(super) struct Policies {
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
        let Some(rarest) = wanted
            .iter()
            .map(|l| self.by_label.get(&(namespace, *l)))
            .min_by_key(|list| list.map_or(0, Vec::len))
        else {
            return self.by_namespace.get(namespace).cloned().unwrap_or_default();
        };
        rarest
            .into_iter()
            .flatten()
            .copied()
            .filter(|i| wanted.iter().all(|l| self.groups[*i].labels.contains(*l)))
            .collect()
    }

    /// The ends that a peer means; none where it is a stranger.
    fn ends(&self, peer: &str) -> Vec<End> {
        let mut parts = peer.splitn(3, ' ');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("pods"), Some(namespace), selector) => self
                .matching(namespace, selector.unwrap_or_default())
                .into_iter()
                .map(End::Group)
                .collect(),
            (Some("namespaces"), ..) => vec![],
            (Some("any"), ..) => (0..self.groups.len())
                .map(End::Group)
                .chain([End::Outside(peer.to_owned())])
                .collect(),
            _ => vec![End::Outside(peer.to_owned())],
        }
    }

    fn all(&self, rules: &[Rule]) -> BTreeSet<usize> {
        rules.iter().flat_map(|rule| self.matching(&rule.namespace, &rule.selector)).collect()
    }
}

/// What the policies allow. A connection between two groups needs both ends, where they are
/// isolated.
pub(super) fn reach(groups: &[Group], policies: &Policies) -> Reach {
    let index = Index::new(groups);
    let (isolated_in, isolated_out) =
        (index.all(&policies.isolates_in), index.all(&policies.isolates_out));
    let mut reach = Reach {
        open_in: (0..groups.len()).filter(|i| !isolated_in.contains(i)).collect(),
        open_out: (0..groups.len()).filter(|i| !isolated_out.contains(i)).collect(),
        ..Reach::default()
    };
    let inward = allowed(&index, &policies.allows_in, 0, &mut reach.strangers, true);
    let outward = allowed(
        &index,
        &policies.allows_out,
        policies.allows_in.len(),
        &mut reach.strangers,
        false,
    );
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
            End::Group(i) => {
                reach.open_in.contains(i)
                    || inward.contains_key(&(from.clone(), to.clone(), String::new()))
            }
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

fn allowed(
    index: &Index<'_>,
    rules: &[Rule],
    first: usize,
    strangers: &mut Vec<usize>,
    inward: bool,
) -> BTreeMap<Edge, usize> {
    let mut out = BTreeMap::new();
    for (i, rule) in rules.iter().enumerate() {
        let own = index.matching(&rule.namespace, &rule.selector);
        let ends = index.ends(&rule.peer);
        if ends.is_empty() {
            strangers.push(first + i);
        }
        for (mine, end) in
            own.iter().flat_map(|mine| ends.iter().map(move |end| (End::Group(*mine), end)))
        {
            // All ports is one entry with an empty port.
            for port in rule.ports.split(',') {
                let edge = if inward {
                    (end.clone(), mine.clone(), port.to_owned())
                } else {
                    (mine.clone(), end.clone(), port.to_owned())
                };
                out.entry(edge).or_insert(first + i);
            }
        }
    }
    out
}
