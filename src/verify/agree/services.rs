//! Services, with their pods and target ports.

use super::{Facts, StatedFact, declared_edges::DeclaredEdges};
use crate::{
    kinds::{Forwards, Object, PodPort, Provides, Selectable},
    verify::{
        facts::{Fact, Name, ObjectOrigin, Selects, service_of_host},
        network::{PodGroup, Reach, ReachEnd},
        selector::Selector,
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// Kind of Services.
const SERVICE: &str = "core/Service";

/// A Service.
#[derive(Default)]
pub(super) struct ServiceTarget {
    /// Groups of pods that it selects; none where they are unknown.
    pub groups: Vec<usize>,
    /// Ports: number, name, and port of the pods.
    ports: Vec<(String, String, String)>,
}

/// Services by namespace and name.
pub(super) struct Services {
    by_name: BTreeMap<(String, String), ServiceTarget>,
    /// Ports of pods: group, name, number.
    pod_ports: BTreeMap<(usize, String), String>,
}

/// Target of a host of the cluster.
pub(super) enum HostTarget<'a> {
    /// A Service.
    Service(&'a str, &'a ServiceTarget),
    /// A Service that does not exist: its name and namespace.
    Missing(&'a str, &'a str),
    /// A host that is perhaps outside.
    Other,
}

impl Services {
    /// All Services. `rendered` has a fact for each of the first groups.
    pub(super) fn new(facts: &Facts<'_>, groups: &[PodGroup], rendered: &[&Fact]) -> Services {
        let mut ports: BTreeMap<ObjectOrigin, Vec<StatedFact<'_, Forwards<Name>>>> =
            BTreeMap::new();
        for row in facts.all::<Forwards<Name>>() {
            ports.entry(row.origin).or_default().push(row);
        }
        let selectors: BTreeMap<ObjectOrigin, StatedFact<'_, Selects>> = facts
            .all::<Selects>()
            .filter(|row| row.what == Selectable::Pods)
            .map(|row| (row.origin, row))
            .collect();
        let mut near: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, group) in groups[..rendered.len()].iter().enumerate() {
            near.entry(&group.namespace).or_default().push(i);
        }
        let kind = facts.name(SERVICE);
        let mut by_name = BTreeMap::new();
        for row in facts.all::<Object<Name>>().filter(|row| row.kind == kind) {
            let namespace = facts.text(row.namespace);
            let selector = selectors.get(&row.origin).map(|row| facts.names.selector(row.selector));
            let selected = |i: &usize| {
                let is_named = |selector: &Arc<Selector>| {
                    !selector.is_empty() && selector.matches(&groups[*i].labels)
                };
                selector.as_ref().is_some_and(is_named)
            };
            let near = near.get(namespace.as_str()).into_iter().flatten().copied();
            let ports = ports.get(&row.origin).into_iter().flatten();
            let target = ServiceTarget {
                groups: near.filter(selected).collect(),
                ports: ports.map(|row| forwarded(facts, row)).collect(),
            };
            by_name.insert((namespace, facts.text(row.name)), target);
        }
        for row in facts.all::<Provides<Name>>().filter(|row| facts.short(row.kind) == "Service") {
            let key = (facts.text(row.namespace), facts.text(row.name));
            by_name.entry(key).or_default();
        }
        Services { by_name, pod_ports: pod_ports(facts, rendered) }
    }

    /// Target of a host, seen from a namespace.
    pub(super) fn find<'a>(&'a self, host: &'a str, own: &'a str) -> HostTarget<'a> {
        let (name, namespace) = match (service_of_host(host), host.split_once('.')) {
            (Some((name, "")), _) => (name, own),
            (Some(full), _) => full,
            (None, Some((name, namespace))) => {
                let key = (namespace.to_owned(), name.to_owned());
                return self
                    .by_name
                    .get(&key)
                    .map_or(HostTarget::Other, |found| HostTarget::Service(name, found));
            }
            (None, None) => return HostTarget::Other,
        };
        let key = (namespace.to_owned(), name.to_owned());
        self.by_name
            .get(&key)
            .map_or(HostTarget::Missing(name, namespace), |found| HostTarget::Service(name, found))
    }

    /// Numbers of the target ports of a Service in a group; all of them for an empty port.
    /// Nothing if the Service does not have the port.
    pub(super) fn target_ports(
        &self,
        service: &ServiceTarget,
        port: &str,
        group: usize,
    ) -> Option<Vec<String>> {
        let wanted = |(number, name, _): &&(String, String, String)| {
            port.is_empty() || number == port || name == port
        };
        let number = |(_, _, target): &(String, String, String)| {
            let named = self.pod_ports.get(&(group, target.clone()));
            named.unwrap_or(target).clone()
        };
        let found: Vec<String> = service.ports.iter().filter(wanted).map(number).collect();
        (!found.is_empty()).then_some(found)
    }
}

impl ServiceTarget {
    /// Numbers of its ports, in words.
    pub(super) fn ports(&self) -> String {
        let numbers: Vec<&str> = self.ports.iter().map(|(number, ..)| number.as_str()).collect();
        numbers.join(", ")
    }
}

/// Number, name and port of the pods.
fn forwarded(facts: &Facts<'_>, row: &StatedFact<'_, Forwards<Name>>) -> (String, String, String) {
    let [number, name, target] = [row.number, row.name, row.target].map(|name| facts.text(name));
    let target = if target.is_empty() { number.clone() } else { target };
    (number, name, target)
}

/// Numbers of named ports of the groups.
fn pod_ports(facts: &Facts<'_>, rendered: &[&Fact]) -> BTreeMap<(usize, String), String> {
    let groups: BTreeMap<ObjectOrigin, usize> =
        rendered.iter().enumerate().map(|(i, fact)| (fact.origin, i)).collect();
    let rows = facts.all::<PodPort<Name>>();
    rows.filter_map(|row| {
        let group = *groups.get(&row.origin)?;
        Some(((group, facts.text(row.name)), facts.text(row.number)))
    })
    .collect()
}

/// Allowed and declared connections.
#[derive(Clone, Copy)]
pub(super) struct Connections<'a> {
    /// Connections that the policies allow.
    pub reach: &'a Reach,
    /// Declared connections. Another rule reports those that the policies do not allow.
    pub declared: &'a DeclaredEdges,
}

impl Connections<'_> {
    /// Returns whether the policies allow a connection between two groups, or the spec declares it.
    pub(super) fn has(self, from: usize, to: usize, port: &str) -> bool {
        if self.reach.open_out.contains(&from) && self.reach.open_in.contains(&to) {
            return true;
        }
        let ends = || (ReachEnd::PodGroup(from), ReachEnd::PodGroup(to));
        let edge = |port: String| (ends().0, ends().1, port);
        [String::new(), format!("TCP/{port}"), format!("UDP/{port}")]
            .into_iter()
            .map(edge)
            .any(|edge| self.reach.edges.contains_key(&edge) || self.declared.contains_key(&edge))
    }
}
