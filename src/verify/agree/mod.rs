//! Rules over the facts of one environment. Never sees YAML or the spec.

mod alerts;
mod backups;
mod capacity;
mod connections;
mod endpoints;
mod identity;
mod ids;
mod names;
mod references;
mod selectors;
mod sources;
mod subnets;

use super::facts::{Interner, Name, Origin, Relation, Row};
use crate::{
    diag::Code,
    model::wiring::{Connection, Pods, SpecPath},
};
use std::collections::BTreeMap;

/// What two parts disagree about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The object to blame.
    pub origin: Origin,
    /// The JSON pointer in it.
    pub pointer: String,
    /// Which rule.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// The fix.
    pub help: String,
    /// A spec path that has to do with it, beside those behind the object.
    pub because: Option<SpecPath>,
}

/// What the spec says about one environment that the objects have to agree with.
#[derive(Debug)]
pub struct Declared<'a> {
    /// Every connection.
    pub connections: Vec<Connection<'a>>,
    /// Pods that aksgen does not render: the gateway, Prometheus, the cluster's DNS.
    pub neighbours: Vec<Pods>,
    /// Ports of operators that anyone may reach: the pods and the port.
    pub open: Vec<(Pods, u16)>,
    /// Ports of operators that Prometheus, or the operator's own pods, reach: from, to, protocol,
    /// port.
    pub scraped: Vec<(Pods, Pods, &'static str, u16)>,
    /// The severities of alerts that the platform's own Alertmanager knows; none where it is
    /// somebody else's.
    pub severities: &'a [&'a str],
    /// Namespaces that exist although nobody rendered them.
    pub namespaces: Vec<&'a str>,
    /// Secrets that people make, for stores to read: namespace, name, key.
    pub sources: Vec<(&'a str, String, &'static str)>,
    /// What people put into vaults, by the store that reads it.
    pub seeds: BTreeMap<&'a str, Vec<&'a str>>,
    /// What belongs to others, as kind and name in Azure.
    pub foreign: Vec<(&'static str, String)>,
    /// The cluster's DNS.
    pub dns: Pods,
    /// Policies can name hosts.
    pub fqdn_policies: bool,
}

/// The facts of one environment, resolved once for all rules.
pub(super) struct Facts<'a> {
    names: &'a Interner,
    by_relation: BTreeMap<Relation, Vec<&'a Row>>,
    declared: &'a Declared<'a>,
}

impl<'a> Facts<'a> {
    fn of(&self, relation: Relation) -> &[&'a Row] {
        self.by_relation.get(&relation).map(Vec::as_slice).unwrap_or_default()
    }

    fn text(&self, name: Name) -> String {
        self.names.text(name)
    }

    fn name(&self, text: &str) -> Name {
        self.names.name(text)
    }

    fn verdict(&self, row: &Row, code: Code, message: String, help: impl Into<String>) -> Verdict {
        Verdict {
            origin: row.origin,
            pointer: self.text(row.at),
            code,
            message,
            help: help.into(),
            because: None,
        }
    }
}

/// Every disagreement in one environment.
pub fn agree(rows: &[Row], names: &Interner, declared: &Declared<'_>) -> Vec<Verdict> {
    let mut by_relation: BTreeMap<Relation, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_relation.entry(row.relation).or_default().push(row);
    }
    let facts = Facts { names, by_relation, declared };
    let rules: [fn(&Facts<'_>) -> Vec<Verdict>; 12] = [
        names::check,
        references::check,
        selectors::check,
        connections::check,
        identity::check,
        ids::check,
        capacity::check,
        alerts::check,
        backups::check,
        sources::check,
        subnets::check,
        endpoints::check,
    ];
    rules.iter().flat_map(|rule| rule(&facts)).collect()
}
