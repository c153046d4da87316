//! Every kind that templates render and that tables name has a record.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use aksgen::kinds;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The `apiVersion` and `kind` of a template of one object.
fn kind_of(text: &str) -> Option<(&str, &str)> {
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    value("apiVersion: ")
        .zip(value("kind: "))
        .filter(|(version, kind)| !version.contains("{{") && !kind.contains("{{"))
}

/// What is missing for an object of a kind.
fn missing(api_version: &str, kind: &str) -> Option<String> {
    let Some(record) = kinds::of_object(api_version, kind) else {
        return Some(format!("`{api_version}` `{kind}` has no record in src/kinds/groups"));
    };
    let version = api_version.rsplit('/').next().unwrap();
    (!record.versions.iter().any(|known| known == version))
        .then(|| format!("the record of `{kind}` lacks the version `{version}`"))
}

#[test]
fn every_kind_of_a_template_has_a_record() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<String> = files(&root.join("templates"))
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let found: BTreeSet<(&str, &str)> = texts.iter().filter_map(|text| kind_of(text)).collect();
    assert!(found.len() > 50, "only {} kinds were found", found.len());
    let missing: Vec<String> =
        found.iter().filter_map(|(version, kind)| missing(version, kind)).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_kind_without_a_record_is_named() {
    let named = missing("cache.azure.com/v1api20230801", "Rediss").unwrap();
    assert_eq!(named, "`cache.azure.com/v1api20230801` `Rediss` has no record in src/kinds/groups");
    let named = missing("cache.azure.com/v0", "Redis").unwrap();
    assert_eq!(named, "the record of `Redis` lacks the version `v0`");
}

#[test]
fn every_kind_with_a_consequence_has_a_record() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diff/effects.toml");
    let table: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let rows = table["effects"].as_array().unwrap();
    let patterns = rows.iter().flat_map(|row| row["kinds"].as_array().unwrap());
    let named = patterns.map(|kind| kind.as_str().unwrap()).filter(|kind| !kind.contains('*'));
    let missing: BTreeSet<&str> = named
        .filter(|named| {
            let (group, kind) = named.split_once('/').unwrap();
            kinds::of(group, kind).is_none()
        })
        .collect();
    assert!(missing.is_empty(), "no record: {missing:?}");
}

#[test]
fn every_reference_of_a_record_leads_to_a_record() {
    let mut missing = BTreeSet::new();
    for group in kinds::groups().filter_map(kinds::group) {
        let azure = group.kinds.values().filter_map(|kind| kind.azure.as_ref());
        for owner in azure.flat_map(|azure| &azure.owners).filter(|owner| !owner.contains('*')) {
            let (group, kind) = owner.split_once('/').unwrap();
            missing.extend(kinds::of(group, kind).is_none().then_some(owner));
        }
    }
    assert!(missing.is_empty(), "no record: {missing:?}");
}
