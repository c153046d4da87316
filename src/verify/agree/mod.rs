//! Rules over the facts of one environment.

mod addresses;
mod azure_monitor_alerts;
mod backups;
mod capacity;
mod claims;
mod connections;
mod credentials;
mod declared_edges;
mod drains;
mod endpoints;
mod identity;
mod ids;
mod images;
mod names;
mod nodes;
mod pod_security;
mod quotas;
mod references;
mod requested;
mod routes;
mod scaling;
mod secret_templates;
mod selectors;
mod services;
mod shared_budgets;
mod sources;
mod store_access;
mod stores;
mod subnets;
mod tokens;

use super::{
    ObjectPlace,
    facts::{Fact, Interner, Name, ObjectOrigin, Stated, Statement},
};
use crate::{
    azure::vm_sizes::Allocatable,
    diag::{Code, Diagnostic},
    kinds::{self, Object},
    model::wiring::{Connection, Pods},
};
use std::{collections::BTreeMap, ops::Deref};

/// Declarations of the spec for one environment.
#[derive(Debug)]
pub struct Declared<'a> {
    /// Every connection.
    pub connections: Vec<Connection<'a>>,
    /// Pods of the ingress gateway.
    pub ingress: Option<Pods>,
    /// Pods that aksgen does not render: the gateway, Prometheus, the cluster DNS.
    pub neighbours: Vec<Pods>,
    /// Ports of operators that anyone may reach: the pods and the port.
    pub open: Vec<(Pods, u16)>,
    /// Ports of operators that Prometheus or pods of the operator reach: source, destination,
    /// protocol, port.
    pub scraped: Vec<(Pods, Pods, &'static str, u16)>,
    /// Severities with a receiver; empty if another team runs Alertmanager.
    pub severities: &'a [&'a str],
    /// Value of the label `release` that Prometheus selects; none for a Prometheus without one.
    pub release: Option<&'a str>,
    /// Namespaces that exist without a rendered object.
    pub namespaces: Vec<&'a str>,
    /// Secrets created manually for stores: namespace, name, key.
    pub sources: Vec<(&'a str, String, &'static str)>,
    /// Secrets created manually in vaults, by the store that reads them.
    pub seeds: BTreeMap<&'a str, Vec<&'a str>>,
    /// Resources of other teams, as kind and name in Azure.
    pub foreign: Vec<(&'static str, String)>,
    /// Pods that call the API server.
    pub api_clients: &'a [Pods],
    /// The cluster's DNS.
    pub dns: Pods,
    /// Policies can name hosts.
    pub fqdn_policies: bool,
    /// CPU and memory of the largest node; none where the size of a pool is not known.
    pub largest_node: Option<Allocatable>,
    /// Maximum number of nodes of mode `User` that Azure does not evict.
    pub most_nodes: u64,
}

/// A fact whose statement is of one type.
#[derive(Debug)]
pub(super) struct StatedFact<'a, S> {
    /// The fact.
    fact: &'a Fact,
    /// Its statement.
    stated: &'a S,
    /// Source of the fact.
    origin: ObjectOrigin,
    /// JSON pointer of the field.
    at: Name,
    /// Namespace of the fact.
    namespace: Name,
}

impl<S> Clone for StatedFact<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for StatedFact<'_, S> {}

impl<S> Deref for StatedFact<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        self.stated
    }
}

impl<'a, S> From<StatedFact<'a, S>> for &'a Fact {
    fn from(found: StatedFact<'a, S>) -> &'a Fact {
        found.fact
    }
}

impl<'a, S> From<&StatedFact<'a, S>> for &'a Fact {
    fn from(found: &StatedFact<'a, S>) -> &'a Fact {
        found.fact
    }
}

/// The facts of one environment, by type of statement.
pub(super) struct Facts<'a> {
    names: &'a Interner,
    by_type: Vec<Vec<&'a Fact>>,
    declared: &'a Declared<'a>,
}

impl<'a> Facts<'a> {
    /// All facts whose statement is of a type.
    fn all<S: Stated + 'a>(
        &self,
    ) -> impl Iterator<Item = StatedFact<'a, S>> + Clone + use<'a, '_, S> {
        self.by_type[S::INDEX].iter().filter_map(|fact| {
            let (stated, origin) = (fact.of::<S>()?, fact.origin);
            Some(StatedFact { fact, stated, origin, at: fact.at, namespace: fact.namespace })
        })
    }

    fn text(&self, name: Name) -> String {
        self.names.text(name)
    }

    /// `Kind` of an interned `group/Kind`.
    fn short(&self, kind: Name) -> String {
        kinds::short(&self.text(kind)).to_owned()
    }

    fn name(&self, text: &str) -> Name {
        self.names.name(text)
    }

    /// Kind and name of every object.
    fn objects(&self) -> BTreeMap<ObjectOrigin, (String, String)> {
        let object =
            |row: StatedFact<'_, Object<Name>>| (self.short(row.kind), self.text(row.name));
        self.all::<Object<Name>>().map(|row| (row.origin, object(row))).collect()
    }

    /// A diagnostic at the field of a fact.
    fn diagnostic<'f>(
        &self,
        fact: impl Into<&'f Fact>,
        code: Code,
        message: String,
        help: impl Into<String>,
    ) -> Diagnostic<ObjectPlace> {
        let fact = fact.into();
        let place = ObjectPlace::new(fact.origin, self.text(fact.at));
        Diagnostic::new(code, message).help(help).at(place)
    }
}

/// A rule over the facts of one environment.
type Rule = fn(&Facts<'_>) -> Vec<Diagnostic<ObjectPlace>>;

/// Every disagreement in one environment.
pub fn agree(
    facts: &[Fact],
    names: &Interner,
    declared: &Declared<'_>,
) -> Vec<Diagnostic<ObjectPlace>> {
    let mut by_type: Vec<Vec<&Fact>> = vec![vec![]; Statement::COUNT];
    for fact in facts {
        by_type[fact.statement.index()].push(fact);
    }
    let facts = Facts { names, by_type, declared };
    let rules: [Rule; 22] = [
        names::check,
        references::check,
        selectors::check,
        connections::check,
        identity::check,
        ids::check,
        capacity::check,
        azure_monitor_alerts::check,
        backups::check,
        sources::check,
        subnets::check,
        endpoints::check,
        scaling::check,
        drains::check,
        images::check,
        shared_budgets::check,
        pod_security::check,
        store_access::check,
        claims::check,
        tokens::check,
        credentials::check,
        secret_templates::check,
    ];
    rules.iter().flat_map(|rule| rule(&facts)).collect()
}
