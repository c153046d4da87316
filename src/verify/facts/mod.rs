//! Facts: statements of one object about others. Facts are kept, and objects are dropped.

mod addresses;
mod cilium;
mod fact;
mod intern;
mod place;
mod pod_security;
mod policies;
mod rows;
mod shape;

pub(super) use addresses::service as service_of_host;
pub(super) use fact::Stated;
pub(super) use fact::{Allows, Carries, Direction, Isolates, Selects, SelectsPort, Statement};
pub use fact::{Fact, ObjectOrigin};
pub use intern::{Interner, Name};
pub(super) use place::{FieldPlace, walk};
pub(super) use rows::text;

use super::selector::{Selector, labels};
use crate::kinds::{
    self, ApiVersion, AzureName, AzureRecord, ChartFacts, Holds, HoldsData, KindRecord, Object,
    ObjectFact, PodPort, Provides, PublicAccess, Selectable, SelectorField,
};
use rows::Base;
use serde_json::Value;
use shape::Subject;
use std::collections::BTreeMap;

/// Kind, namespace and name of every object.
pub fn subjects(facts: &[Fact], names: &Interner) -> BTreeMap<ObjectOrigin, [String; 3]> {
    let subject = |fact: &Fact| {
        let object = fact.object()?;
        let kind = kinds::short(&names.text(object.kind)).to_owned();
        Some((fact.origin, [kind, names.text(fact.namespace), names.text(object.name)]))
    };
    facts.iter().filter_map(subject).collect()
}

/// Collects facts of one object.
#[derive(Debug)]
pub struct Collector<'a> {
    names: &'a Interner,
    charts: Option<&'a ChartFacts>,
    origin: ObjectOrigin,
    facts: Vec<Fact>,
}

impl<'a> Collector<'a> {
    /// A collector for one object.
    pub fn new(names: &'a Interner, origin: ObjectOrigin) -> Collector<'a> {
        Collector { names, charts: None, origin, facts: vec![] }
    }

    /// Reads the values of these charts too.
    #[must_use]
    pub fn with_charts(self, charts: &'a ChartFacts) -> Collector<'a> {
        Collector { charts: Some(charts), ..self }
    }

    fn add(&mut self, at: &str, namespace: &str, statement: impl Into<Statement>) {
        let [at, namespace] = [at, namespace].map(|text| self.names.name(text));
        self.facts.push(Fact { origin: self.origin, at, namespace, statement: statement.into() });
    }

    fn relation(&mut self, at: &str, namespace: &str, relation: impl Into<ObjectFact<Name>>) {
        self.add(at, namespace, Statement::ObjectFact(relation.into()));
    }

    /// All facts of an object.
    pub fn collect(mut self, object: &Value) -> Vec<Fact> {
        let text =
            |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (api_version, kind) = (text("/apiVersion"), text("/kind"));
        let namespace = text("/metadata/namespace");
        let [name, qualified, version] =
            [text("/metadata/name"), &kinds::qualified(api_version, kind), api_version]
                .map(|text| self.names.name(text));
        self.relation("/metadata/name", namespace, Object { kind: qualified, name });
        self.relation("/apiVersion", namespace, ApiVersion { version });
        let record = kinds::of_object(api_version, kind);
        if let Some(record) = record {
            self.record(object, record, namespace);
        }
        shape::collect(object, &Subject { api_version, record, namespace }, &mut self);
        self.facts
    }

    /// Facts of the columns of a record.
    fn record(&mut self, object: &Value, record: &KindRecord, namespace: &str) {
        let base = Base { value: object, prefix: "", namespace };
        for row in &record.references {
            rows::read(row, &base, self, |row, get| row.try_map(get).map(ObjectFact::from));
        }
        for row in &record.reads {
            rows::read(row, &base, self, |row, get| row.try_map(get).map(ObjectFact::from));
        }
        for row in &record.provides {
            rows::read(row, &base, self, |row, get| row.try_map(get).map(ObjectFact::from));
        }
        record.facts.iter().for_each(|row| rows::read(row, &base, self, ObjectFact::try_map));
        self.holds(object, &record.holds_data, namespace);
        if record.selectable == Selectable::Services
            && let Some(table) = object["metadata"]["labels"].as_object()
        {
            let labels = self.names.labels_id(labels(table));
            self.add("/metadata/labels", namespace, Carries { what: record.selectable, labels });
        }
        record.selectors.iter().for_each(|field| self.selector(object, field, namespace));
        policies::collect(object, record.network_policy, namespace, self);
        record.azure.iter().for_each(|azure| self.public_access(object, azure, namespace));
        if let Some(azure) = &record.azure {
            self.azure_name(object, azure, namespace);
        }
        addresses::of_settings(object, namespace, self);
    }

    /// Azure Service Operator uses `metadata.name` where `spec.azureName` is absent.
    fn azure_name(&mut self, object: &Value, azure: &AzureRecord, namespace: &str) {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
        let owner = match (text("/spec/owner/name"), text("/spec/owner/kind"), &azure.owners[..]) {
            (Some(name), None, [kind]) => format!("{}/{name}", kinds::short(kind)),
            (Some(name), kind, _) => format!("{}/{name}", kind.unwrap_or_default()),
            _ => text("/spec/owner/armId").unwrap_or_default().to_owned(),
        };
        let places = ["/spec/azureName", "/metadata/name"];
        let Some((at, name)) = places.iter().find_map(|at| Some((*at, text(at)?))) else { return };
        let is_identity = azure.identity.iter().any(|field| field == "location");
        let location = text("/spec/location").filter(|_| is_identity).unwrap_or_default();
        let [name, owner, location] = [name, &owner, location].map(|text| self.names.name(text));
        self.relation(at, namespace, AzureName { name, owner, location });
    }

    /// Access from the internet. A resource in a delegated subnet needs no private endpoint.
    fn public_access(&mut self, object: &Value, azure: &AzureRecord, namespace: &str) {
        let injected = azure.subnet_injection.as_ref().and_then(|at| object.pointer(at));
        let switch = azure.public_access.as_ref().filter(|_| injected.is_none());
        if let Some((at, access)) = switch.and_then(|at| Some((at, object.pointer(at)?.as_str()?)))
        {
            let access = self.names.name(access);
            self.relation(at, namespace, PublicAccess { access });
        }
    }

    fn holds(&mut self, object: &Value, data: &HoldsData, namespace: &str) {
        let (at, size) = match data {
            HoldsData::Nothing => return,
            HoldsData::All => ("/spec", Some(String::new().into())),
            HoldsData::Sized(at) => (at.as_str(), object.pointer(at).and_then(rows::text)),
        };
        if let Some(size) = size.filter(|_| object.pointer(at).is_some()) {
            let [part, size] = ["", &size].map(|text| self.names.name(text));
            self.relation(at, namespace, Holds { part, size });
        }
    }

    fn selector(&mut self, object: &Value, field: &SelectorField, namespace: &str) {
        walk(object, &field.at, &mut vec![], &mut |place| {
            let (what, at) = (field.selects, place.pointer());
            let selector = self.names.selector_id(Selector::read(place.value));
            let at = if place.value["matchLabels"].is_object() {
                format!("{at}/matchLabels")
            } else {
                at
            };
            self.add(&at, namespace, Selects { what, selector });
            let Some(ports) = &field.ports else { return };
            walk(object, ports, &mut vec![], &mut |port| {
                let Some(text) = rows::text(port.value) else { return };
                let port_name = self.names.name(&text);
                let needed = SelectsPort { what, selector, port: port_name };
                self.add(&port.pointer(), namespace, needed);
            });
        });
    }

    /// Pods that a chart creates, with their name label and ports.
    pub fn chart_pods(mut self, namespace: &str, name: &str, ports: &[u16]) -> Vec<Fact> {
        let label = ("app.kubernetes.io/name".to_owned(), name.to_owned());
        let labels = self.names.labels_id([label].into());
        self.add("", namespace, Carries { what: Selectable::Pods, labels });
        for port in ports {
            let [name, number] = ["", &port.to_string()].map(|text| self.names.name(text));
            self.relation("", namespace, PodPort { name, number });
        }
        self.facts
    }

    /// An object that aksgen does not render.
    pub fn assumed(mut self, kind: &str, namespace: &str, name: &str, keys: &[&str]) -> Vec<Fact> {
        for key in [""].iter().chain(keys) {
            let [kind, name, key] = [kind, name, key].map(|text| self.names.name(text));
            self.relation("", namespace, Provides { kind, name, key });
        }
        self.facts
    }
}
