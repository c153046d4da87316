//! What the rules over all objects say of some, without a platform.

use aksgen::{
    diag::Diagnostic,
    model::wiring::Pods,
    verify::{Collector, Declared, Fact, Interner, ObjectOrigin, ObjectPlace, agree},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A platform that declares nothing; its namespaces exist.
pub(crate) fn undeclared<'a>(namespaces: &[&'a str]) -> Declared<'a> {
    Declared {
        namespaces: namespaces.to_vec(),
        connections: vec![],
        neighbours: vec![],
        sources: vec![],
        seeds: BTreeMap::new(),
        foreign: vec![],
        severities: &[],
        release: None,
        open: vec![],
        scraped: vec![],
        dns: Pods::named("nowhere", "nobody"),
        fqdn_policies: false,
    }
}

/// Every diagnostic of the rules. The unit of an origin is the index of the object.
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
