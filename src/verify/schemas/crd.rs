//! CRDs of the user: a directory, or one file of `kubectl get crd -o json`.

use crate::{
    assets::{EntryType, InputFolder},
    diag::{Code, Diagnostic, Label, Source, reason},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{cmp::Reverse, path::Path, sync::Arc};

/// Maximum size of a file with CRDs: 64 MiB. All CRDs of a large cluster have 20 MiB.
const LARGEST: u64 = 64 << 20;

/// Source of CRDs.
#[derive(Debug)]
pub enum CrdSource {
    /// Files of a folder, read on the first lookup of their group.
    Files(InputFolder, Vec<String>),
    /// CRDs, read at once.
    Read(Vec<Value>),
}

impl CrdSource {
    /// Opens a directory or a file.
    ///
    /// # Errors
    /// If the path cannot be read, or holds no CRD.
    pub fn open(path: &Path) -> Result<CrdSource, Diagnostic> {
        let refuse = |what: String| {
            Diagnostic::new(Code::InputFile, format!("the CRDs in `{}` {what}", path.display()))
                .help("name a directory of CRDs, or a file made by `kubectl get crd -o json`")
        };
        let failed = |error| refuse(format!("cannot be read: {}", reason(&error)));
        if !path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let folder = InputFolder::open(path.parent().unwrap_or(Path::new("")));
            let all = documents(&folder.map_err(failed)?, &name)?;
            return if all.is_empty() {
                Err(refuse("are none".into()))
            } else {
                Ok(CrdSource::Read(all))
            };
        }
        let folder = InputFolder::open(path).map_err(failed)?;
        let entries = folder.entries("").map_err(failed)?;
        let files: Vec<String> = entries
            .into_iter()
            .filter(|(name, kind)| is_document(name) && *kind != EntryType::Folder)
            .map(|(name, _)| name)
            .collect();
        if files.is_empty() {
            Err(refuse("are none".into()))
        } else {
            Ok(CrdSource::Files(folder, files))
        }
    }

    /// The schema of a kind, if a CRD serves it, and whether a CRD defines the kind in any version.
    /// Adds files that cannot be read to `broken`.
    pub(super) fn schema(
        &self,
        api_version: &str,
        kind: &str,
        broken: &mut Vec<Diagnostic>,
    ) -> (Option<Value>, bool) {
        let Some((group, version)) = api_version.split_once('/') else { return (None, false) };
        let found = self.find(group, kind, broken);
        let defined = found.is_some();
        (found.and_then(|crd| served(&crd, version)), defined)
    }

    /// The CRD of a kind.
    fn find(&self, group: &str, kind: &str, broken: &mut Vec<Diagnostic>) -> Option<Value> {
        let serves =
            |crd: &Value| crd["spec"]["group"] == group && crd["spec"]["names"]["kind"] == kind;
        match self {
            CrdSource::Read(all) => all.iter().find(|crd| serves(crd)).cloned(),
            CrdSource::Files(folder, files) => {
                let mut likely: Vec<&String> = files.iter().collect();
                likely.sort_by_cached_key(|name| fit(name, group, kind));
                let mut read = |name: &String| {
                    documents(folder, name).unwrap_or_else(|diagnostic| {
                        broken.push(diagnostic);
                        vec![]
                    })
                };
                likely.into_iter().flat_map(&mut read).find(serves)
            }
        }
    }
}

/// The schema of a version that a CRD serves.
fn served(crd: &Value, version: &str) -> Option<Value> {
    let versions = crd["spec"]["versions"].as_array()?;
    let version =
        versions.iter().find(|v| v["name"] == version && v["served"] != Value::Bool(false))?;
    let mut schema = complete(version["schema"]["openAPIV3Schema"].clone());
    schema[super::NAMESPACED] = (crd["spec"]["scope"] == "Namespaced").into();
    Some(schema)
}

/// Order of files: a file is mostly named after the group and the kind in it.
fn fit(name: &str, group: &str, kind: &str) -> Reverse<(bool, bool)> {
    let name = name.to_lowercase();
    let initial: String = kind.to_lowercase().chars().take(1).collect();
    Reverse((name.contains(group), name.starts_with(&initial)))
}

fn is_document(name: &str) -> bool {
    [".json", ".yaml", ".yml"].iter().any(|end| name.ends_with(end))
}

/// The CRDs of a file: one, several YAML documents, or a list.
fn documents(folder: &InputFolder, name: &str) -> Result<Vec<Value>, Diagnostic> {
    let source = folder.read(name, LARGEST)?;
    let all: Vec<Value> = if name.ends_with(".json") {
        let one = serde_json::from_str(&source.text);
        vec![one.map_err(|error| not_readable(&source, "JSON", error.line()))?]
    } else {
        let failed = |error: serde_yaml::Error| {
            not_readable(&source, "YAML", error.location().map_or(1, |at| at.line()))
        };
        // The iterator repeats a syntax error without end: stop at the first.
        serde_yaml::Deserializer::from_str(&source.text)
            .map(|document| Value::deserialize(document).map_err(failed))
            .collect::<Result<_, _>>()?
    };
    let flat = all.into_iter().flat_map(|value| match value["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![value],
    });
    Ok(flat.filter(|value| value["kind"] == "CustomResourceDefinition").collect())
}

fn not_readable(source: &Arc<Source>, language: &str, line: usize) -> Diagnostic {
    let message = format!("the CRDs in `{}` are not valid {language}", source.name);
    Diagnostic::new(Code::InputFile, message)
        .help("fetch the file again, or remove it")
        .at(Label::new(source, source.line(line.max(1))))
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
        let describe = |schema: Value| {
            format!(
                "{} {}",
                schema["properties"]["spec"]["type"].as_str().unwrap_or_default(),
                schema[super::super::NAMESPACED]
            )
        };
        ["A", "B", "C", "D", "E", "F"]
            .iter()
            .filter_map(|kind| source.schema("x.example/v1", kind, &mut vec![]).0)
            .map(describe)
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
            std::fs::write(folder.path().join(name), text).expect("room");
        }
        assert_eq!(
            found(&CrdSource::open(folder.path()).expect("a folder of CRDs")),
            ["A true", "B false", "C false", "D true"]
        );
        assert!(
            CrdSource::open(folder.path())
                .is_ok_and(|source| source.schema("x.example/v1", "Élan", &mut vec![]).0.is_none()),
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
            assert_eq!(
                source.schema(api_version, kind, &mut vec![]).0.is_some(),
                known,
                "{api_version} {kind}"
            );
        }
    }
}
