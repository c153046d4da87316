//! Every file `tests/rules/<name>.yaml` holds objects, and `<name>.txt` is what the rules over all of them say, by the codes that the first
//! line of the objects names. `UPDATE=1` writes what they say now; read it before you commit it. Here stands what a whole platform would
//! take long to show; that it is told with its line, and from the spec on, is shown by `tests/cases/findings/`.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use aksgen::{
    model::wiring::Pods,
    verify::{Collector, Declared, Interner, Origin, Row, agree},
};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// A platform that declares nothing but what these files rely on.
fn declared() -> Declared<'static> {
    Declared {
        namespaces: vec!["north", "south"],
        connections: vec![],
        neighbours: vec![],
        sources: vec![("north", "made".to_owned(), "key")],
        seeds: BTreeMap::from([("vault", vec!["listed"])]),
        foreign: vec![("StorageAccount", "theirs".to_owned()), ("Vault", "theirs".to_owned())],
        severities: &["page", "ticket"],
        open: vec![],
        scraped: vec![],
        dns: Pods::named("nowhere", "nobody"),
        fqdn_policies: false,
    }
}

/// One line per verdict: code, object, place, and what is wrong.
fn said(text: &str) -> String {
    let codes: Vec<&str> = text.lines().next().unwrap().trim_start_matches("# ").split(' ').collect();
    let objects: Vec<Value> = serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect();
    let names = Interner::default();
    let of = |(unit, object): (u32, &Value)| Collector::new(&names, Origin { unit, environment: 0, step: 0 }).collect(object);
    let rows: Vec<Row> = (0..).zip(&objects).flat_map(of).collect();
    let verdicts = agree(&rows, &names, &declared()).into_iter().filter(|verdict| codes.contains(&verdict.code.id()));
    let line = |object: &Value, pointer: &str, code: &str, message: &str| {
        let name = |key: &str| object["metadata"][key].as_str().unwrap_or("-").to_owned();
        format!("{code}: {} {}/{} {pointer}: {message}\n", object["kind"].as_str().unwrap(), name("namespace"), name("name"))
    };
    let mut lines: Vec<String> =
        verdicts.map(|v| line(&objects[v.origin.unit as usize], &v.pointer, v.code.id(), &format!("{} ({})", v.message, v.help))).collect();
    lines.sort();
    lines.concat()
}

#[test]
fn the_rules_say_of_objects_what_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let (now, expected) = (said(&fs::read_to_string(&file).unwrap()), file.with_extension("txt"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &now).unwrap();
        }
        assert_eq!(now, fs::read_to_string(&expected).unwrap_or_default(), "{}", file.display());
    }
}
