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

/// The missing record or version of a kind.
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diff/consequences.toml");
    let table: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let rows = table["consequence"].as_array().unwrap();
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

#[test]
fn azure_records_agree_with_their_group_and_owner() {
    let mut wrong = vec![];
    for name in kinds::groups() {
        let group = kinds::group(name).unwrap();
        let Some(provider) = &group.azure else { continue };
        for (kind, record) in &group.kinds {
            let azure = record.azure.as_ref().unwrap();
            let parent = match &azure.owners[..] {
                [owner] if owner.starts_with(name) => {
                    kinds::of_qualified(owner).unwrap().azure.as_ref().unwrap().arm_type.clone()
                }
                _ => None,
            };
            let parent = parent.unwrap_or_else(|| provider.provider.clone());
            let is_below =
                azure.arm_type.as_ref().is_none_or(|own| own.starts_with(&format!("{parent}/")));
            if !is_below {
                wrong.push(format!("{name}/{kind}: {:?} is not below `{parent}`", azure.arm_type));
            }
            if record.delete_protection == azure.revocable {
                wrong.push(format!("{name}/{kind}: an object is protected unless it is revocable"));
            }
            if azure.title.is_empty() || azure.name.words.is_empty() {
                wrong.push(format!("{name}/{kind}: `title` or `name.words` is empty"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Kinds that rules name, and why. Every other fact about a kind is in its record.
const NAMED_KINDS: &[(&str, &str, &str)] = &[
    ("agree/references.rs", "Namespace", "every namespaced object needs its namespace"),
    ("agree/identity.rs", "ServiceAccount", "the subject of a token is a ServiceAccount"),
    ("agree/sources.rs", "Secret", "a store in the cluster reads Secrets only"),
    ("agree/addresses.rs", "ConfigMap", "`envFrom` of a pod names a ConfigMap"),
    ("agree/addresses.rs", "Service", "the DNS name of a host in the cluster is that of a Service"),
    ("agree/credentials.rs", "Secret", "a credential is a Secret"),
    ("agree/services.rs", "Service", "the DNS name of a host in the cluster is that of a Service"),
    ("facts/cilium.rs", "Endpoints", "the end of a field name, such as `toEndpoints`"),
    ("secret_values.rs", "Secret", "its values are never in a tree"),
    ("facts/policies.rs", "Ingress", "a value of `policyTypes`, not the kind"),
    ("facts/shape.rs", "Secret", "the kind that `secretKeyRef` means"),
    ("facts/shape.rs", "ConfigMap", "the kind that `configMapKeyRef` means"),
    ("schemas/crd.rs", "CustomResourceDefinition", "the format of the files that hold schemas"),
    ("schemas/mod.rs", "Deployment", "schemas that are compiled early, for speed only"),
    ("schemas/mod.rs", "NetworkPolicy", "schemas that are compiled early, for speed only"),
    ("schemas/mod.rs", "CronJob", "schemas that are compiled early, for speed only"),
];

/// Kinds in text literals of a source file, without its tests.
fn named_kinds<'a>(text: &'a str, known: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let production = text.split("#[cfg(test)]").next().unwrap_or_default();
    let literals = production.lines().filter(|line| !line.trim_start().starts_with("//"));
    literals
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .map(|literal| literal.rsplit('/').next().unwrap_or_default())
        .filter(|kind| known.contains(kind))
        .collect()
}

#[test]
fn rules_read_records_and_name_no_kind() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
    let groups = kinds::groups().filter_map(kinds::group);
    let known: BTreeSet<&str> =
        groups.flat_map(|group| group.kinds.keys().map(String::as_str)).collect();
    let mut found = BTreeSet::new();
    for path in files(&root) {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        // The table of built-in schemas lists the Rust type of each kind.
        if name == "schemas/builtin.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let kinds = named_kinds(&text, &known);
        found.extend(kinds.into_iter().map(|kind| (name.clone(), kind.to_owned())));
    }
    let listed: BTreeSet<(String, String)> = NAMED_KINDS
        .iter()
        .map(|(file, kind, _)| ((*file).to_owned(), (*kind).to_owned()))
        .collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(new.is_empty(), "these files name kinds; read a column of the record: {new:?}");
    assert!(gone.is_empty(), "these exceptions are not needed: {gone:?}");
    let planted = "let x = \"keyvault.azure.com/Vault\";\n// \"Secret\"\n#[cfg(test)]\n\"Pod\"";
    assert_eq!(named_kinds(planted, &known), ["Vault"].into());
}
