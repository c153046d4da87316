//! Imports, lengths and folders of the code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{fail_with, production, root, sources};

/// The modules that each module may import. A module without a row is refused.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("diag", &["escape", "secret"]),
    ("stage", &[]),
    ("layout", &[]),
    ("escape", &[]),
    ("azure", &["kinds"]),
    ("kinds", &[]),
    ("assets", &["diag"]),
    ("spec", &["diag", "secret"]),
    ("yaml", &["diag", "escape"]),
    ("model", &["azure", "components", "diag", "kinds", "layout", "secret", "spec", "stage"]),
    ("components", &["assets", "azure", "diag", "kinds", "model", "secret", "stage"]),
    ("catalog", &["assets", "diag", "escape", "kinds", "stage"]),
    ("reference", &["catalog", "diag", "model", "spec"]),
    ("plan", &["catalog", "kinds", "model", "stage"]),
    ("render", &["azure", "catalog", "diag", "escape", "model", "plan", "yaml"]),
    ("verify", &["assets", "azure", "diag", "escape", "kinds", "model", "secret"]),
    ("tree", &["layout", "yaml"]),
    ("sink", &["diag", "secret"]),
    ("diff", &["diag", "escape", "kinds", "secret", "sink", "verify", "yaml"]),
    ("locate", &["catalog", "diag", "model", "plan", "render", "spec", "verify", "yaml"]),
    (
        "pipeline",
        &[
            "assets",
            "azure",
            "catalog",
            "diag",
            "kinds",
            "layout",
            "locate",
            "model",
            "plan",
            "reference",
            "render",
            "secret",
            "sink",
            "spec",
            "tree",
            "verify",
            "stage",
            "yaml",
        ],
    ),
    ("report", &["diag"]),
    ("init", &["diag", "spec"]),
    (
        "cli",
        &[
            "assets",
            "catalog",
            "diag",
            "diff",
            "init",
            "model",
            "pipeline",
            "reference",
            "report",
            "secret",
            "sink",
        ],
    ),
];

const LONGEST_FILE: usize = 300;
const LONGEST_FUNCTION: usize = 45;

/// Each `crate::x` of a text, and each `x` of `use crate::{x::…, y}`.
fn imports(text: &str) -> BTreeSet<String> {
    let head = |s: &str| {
        s.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
    };
    let mut out: BTreeSet<String> = text
        .match_indices("crate::")
        .map(|(i, m)| head(&text[i + m.len()..]))
        .filter(|name| !name.is_empty())
        .collect();
    for (i, open) in text.match_indices("crate::{") {
        let mut depth = 1;
        let mut start = true;
        for (j, c) in text[i + open.len()..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                c if depth == 1 && start && !c.is_whitespace() => {
                    out.insert(head(&text[i + open.len() + j..]));
                    start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    out
}

#[test]
fn modules_import_only_what_the_architecture_allows() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = vec![];
    for (name, text) in sources()
        .iter()
        .filter(|(name, _)| !["main.rs", "lib.rs", "build.rs"].contains(&name.as_str()))
    {
        let module = name.split('/').next().unwrap().trim_end_matches(".rs");
        let Some(known) = allowed.get(module) else {
            wrong.push(format!("src/{name}: `{module}` is not in the table of modules"));
            continue;
        };
        let others = imports(production(name, text))
            .into_iter()
            .filter(|import| import != module && !known.contains(&import.as_str()));
        wrong.extend(
            others.map(|import| format!("src/{name} imports `{import}`, which `{module}` may not")),
        );
    }
    fail_with(&wrong);
}

#[test]
fn files_and_functions_stay_short() {
    let mut wrong = vec![];
    for (name, text) in sources() {
        let code = production(&name, &text);
        let lines: Vec<&str> = code.lines().collect();
        if lines.len() > LONGEST_FILE {
            wrong
                .push(format!("src/{name} has {} lines; the limit is {LONGEST_FILE}", lines.len()));
        }
        wrong.extend(long_functions(&lines).into_iter().map(|(line, length)| {
            format!(
                "src/{name}:{line} is a function of {length} lines; the limit is {LONGEST_FUNCTION}"
            )
        }));
    }
    fail_with(&wrong);
}

/// Functions over the limit. A function ends at the closing brace in the column of `fn`.
fn long_functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut out = vec![];
    for (i, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let starts =
            ["fn ", "pub fn ", "pub(super) fn ", "pub(crate) fn ", "pub const fn ", "const fn "]
                .iter()
                .any(|word| trimmed.starts_with(word));
        if starts && !trimmed.ends_with(['}', ';']) {
            let close = format!("{}}}", " ".repeat(line.len() - trimmed.len()));
            let length = lines[i..].iter().position(|l| **l == close).map_or(0, |n| n + 1);
            if length > LONGEST_FUNCTION {
                out.push((i + 1, length));
            }
        }
    }
    out
}

#[test]
fn every_module_starts_with_its_responsibility() {
    let undocumented = sources().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    fail_with(
        &undocumented
            .map(|(name, _)| format!("src/{name} has no module documentation in its first line"))
            .collect::<Vec<_>>(),
    );
}

/// Each `<group>/<name>` below a folder, without file extensions. The pod that services and jobs
/// share is in no group.
fn grouped(folder: &str) -> BTreeSet<(String, String)> {
    let inside = |path: &Path| -> Vec<PathBuf> {
        fs::read_dir(path).unwrap().flatten().map(|entry| entry.path()).collect()
    };
    let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    let groups = inside(&root().join(folder))
        .into_iter()
        .filter(|path| path.is_dir() && !path.ends_with("src/components/workload"));
    groups
        .flat_map(|group| inside(&group).into_iter().map(move |one| (stem(&group), stem(&one))))
        .collect()
}

#[test]
fn a_component_has_templates_code_and_cases_in_one_group() {
    let rows: BTreeSet<&str> = aksgen::model::TABLE.iter().map(|row| row.name).collect();
    let code = grouped("src/components");
    let mut wrong = vec![];
    for folder in ["src/components", "templates", "tests/cases"] {
        let here = grouped(folder);
        wrong.extend(
            code.difference(&here)
                .map(|(group, name)| format!("{folder}/{group}/{name} is missing")),
        );
        let more = here.difference(&code).filter(|(group, name)| {
            group != "general" && !["engines", "parts"].contains(&name.as_str())
        });
        wrong.extend(more.map(|(group, name)| format!("{folder}/{group}/{name} is no component")));
    }
    let named: BTreeSet<&str> = code.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(named, rows, "the table in src/components/mod.rs");
    let groups: BTreeSet<&str> = code.iter().map(|(group, _)| group.as_str()).collect();
    wrong.extend(
        groups.intersection(&rows).map(|name| format!("`{name}` is a group and a component")),
    );
    assert_eq!(code.len(), rows.len(), "a component in two groups");
    fail_with(&wrong);
}

#[test]
fn a_module_with_children_is_a_folder_with_mod_rs() {
    let src = root().join("src");
    let beside = sources()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| src.join(name.trim_end_matches(".rs")).is_dir());
    fail_with(
        &beside
            .map(|name| format!("src/{name} must be `mod.rs` in its folder"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn sources_have_no_leftover_markers() {
    let words = ["todo!", "unimplemented!", "dbg!", "FIXME", "XXX", "HACK"];
    let mut wrong = vec![];
    for (name, text) in sources() {
        for (i, line) in text.lines().enumerate() {
            wrong.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("src/{name}:{}: {word}", i + 1)),
            );
        }
    }
    fail_with(&wrong);
}
