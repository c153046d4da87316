//! Connections that the spec declares, between groups of pods.

use super::Declared;
use crate::{
    azure::metadata,
    model::wiring::{Connection, ConnectionPeer, Pods},
    verify::network::{PodGroup, PolicyPeer, ReachEdge, ReachEnd},
};
use std::{collections::BTreeMap, sync::Arc};

/// Entity of Cilium for the API server.
const API_SERVER: &str = "kube-apiserver";

/// Declared connections, with the spec path of each.
pub(super) type DeclaredEdges = BTreeMap<ReachEdge, Option<String>>;

/// All declared connections. All rendered pods may query the cluster DNS.
pub(super) fn declared_edges(
    declared: &Declared<'_>,
    groups: &[PodGroup],
    rendered: &[usize],
) -> DeclaredEdges {
    let index = LabelIndex::new(groups);
    let mut out = DeclaredEdges::new();
    for connection in &declared.connections {
        out.extend(edges(connection, &index, declared.fqdn_policies));
    }
    let dns = index.find(&declared.dns);
    for (near, far) in pairs(rendered, &dns) {
        out.extend(
            ["TCP/53", "UDP/53"].map(|port| ((near.clone(), far.clone(), port.into()), None)),
        );
    }
    for (pods, port) in &declared.open {
        let anyone = || ReachEnd::Outside(PolicyPeer::Anyone);
        let ends = index.find(pods).into_iter().map(ReachEnd::PodGroup);
        out.extend(ends.map(|far| ((anyone(), far, format!("TCP/{port}")), None)));
    }
    for pods in declared.api_clients {
        let server = || ReachEnd::Outside(PolicyPeer::Entity(API_SERVER.to_owned()));
        let ends = index.find(pods).into_iter().map(ReachEnd::PodGroup);
        out.extend(ends.map(|near| ((near, server(), "TCP/443".to_owned()), None)));
    }
    for (from, to, protocol, port) in &declared.scraped {
        let ends = pairs(&index.find(from), &index.find(to));
        let ends = ends.into_iter();
        out.extend(ends.map(|(near, far)| ((near, far, format!("{protocol}/{port}")), None)));
    }
    out
}

/// Every pair of a source and a destination.
fn pairs(from: &[usize], to: &[usize]) -> Vec<(ReachEnd, ReachEnd)> {
    let end = |i: &usize| ReachEnd::PodGroup(*i);
    from.iter().flat_map(|near| to.iter().map(move |far| (end(near), end(far)))).collect()
}

/// The edges of a connection. Without FQDN policies, a host is any address.
fn edges(
    connection: &Connection<'_>,
    index: &LabelIndex<'_>,
    fqdn_policies: bool,
) -> DeclaredEdges {
    let to: Vec<ReachEnd> = match connection.to {
        ConnectionPeer::Pods(pods) => {
            index.find(pods).into_iter().map(ReachEnd::PodGroup).collect()
        }
        ConnectionPeer::Range(cidr) => vec![outside(cidr)],
        ConnectionPeer::Host(host) if fqdn_policies => {
            vec![ReachEnd::Outside(PolicyPeer::Host(host.clone()))]
        }
        ConnectionPeer::Host(_) => vec![outside("0.0.0.0/0")],
    };
    let port = format!("TCP/{}", connection.port);
    let from = index.find(connection.from).into_iter().map(ReachEnd::PodGroup);
    from.flat_map(|near| to.iter().map(move |far| (near.clone(), far.clone())))
        .map(|(near, far)| ((near, far, port.clone()), Some(connection.source.to_owned())))
        .collect()
}

/// Groups by namespace and label.
struct LabelIndex<'a> {
    groups: &'a [PodGroup],
    by_label: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
}

impl<'a> LabelIndex<'a> {
    fn new(groups: &'a [PodGroup]) -> LabelIndex<'a> {
        let mut index = LabelIndex { groups, by_label: BTreeMap::new() };
        for (i, group) in groups.iter().enumerate() {
            for (key, value) in &*group.labels {
                index.by_label.entry((&group.namespace, key, value)).or_default().push(i);
            }
        }
        index
    }

    /// Groups with all labels of the pods.
    fn find(&self, pods: &Pods) -> Vec<usize> {
        let wanted = group(pods);
        let first = wanted.labels.first_key_value();
        let known = first
            .and_then(|(key, value)| self.by_label.get(&(wanted.namespace.as_str(), key, value)));
        let has = |i: &usize| {
            let labels = &self.groups[*i].labels;
            wanted.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        known.into_iter().flatten().copied().filter(has).collect()
    }
}

/// The group of some pods.
pub(super) fn group(pods: &Pods) -> PodGroup {
    let labels = pods.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    PodGroup { namespace: pods.namespace.clone(), labels: Arc::new(labels) }
}

/// A range without the metadata addresses of Azure, as in the policies.
fn outside(cidr: &str) -> ReachEnd {
    ReachEnd::Outside(PolicyPeer::Range { cidr: cidr.to_owned(), except: metadata::inside(cidr) })
}
