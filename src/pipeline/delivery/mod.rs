//! Kustomize indexes of all roots, and `clusters/<environment>/` with an object per root. Reads no
//! file.

mod crds;
mod engine;
mod order;

pub(super) use engine::{NAMES, base, context, described};

use super::{
    make::Maker,
    rendered::{ObjectFile, RenderedUnit},
};
use crate::{
    diag::{Code, Diagnostic},
    model::Env,
    sink::SHARED,
    tree::{self, Root},
};
use std::collections::BTreeMap;

/// Writes the indexes and the engine's objects of one environment.
pub(super) fn deliver(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    files: &[ObjectFile],
) -> RenderedUnit {
    let mut rendered = RenderedUnit::default();
    let layout = env.gitops().layout;
    let own: Vec<(String, &ObjectFile)> = files
        .iter()
        .filter(|file| file.is_in(number))
        .map(|file| (tree::path(layout, &file.below, folder(file, env)), file))
        .collect();
    let (roots, others) = tree::roots(layout, &env.name, own.iter().map(|(path, _)| path.as_str()));
    // The bases are the same in all environments.
    let written = others.iter().filter(|index| number == 0 || !index.is_shared());
    for index in roots.iter().chain(written) {
        let section = if index.is_shared() { SHARED } else { &env.name };
        let result = make.sink.write(section, &index.index(), &index.kustomization());
        rendered.diagnostics.extend(result.err());
    }
    rendered.diagnostics.extend(unlisted(&roots, &others, &own, env));
    let mut awaited = awaited(&roots, &own);
    let crds = crds::required(make, number, env, files);
    for (stage, crd) in &crds {
        let holds_charts =
            |root: &&Root| root.stage == stage.name() && root.namespace == env.gitops().namespace();
        if let Some(root) = roots.iter().find(holds_charts) {
            awaited.entry(root.name.as_str()).or_default().push(crd);
        }
    }
    engine::objects(make, number, env, &roots, &awaited, &mut rendered);
    rendered
}

/// Files and folders that no index lists.
fn unlisted(
    roots: &[Root],
    others: &[Root],
    files: &[(String, &ObjectFile)],
    env: &Env,
) -> Vec<Diagnostic> {
    let indexes: Vec<(String, String)> = roots
        .iter()
        .chain(others)
        .map(|root| (root.folder.clone(), root.kustomization()))
        .collect();
    let folders = others.iter().map(|index| index.folder.as_str());
    let paths = files.iter().map(|(path, _)| path.as_str()).chain(folders);
    tree::unlisted(&indexes, paths)
        .into_iter()
        .map(|message| Diagnostic::new(Code::KustomizeEntry, message).within(&env.name))
        .collect()
}

/// Name of the environment whose folder has the file; none for the base.
fn folder<'a>(file: &ObjectFile, env: &'a Env) -> Option<&'a str> {
    (!file.shared).then_some(env.name.as_str())
}

/// Objects by name of the root: apiVersion, kind, namespace, name.
type Awaited<'a> = BTreeMap<&'a str, Vec<&'a [String; 4]>>;

/// Objects whose health the engine checks, by root.
fn awaited<'a>(roots: &'a [Root], files: &[(String, &'a ObjectFile)]) -> Awaited<'a> {
    let mut folders: BTreeMap<String, &str> = BTreeMap::new();
    for root in roots {
        for folder in root.folders() {
            folders.insert(
                format!("base/{}", folder.splitn(3, '/').nth(2).unwrap_or_default()),
                &root.name,
            );
            folders.insert(folder, &root.name);
        }
    }
    let mut awaited = Awaited::new();
    for (path, file) in files {
        let Some(subject) = file.awaited.as_deref() else { continue };
        let folder = path.match_indices('/').rev().find_map(|(i, _)| folders.get(&path[..i]));
        folder.into_iter().for_each(|name| awaited.entry(name).or_default().push(subject));
    }
    awaited
}
