//! CRDs of the user: a directory, or one file of `kubectl get crd -o json`.

use crate::diag::{Code, Diagnostic, reason};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    cmp::Reverse,
    fs,
    path::{Path, PathBuf},
};

/// Source of CRDs.
#[derive(Debug)]
pub enum CrdSource {
    /// Files, read on the first lookup of their group.
    Files(Vec<PathBuf>),
    /// CRDs, read at once.
    Read(Vec<Value>),
}

impl CrdSource {
    /// Opens a directory or a file.
    ///
    /// # Errors
    /// If there is nothing to read.
    pub fn open(path: &Path) -> Result<CrdSource, Diagnostic> {
        let refuse = |what: String| {
            Diagnostic::new(Code::InputFile, format!("the CRDs in `{}` {what}", path.display()))
                .help("name a directory of CRDs, or a file made by `kubectl get crd -o json`")
        };
        let kind = fs::metadata(path)
            .map_err(|error| refuse(format!("cannot be read: {}", reason(&error))))?;
        if !kind.is_dir() {
            let all = documents(path);
            return if all.is_empty() {
                Err(refuse("are none".into()))
            } else {
                Ok(CrdSource::Read(all))
            };
        }
        let entries = fs::read_dir(path)
            .map_err(|error| refuse(format!("cannot be read: {}", reason(&error))))?;
        let mut files: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|p| is_document(p)).collect();
        files.sort();
        if files.is_empty() { Err(refuse("are none".into())) } else { Ok(CrdSource::Files(files)) }
    }

    /// The schema of a kind, if a CRD serves it.
    pub(super) fn schema(&self, api_version: &str, kind: &str) -> Option<Value> {
        let (group, version) = api_version.split_once('/')?;
        let serves =
            |crd: &Value| crd["spec"]["group"] == group && crd["spec"]["names"]["kind"] == kind;
        let found = match self {
            CrdSource::Read(all) => all.iter().find(|crd| serves(crd)).cloned(),
            CrdSource::Files(files) => {
                let mut likely: Vec<&PathBuf> = files.iter().collect();
                likely.sort_by_cached_key(|path| fit(path, group, kind));
                likely.into_iter().flat_map(|path| documents(path)).find(serves)
            }
        }?;
        let versions = found["spec"]["versions"].as_array()?;
        let version =
            versions.iter().find(|v| v["name"] == version && v["served"] != Value::Bool(false))?;
        let mut schema = complete(version["schema"]["openAPIV3Schema"].clone());
        schema[super::NAMESPACED] = (found["spec"]["scope"] == "Namespaced").into();
        Some(schema)
    }
}

/// Files are mostly named after what is in them: these come first.
fn fit(path: &Path, group: &str, kind: &str) -> Reverse<(bool, bool)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let initial: String = kind.to_lowercase().chars().take(1).collect();
    Reverse((name.contains(group), name.starts_with(&initial)))
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "json" || e == "yaml" || e == "yml")
}

/// The CRDs of a file: one, several YAML documents, or a list.
fn documents(path: &Path) -> Vec<Value> {
    let Ok(text) = fs::read_to_string(path) else { return vec![] };
    let all: Vec<Value> = if path.extension().is_some_and(|e| e == "json") {
        serde_json::from_str(&text).into_iter().collect()
    } else {
        serde_yaml::Deserializer::from_str(&text)
            .filter_map(|document| Value::deserialize(document).ok())
            .collect()
    };
    let flat = all.into_iter().flat_map(|value| match value["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![value],
    });
    flat.filter(|value| value["kind"] == "CustomResourceDefinition").collect()
}

/// Adds the fields that the API server adds to every custom kind.
fn complete(mut schema: Value) -> Value {
    schema["properties"]["apiVersion"] = json!({"type": "string"});
    schema["properties"]["kind"] = json!({"type": "string"});
    schema["properties"]["metadata"] = json!({"type": "object"});
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crd(kind: &str, scope: &str) -> Value {
        let versions = [("v1", true), ("v0", false)]
            .map(|(name, served)| json!({"name": name, "served": served, "schema": {"openAPIV3Schema": {"properties": {"spec": {"type": kind}}}}}));
        json!({"kind": "CustomResourceDefinition", "spec": {"group": "x.example", "names": {"kind": kind}, "scope": scope, "versions": versions}})
    }

    /// For each of the kinds A to F: the schema found, and whether the kind is namespaced.
    fn found(source: &CrdSource) -> Vec<String> {
        let told = |schema: Value| {
            format!(
                "{} {}",
                schema["properties"]["spec"]["type"].as_str().unwrap_or_default(),
                schema[super::super::NAMESPACED]
            )
        };
        ["A", "B", "C", "D", "E", "F"]
            .iter()
            .filter_map(|kind| source.schema("x.example/v1", kind))
            .map(told)
            .collect()
    }

    #[test]
    fn crds_are_found_in_every_file_that_can_hold_some() {
        let folder = tempfile::tempdir().expect("room");
        let list = json!({"kind": "List", "items": [crd("C", "Cluster"), crd("D", "Namespaced"), {"kind": "Other", "spec": crd("E", "Cluster")["spec"]}]});
        let files = [
            ("a_x.example.json", crd("A", "Namespaced").to_string()),
            (
                "of_another_name.yaml",
                format!(
                    "{}---\nkind: Other\n---\n{}",
                    "# nothing\n",
                    crate::yaml::emit(&crd("B", "Cluster"))
                ),
            ),
            ("list.yml", list.to_string()),
            ("notes.txt", crd("F", "Cluster").to_string()),
        ];
        for (name, text) in &files {
            fs::write(folder.path().join(name), text).expect("room");
        }
        assert_eq!(
            found(&CrdSource::open(folder.path()).expect("a folder of CRDs")),
            ["A true", "B false", "C false", "D true"]
        );
        assert!(
            CrdSource::open(folder.path())
                .is_ok_and(|source| source.schema("x.example/v1", "Élan").is_none()),
            "a kind may be written in any letters"
        );
        assert_eq!(
            found(&CrdSource::open(&folder.path().join("list.yml")).expect("a file of CRDs")),
            ["C false", "D true"]
        );
    }

    #[test]
    fn a_kind_is_known_by_its_group_its_name_and_a_version_that_is_served() {
        let source = CrdSource::Read(vec![crd("A", "Cluster")]);
        for (api_version, kind, known) in [
            ("x.example/v1", "A", true),
            ("x.example/v0", "A", false),
            ("x.example/v2", "A", false),
            ("y.example/v1", "A", false),
            ("x.example/v1", "B", false),
            ("v1", "A", false),
        ] {
            assert_eq!(source.schema(api_version, kind).is_some(), known, "{api_version} {kind}");
        }
    }
}
