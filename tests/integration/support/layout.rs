//! Reads a tree as kustomize and the GitOps engine do, from `clusters/<environment>/` on. It does
//! not use paths from the code under test.

use super::{Tree, is_yaml, object};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Each file that the root of an environment includes, with the kustomization that lists it. The
/// root Application of Argo CD applies the folder that lists it; that folder is read once.
fn reached(tree: &Tree, environment: &str) -> Vec<(String, String)> {
    let (mut out, mut open) = (vec![], vec![format!("clusters/{environment}")]);
    while let Some(folder) = open.pop() {
        let index = format!("{folder}/kustomization.yaml");
        for entry in object(&tree[&index])["resources"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let path = joined(&folder, entry);
            match tree.get(&path) {
                Some(text) if folder.starts_with("clusters/") => {
                    open.extend(applied(&object(text)).filter(|next| *next != folder));
                }
                Some(_) => {}
                None => open.push(path.clone()),
            }
            if tree.contains_key(&path) {
                out.push((path, index.clone()));
            }
        }
    }
    out
}

/// The folder that a Flux Kustomization or Argo CD Application applies.
fn applied(object: &Value) -> Option<String> {
    let path = if object["kind"] == "Application" {
        &object["spec"]["source"]["path"]
    } else {
        &object["spec"]["path"]
    };
    path.as_str().map(|path| path.trim_start_matches("./").to_owned())
}

fn joined(folder: &str, entry: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in entry.split('/') {
        match part {
            ".." => parts.truncate(parts.len() - 1),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The objects of one environment by kind, namespace and name. Objects of the engine are left out,
/// because their paths depend on the layout.
pub(crate) fn objects(tree: &Tree, environment: &str) -> BTreeMap<[String; 3], Value> {
    let files =
        reached(tree, environment).into_iter().filter(|(path, _)| !path.starts_with("clusters/"));
    let key = |object: &Value| {
        ["/kind", "/metadata/namespace", "/metadata/name"]
            .map(|at| object.pointer(at).and_then(Value::as_str).unwrap_or("").to_owned())
    };
    files.map(|(path, _)| object(&tree[&path])).map(|object| (key(&object), object)).collect()
}

/// Files that no kustomization lists, that several list, or that one lists twice.
pub(crate) fn misplaced<'a>(tree: &'a Tree, environments: &[&str]) -> Vec<&'a String> {
    let all: Vec<_> = environments.iter().map(|environment| reached(tree, environment)).collect();
    let twice = |path: &String| {
        all.iter().any(|one| one.iter().filter(|(file, _)| file == path).count() > 1)
    };
    let by = |path: &String| {
        all.iter()
            .flatten()
            .filter(|(file, _)| file == path)
            .map(|(_, index)| index)
            .collect::<BTreeSet<_>>()
            .len()
    };
    let listed = tree.keys().filter(|path| {
        is_yaml(path)
            && !path.starts_with("tests/")
            && !path.starts_with("bootstrap/")
            && !path.ends_with("/kustomization.yaml")
    });
    listed.filter(|path| twice(path) || by(path) != 1).collect()
}
