//! One environment as the components see it. Never judges it.

use super::{
    Component, ComponentRow, Names, Platform,
    wiring::{self, Wiring},
};
use std::collections::{BTreeMap, BTreeSet};

/// One environment, decoded and wired.
#[derive(Debug)]
pub struct Env {
    /// Its name.
    pub name: String,
    /// Its profile.
    pub profile: String,
    /// The names of all environments.
    pub environments: Vec<String>,
    /// Its spec.
    pub platform: Platform,
    /// What its components offer and need.
    pub wiring: Wiring,
    /// Its connections by either end.
    pub(crate) links: wiring::Links,
    /// The component instances that exist.
    pub(crate) present: Present,
}

/// Component instances, by component.
pub(crate) type Present = BTreeMap<&'static str, BTreeSet<String>>;

impl Env {
    /// The names of its Azure resources.
    pub fn names(&self) -> Names<'_> {
        Names(self)
    }

    /// The instances of a component that exist.
    pub fn instances<'a>(&'a self, row: &ComponentRow) -> Vec<(&'a str, &'a dyn Component)> {
        (row.instances)(&self.platform)
            .into_iter()
            .filter(|(name, _)| self.is_present(row.name, name))
            .collect()
    }

    /// One instance of a component, if it exists.
    pub fn instance<'a>(&'a self, row: &ComponentRow, name: &str) -> Option<&'a dyn Component> {
        (row.instance)(&self.platform, name).filter(|_| self.is_present(row.name, name))
    }

    /// Is there this component, of which there is one?
    pub fn has(&self, component: &str) -> bool {
        self.is_present(component, "")
    }

    pub(crate) fn is_present(&self, component: &str, name: &str) -> bool {
        self.present.get(component).is_some_and(|names| names.contains(name))
    }

    /// Is something reached by a private endpoint only?
    pub(crate) fn is_private(&self, component: &str) -> bool {
        self.wiring.targets.contains_key(component)
    }

    /// What some pods connect to.
    pub fn connections_from(
        &self,
        pods: &wiring::Pods,
    ) -> impl Iterator<Item = wiring::Connection<'_>> {
        self.wiring.connections_from(pods, &self.links)
    }

    /// Who connects to a peer.
    pub fn connections_to(
        &self,
        peer: &wiring::Peer,
    ) -> impl Iterator<Item = wiring::Connection<'_>> {
        self.wiring.connections_to(peer, &self.links)
    }

    /// The pods of a service.
    pub fn pods(&self, service: &str) -> wiring::Pods {
        let own = self.platform.services.get(service).and_then(|s| s.namespace.as_ref());
        wiring::Pods::named(own.unwrap_or(&self.platform.platform.name).as_str(), service)
    }
}
