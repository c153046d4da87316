//! Rules over objects. A file `tests/rules/<name>.yaml` holds objects; its first line names codes.
//! `<name>.txt` has the diagnostics with these codes. `UPDATE=1` writes it; read the change before
//! you commit it. Cases in `tests/cases/general/findings/` show the lines of diagnostics.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{
    golden,
    validate_objects::{undeclared, validate_objects},
};
use aksgen::{
    diag::Diagnostic,
    verify::{Declared, ObjectPlace},
};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// Declarations that the files need.
fn declared() -> Declared<'static> {
    Declared {
        sources: vec![("north", "made".to_owned(), "key")],
        seeds: BTreeMap::from([("vault", vec!["listed"])]),
        foreign: vec![
            ("Registry", "theirs".to_owned()),
            ("StorageAccount", "theirs".to_owned()),
            ("Vault", "theirs".to_owned()),
        ],
        severities: &["page", "ticket"],
        ..undeclared(&["north", "south"])
    }
}

/// Code, object, place, message and help.
fn line(diagnostic: &Diagnostic<ObjectPlace>, object: &Value) -> String {
    let name = |key: &str| object["metadata"][key].as_str().unwrap_or("-");
    let (kind, place) =
        (object["kind"].as_str().unwrap(), format!("{}/{}", name("namespace"), name("name")));
    format!(
        "{}: {kind} {place} {}: {} ({})\n",
        diagnostic.code.id(),
        diagnostic.places[0].pointer.0,
        diagnostic.message,
        diagnostic.help
    )
}

/// One line per diagnostic.
fn report(text: &str) -> String {
    let codes: Vec<&str> =
        text.lines().next().unwrap().trim_start_matches("# ").split(' ').collect();
    let objects: Vec<Value> = serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect();
    let object = |place: &ObjectPlace| &objects[place.origin.unit as usize];
    let mut lines: Vec<String> = validate_objects(&objects, &declared())
        .iter()
        .filter(|diagnostic| codes.contains(&diagnostic.code.id()))
        .map(|diagnostic| line(diagnostic, object(&diagnostic.places[0])))
        .collect();
    lines.sort();
    lines.concat()
}

#[test]
fn rules_report_the_expected_diagnostics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        golden(&file.with_extension("txt"), &report(&fs::read_to_string(&file).unwrap()));
    }
}
