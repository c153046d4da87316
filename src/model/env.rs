//! One environment: its spec, facts, wiring and present instances.

use super::{
    Component, ComponentRow, Each, Names, Platform, TABLE, View,
    general::{Assume, AzureSettings, Extra, General, Gitops, Verify, Waive},
    shared::Shared,
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
    /// Its spec. Components read `shared` instead.
    pub(super) platform: Platform,
    /// Facts that components share.
    pub shared: Shared,
    /// Offers and needs of its components.
    pub wiring: Wiring,
    /// Its connections by either end.
    pub(crate) links: wiring::Links,
    /// Present component instances.
    pub(crate) present: Present,
}

/// Component instances by component.
pub(crate) type Present = BTreeMap<&'static str, BTreeSet<String>>;

impl Env {
    /// The names of its Azure resources.
    pub fn names(&self) -> Names<'_> {
        Names(self)
    }

    /// Present instances of a component.
    pub fn instances<'a>(&'a self, row: &ComponentRow) -> Vec<(&'a str, &'a dyn Component)> {
        (row.instances)(&self.platform)
            .into_iter()
            .filter(|(name, _)| self.is_present(row.name, name))
            .collect()
    }

    /// One instance of a component, if it is present.
    pub fn instance<'a>(&'a self, row: &ComponentRow, name: &str) -> Option<&'a dyn Component> {
        (row.instance)(&self.platform, name).filter(|_| self.is_present(row.name, name))
    }

    /// Whether a component with one instance is present.
    pub fn has(&self, component: &str) -> bool {
        self.is_present(component, "")
    }

    pub(crate) fn is_present(&self, component: &str, name: &str) -> bool {
        self.present.get(component).is_some_and(|names| names.contains(name))
    }

    /// Whether an object has a private endpoint.
    pub(crate) fn is_private(&self, component: &str) -> bool {
        self.wiring.targets.contains_key(component)
    }

    /// Connections that start at these pods.
    pub fn connections_from(
        &self,
        pods: &wiring::Pods,
    ) -> impl Iterator<Item = wiring::Connection<'_>> {
        self.wiring.connections_from(pods, &self.links)
    }

    /// Connections that end at a peer.
    pub fn connections_to(
        &self,
        peer: &wiring::ConnectionPeer,
    ) -> impl Iterator<Item = wiring::Connection<'_>> {
        self.wiring.connections_to(peer, &self.links)
    }

    /// The values of one instance of a component, for a component that lists it as `views` in its
    /// manifest.
    ///
    /// # Panics
    /// If there is no such instance.
    pub(crate) fn view(&self, component: &str, name: &str) -> View {
        let row = TABLE.iter().find(|row| row.name == component);
        let instance = row.and_then(|row| (row.instance)(&self.platform, name));
        instance.expect("a repeated view is always present").view(name, self)
    }

    /// `[platform]` of the spec.
    pub fn general(&self) -> &General {
        &self.platform.platform
    }

    /// `[azure]` of the spec.
    pub fn azure(&self) -> &AzureSettings {
        &self.platform.azure
    }

    /// `[gitops]` of the spec.
    pub fn gitops(&self) -> &Gitops {
        &self.platform.gitops
    }

    /// `[verify]` of the spec.
    pub fn verify(&self) -> &Verify {
        &self.platform.verify
    }

    /// `[extra]` of the spec.
    pub fn extra(&self) -> &Each<Extra> {
        &self.platform.extra
    }

    /// `[waive]` of the spec.
    pub fn waive(&self) -> &Each<Waive> {
        &self.platform.waive
    }

    /// `[assume]` of the spec.
    pub fn assume(&self) -> &Each<Assume> {
        &self.platform.assume
    }
}
