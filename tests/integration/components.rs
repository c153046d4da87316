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

/// Modules beside the groups, which all components may import.
const COMMON: [&str; 4] = ["checks", "key_vaults", "operator_names", "workload"];

/// The lines of a component that read another component or a table of the spec.
fn forbidden_lines(text: &str) -> Vec<String> {
    let found =
        lines_with(text, &["crate::components", "super::super", "env.platform", ".platform."]);
    let is_common = |line: &String| {
        COMMON.iter().any(|module| line.contains(&format!("crate::components::{module}")))
    };
    found.into_iter().filter(|line| !is_common(line)).collect()
}

#[test]
fn components_do_not_read_each_other() {
    let table =
        ["src/components/mod.rs", "src/components/shared.rs", "src/components/workload/mod.rs"];
    let wrong: Vec<String> = code("components")
        .into_iter()
        .filter(|(name, _)| !table.contains(&name.as_str()))
        .filter(|(name, _)| !COMMON.iter().any(|common| name.ends_with(&format!("/{common}.rs"))))
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
        "use crate::components::provider;",
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

/// Folders of the frame.
const FRAME: [&str; 6] = ["catalog", "model", "pipeline", "plan", "tree", "verify"];

/// Texts of the frame that equal the name of a component, with the reason.
const NOT_COMPONENTS: &[(&str, &str, &str)] = &[
    ("model/external_resources.rs", "identities", "a value of the template of role assignments"),
    ("model/provisioning.rs", "namespaces", "a stage"),
    ("model/view.rs", "resource_group", "a value of every view, with its spec path"),
    ("pipeline/connections.rs", "prometheus", "the spec path of scraping in `list connections`"),
    ("pipeline/delivery/engine.rs", "cluster", "the folder of objects without a namespace"),
    ("pipeline/delivery/order.rs", "cluster", "the folder of objects without a namespace"),
    ("plan/mod.rs", "cluster", "the folder of objects without a namespace"),
    ("verify/facts/addresses.rs", "postgres", "a scheme of addresses"),
    ("verify/facts/cilium.rs", "cluster", "an entity of Cilium policies"),
    ("verify/facts/shape.rs", "secrets", "a field of Azure Service Operator"),
    ("verify/schemas/builtin.rs", "storage", "the API group `storage.k8s.io`"),
];

/// Components that a line of code names: as a text, as the start of a spec path, or as a table.
fn named_components(line: &str) -> Vec<&'static str> {
    let names = |name: &str| {
        let texts = ['"', '.', '{'].map(|end| format!("\"{name}{end}"));
        let tables = [format!("platform.{name}"), format!("Platform {{ {name}")];
        let ends = |at: usize, table: &String| {
            let next = line[at + table.len()..].chars().next();
            !next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '_')
        };
        texts.iter().any(|text| line.contains(text))
            || tables.iter().any(|table| line.match_indices(table).any(|(at, _)| ends(at, table)))
    };
    TABLE.iter().map(|row| row.name).filter(|name| names(name)).collect()
}

/// Components that the production code of a file names, with the lines.
fn named_in(text: &str) -> Vec<(&'static str, String)> {
    let production = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let code = production.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        named_components(line).into_iter().map(|name| (name, line.trim().to_owned()))
    })
    .collect()
}

#[test]
fn the_frame_names_no_component() {
    let (mut wrong, mut used) = (vec![], BTreeSet::new());
    let files = FRAME.iter().flat_map(|folder| code(folder));
    for (file, text) in files.filter(|(file, _)| !file.ends_with("/tests.rs")) {
        for (name, line) in named_in(&text) {
            let exception = NOT_COMPONENTS
                .iter()
                .position(|(path, text, _)| file == format!("src/{path}") && *text == name);
            match exception {
                Some(at) => drop(used.insert(at)),
                None => wrong.push(format!("{file} names `{name}`: {line}")),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    let unused: Vec<_> = (0..NOT_COMPONENTS.len())
        .filter(|at| !used.contains(at))
        .map(|at| NOT_COMPONENTS[at])
        .collect();
    assert!(unused.is_empty(), "remove unused exceptions: {unused:?}");
}

#[test]
fn a_planted_component_in_the_frame_is_found() {
    for planted in [
        "if env.has(\"vault\") {",
        "let path = \"dns.zone\";",
        "let path = format!(\"postgres.{name}\");",
        "let own = self.0.platform.cluster.name.as_ref();",
        "let Platform { storage, .. } = platform;",
    ] {
        assert_eq!(named_in(planted).len(), 1, "{planted}");
    }
    for innocent in ["// the `vault`", "\"vaulted\"", "platform.cluster_name", "env.shared.vault"] {
        assert!(named_in(innocent).is_empty(), "{innocent}");
    }
}

/// Components whose views a component repeats, by its code.
fn repeated_views(text: &str) -> BTreeSet<String> {
    let calls = text.split("env.view(\"").skip(1);
    calls.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn a_manifest_lists_the_views_that_its_component_repeats() {
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    for (file, text) in code("components") {
        let parts: Vec<&str> = file.split('/').collect();
        let Some(component) = parts.get(3) else { continue };
        let component = component.trim_end_matches(".rs");
        used.extend(repeated_views(&text).into_iter().map(|view| (component.to_owned(), view)));
    }
    let manifest = |path: &Path| path.file_name().is_some_and(|name| name == "component.toml");
    let mut listed = BTreeSet::new();
    for path in files(&root().join("templates"), &manifest) {
        let component = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let table: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        let views = table.get("views").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        listed.extend(
            views.iter().map(|view| (component.clone(), view.as_str().unwrap().to_owned())),
        );
    }
    assert_eq!(used, listed, "compare `env.view` in the code with `views` of component.toml");
    assert!(listed.iter().all(|(_, view)| TABLE.iter().any(|row| row.name == view)));
    assert_eq!(repeated_views("env.view(\"cluster\", \"\")").len(), 1, "a planted view");
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
pub(crate) fn specs() -> Vec<PathBuf> {
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
