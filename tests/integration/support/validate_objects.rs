//! Runs the rules over objects without a platform.

use aksgen::{
    assets::Assets,
    catalog::Catalog,
    diag::Diagnostic,
    model::{TABLE, wiring::Pods},
    verify::{Collector, Declared, Fact, Interner, ObjectOrigin, ObjectPlace, agree},
};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

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
        most_nodes: 3,
    }
}

/// Built-in manifests and templates.
pub(crate) fn builtin_catalog() -> Catalog {
    let mut diagnostics = vec![];
    let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
    let assets = Assets::load(Path::new("no-such-directory"), &mut diagnostics);
    let catalog = Catalog::load(&assets, &names, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    catalog
}

/// Validates objects. The unit of an origin is the index of the object.
pub(crate) fn validate_objects(
    objects: &[Value],
    declared: &Declared<'_>,
) -> Vec<Diagnostic<ObjectPlace>> {
    let names = Interner::default();
    let catalog = builtin_catalog();
    let of = |(unit, object): (u32, &Value)| {
        let origin = ObjectOrigin { unit, environment: 0, step: 0 };
        Collector::new(&names, origin).with_charts(catalog.chart_facts()).collect(object)
    };
    let rows: Vec<Fact> = (0..).zip(objects).flat_map(of).collect();
    agree(&rows, &names, declared)
}
