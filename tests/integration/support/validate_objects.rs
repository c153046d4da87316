//! Runs the rules over objects without a platform.

use aksgen::{
    diag::Diagnostic,
    model::wiring::Pods,
    verify::{Collector, Declared, Fact, Interner, ObjectOrigin, ObjectPlace, agree},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A platform with these namespaces and without connections.
pub(crate) fn undeclared<'a>(namespaces: &[&'a str]) -> Declared<'a> {
    Declared {
        namespaces: namespaces.to_vec(),
        connections: vec![],
        ingress: None,
        neighbours: vec![],
        sources: vec![],
        seeds: BTreeMap::new(),
        foreign: vec![],
        severities: &[],
        release: None,
        open: vec![],
        scraped: vec![],
        api_clients: &[],
        dns: Pods::named("absent", "absent"),
        fqdn_policies: false,
        largest_node: None,
    }
}

/// Validates objects. The unit of an origin is the index of the object.
pub(crate) fn validate_objects(
    objects: &[Value],
    declared: &Declared<'_>,
) -> Vec<Diagnostic<ObjectPlace>> {
    let names = Interner::default();
    let of = |(unit, object): (u32, &Value)| {
        Collector::new(&names, ObjectOrigin { unit, environment: 0, step: 0 }).collect(object)
    };
    let rows: Vec<Fact> = (0..).zip(objects).flat_map(of).collect();
    agree(&rows, &names, declared)
}
