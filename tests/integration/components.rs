//! Components are independent: they share facts and wiring, and the frame does not depend on them.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use aksgen::{
    model::{TABLE, shape, wiring::segments},
    pipeline::{Request, sources},
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, wanted: &impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> = entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path, wanted)
            } else {
                [path].into_iter().filter(|path| wanted(path)).collect()
            }
        })
        .collect();
    all.sort();
    all
}

/// Rust files below a folder of `src`: path and text.
fn code(folder: &str) -> Vec<(String, String)> {
    let rust = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    files(&root().join("src").join(folder), &rust)
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The lines that contain one of the words.
fn lines_with(text: &str, words: &[&str]) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .filter(|line| words.iter().any(|word| line.contains(word)))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// The lines of a component that read another component or a table of the spec.
fn forbidden_lines(text: &str) -> Vec<String> {
    let found =
        lines_with(text, &["crate::components", "super::super", "env.platform", ".platform."]);
    // The pod template of services and jobs is not a component.
    found.into_iter().filter(|line| !line.contains("crate::components::workload::")).collect()
}

#[test]
fn components_do_not_read_each_other() {
    let table = ["src/components/mod.rs", "src/components/shared.rs", "src/components/workload.rs"];
    let wrong: Vec<String> = code("components")
        .into_iter()
        .filter(|(name, _)| !table.contains(&name.as_str()))
        .flat_map(|(name, text)| {
            forbidden_lines(&text).into_iter().map(move |line| format!("{name}: {line}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert_eq!(forbidden_lines("let x = &env.platform.cluster;").len(), 1, "a planted read");
    assert_eq!(
        forbidden_lines("use crate::components::azure::cluster;").len(),
        1,
        "a planted import"
    );
}

#[test]
fn the_frame_uses_components_through_the_table_only() {
    let allowed = [
        "use crate::components::shared;",
        "pub use crate::components::{ComponentRow, Platform, TABLE};",
    ];
    let wrong: Vec<String> = code("model")
        .into_iter()
        .flat_map(|(name, text)| {
            lines_with(&text, &["crate::components"])
                .into_iter()
                .filter(|line| !allowed.contains(&line.as_str()))
                .map(move |line| format!("{name}: {line}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_tables_of_the_spec_are_private_to_the_frame() {
    let env = fs::read_to_string(root().join("src/model/env.rs")).unwrap();
    assert!(env.contains("    pub(super) platform: Platform,"), "`Env::platform` is not private");
}

/// Whether the schema has no value at a spec path.
fn is_unknown(shape: &aksgen::spec::Shape, path: &str) -> bool {
    let found = shape.at(segments(path));
    found.is_null() || found == false
}

/// Both examples and every case that has a spec.
fn specs() -> Vec<PathBuf> {
    let spec = |path: &Path| path.file_name().is_some_and(|name| name == "platform.toml");
    let of = |folder: &str| files(&root().join(folder), &spec);
    [of("generated-examples"), of("tests/cases")].concat()
}

#[test]
fn every_source_of_a_value_exists_in_the_schema() {
    let shape = shape();
    let (mut wrong, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for spec in specs() {
        let dir = spec.parent().unwrap().to_owned();
        let Ok(all) = sources(&Request { dir, ..Request::default() }) else { continue };
        seen.extend(all.iter().map(|source| source.component));
        wrong.extend(
            all.into_iter()
                .filter(|source| source.path != "environments")
                .filter(|source| is_unknown(&shape, &source.path))
                .map(|source| format!("{}.{}: {}", source.component, source.value, source.path)),
        );
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    let missing: Vec<&str> =
        TABLE.iter().map(|row| row.name).filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "no spec has {missing:?}");
    assert!(is_unknown(&shape, "cluster.nothing"), "a planted path");
    assert!(is_unknown(&shape, "nothing"), "a planted path");
}
