//! `aksgen diff`. A folder `tests/diff/<case>/` has two specs, `before.toml` and `after.toml`, and the
//! output: `expected.txt`, `expected.md` and, in some cases, `expected.json`. `UPDATE=1` writes the
//! output; read the change before you commit it. `CASE=<text>` selects cases by name.
//!
//! A spec without `[platform]` gets a common head. The test renders `before.toml`, applies the file
//! `edits` (path, old text, `->`, new text) and then uses `after.toml`. With the file `against`, the
//! test compares the two specs instead. `tests/diff/effects.toml` and `consequences.toml` have the
//! effects of changes by kind.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::HEAD;
use aksgen::diff;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff")
}

fn aksgen(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .args(arguments)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn cases() -> Vec<PathBuf> {
    let only = std::env::var("CASE").unwrap_or_default();
    let mut all: Vec<PathBuf> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    all.retain(|path| path.to_string_lossy().contains(&only));
    all.sort();
    all
}

fn spec(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    if text.contains("[platform]") { text } else { format!("{HEAD}{text}") }
}

/// Prepares the folder of a case; returns further arguments.
fn planted(case: &Path, dir: &Path) -> Vec<&'static str> {
    let now = dir.join("platform.toml");
    if case.join("against").exists() {
        fs::create_dir(dir.join("main")).unwrap();
        fs::write(dir.join("main/platform.toml"), spec(&case.join("before.toml"))).unwrap();
        fs::write(&now, spec(&case.join("after.toml"))).unwrap();
        return vec!["--against", "main"];
    }
    fs::write(&now, spec(&case.join("before.toml"))).unwrap();
    let output = aksgen(dir, &["render"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for edit in fs::read_to_string(case.join("edits")).unwrap_or_default().lines() {
        let (path, change) = edit.split_once(": ").unwrap();
        let (old, new) = change.split_once(" -> ").unwrap();
        let text = fs::read_to_string(dir.join(path)).unwrap();
        assert!(text.contains(old), "{path} has no `{old}`");
        fs::write(dir.join(path), text.replace(old, new)).unwrap();
    }
    fs::write(&now, spec(&case.join("after.toml"))).unwrap();
    vec![]
}

fn printed(dir: &Path, more: &[&str], format: &str) -> (Option<i32>, String) {
    let output = aksgen(dir, &[&["diff", "-q", "--format", format], more].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_case_prints_the_expected_output() {
    let mut wrong = vec![];
    for case in cases() {
        let dir = tempfile::tempdir().unwrap();
        let more = planted(&case, dir.path());
        let before = crate::support::on_disk(dir.path());
        for (file, format) in
            [("expected.txt", "human"), ("expected.md", "markdown"), ("expected.json", "json")]
        {
            let golden = case.join(file);
            if format == "json" && !golden.exists() {
                continue;
            }
            let (code, text) = printed(dir.path(), &more, format);
            assert_eq!(code, Some(1), "{}: {text}", case.display());
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&golden, &text).unwrap();
            }
            if fs::read_to_string(&golden).unwrap_or_default() != text {
                wrong.push(format!("{}:\n{text}", golden.display()));
            }
        }
        assert_eq!(crate::support::on_disk(dir.path()), before, "`diff` wrote something");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn equal_trees_have_no_change() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("platform.toml"),
        format!("{HEAD}services.web.image = \"ghcr.io/a/web:1.0.0\"\n"),
    )
    .unwrap();
    assert_eq!(aksgen(dir.path(), &["render"]).status.code(), Some(0));
    for more in [&[][..], &["--against", "."], &["--against", "platform.toml"], &["--env", "dev"]] {
        let output = aksgen(dir.path(), &[&["diff"], more].concat());
        assert_eq!(
            (output.status.code(), String::from_utf8_lossy(&output.stdout).as_ref()),
            (Some(0), "no change\n"),
            "{more:?}"
        );
    }
    assert_eq!(
        printed(dir.path(), &[], "markdown"),
        (Some(0), "### aksgen: no change\n".to_owned())
    );
    assert_eq!(printed(dir.path(), &["--set", "services.web.replicas=3"], "human").0, Some(1));
}

#[test]
fn an_unreadable_target_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("platform.toml"),
        format!("{HEAD}services.web.image = \"ghcr.io/a/web:1.0.0\"\n"),
    )
    .unwrap();
    fs::create_dir(dir.path().join("empty")).unwrap();
    fs::write(
        dir.path().join("wrong.toml"),
        format!("{HEAD}servces.web.image = \"ghcr.io/a/web:1.0.0\"\n"),
    )
    .unwrap();
    for (more, says) in [
        ("empty", "neither `aksgen.lock` nor `platform.toml`"),
        ("nowhere", "neither"),
        ("wrong.toml", "servces"),
    ] {
        let output = aksgen(dir.path(), &["diff", "--against", more]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code() == Some(2) && stderr.contains(says) && output.stdout.is_empty(),
            "{more}: {stderr}"
        );
    }
}

/// Expected effect of a change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// apiVersion and kind.
    kind: String,
    before: toml::Value,
    /// Absent for a removed object.
    after: Option<toml::Value>,
    /// `in-place` for a change without a consequence.
    effect: String,
}

#[derive(Deserialize)]
struct Table {
    case: Vec<Expected>,
}

fn object(kind: &str, fields: &toml::Value) -> Value {
    let (api_version, kind) = kind.split_once(' ').unwrap();
    let mut out = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}});
    out.as_object_mut().unwrap().extend(json!(fields).as_object().unwrap().clone());
    out
}

#[test]
fn changes_of_objects_have_their_effects() {
    let table: Table =
        toml::from_str(&fs::read_to_string(root().join("effects.toml")).unwrap()).unwrap();
    let mut wrong = vec![];
    for case in &table.case {
        let before = object(&case.kind, &case.before);
        let found = match &case.after {
            Some(after) => {
                let fields = diff::changed(&before, &object(&case.kind, after));
                assert!(!fields.is_empty(), "{}: nothing differs", case.kind);
                fields.into_iter().filter_map(|field| field.consequence).max_by_key(|c| c.effect)
            }
            None => diff::of_removal(&before),
        };
        let effect = found.as_ref().map_or(json!("in-place"), |c| json!(c.effect));
        if effect != case.effect.as_str() {
            wrong.push(format!(
                "{} {} -> {:?}: {effect}, not {}",
                case.kind, case.before, case.after, case.effect
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// A row of `tests/diff/consequences.toml`: a changed field, or a removed object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldCase {
    kind: String,
    at: String,
    old: Option<Value>,
    new: Option<Value>,
    /// `gone` for a removed object.
    when: Option<String>,
    effect: String,
}

#[test]
fn changes_of_fields_have_their_effects() {
    let text = fs::read_to_string(root().join("consequences.toml")).unwrap();
    let table: BTreeMap<String, Vec<FieldCase>> = toml::from_str(&text).unwrap();
    let mut wrong = vec![];
    for case in &table["case"] {
        let (group, kind) = case.kind.split_once('/').unwrap();
        let group = if group == "core" { String::new() } else { format!("{group}/") };
        let object = json!({"apiVersion": format!("{group}v1"), "kind": kind});
        let found = if case.when.as_deref() == Some("gone") {
            diff::of_removal(&object)
        } else {
            diff::of_field(&object, &case.at, case.old.as_ref(), case.new.as_ref())
        };
        let effect = found.map_or(json!("in-place"), |found| json!(found.effect));
        if effect != case.effect.replace("none", "in-place") {
            wrong.push(format!("{} {}: {effect}, not {}", case.kind, case.at, case.effect));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Any value, not too deep.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        (0..4u8).prop_map(|n| json!(n)),
        "[a-c]{0,2}".prop_map(|s| json!(s))
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![Just("name".to_owned()), Just("port".to_owned()), "[a-c/~]{1,2}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..4)
                .prop_map(|table| table.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(crate::support::cases(400))]

    /// All differences are found, and no others. Every pointer leads to its difference.
    #[test]
    fn a_difference_has_its_place(before in values(), after in values()) {
        let all = diff::differences(&before, &after);
        prop_assert_eq!(all.is_empty(), before == after);
        for one in all {
            prop_assert!(one.before != one.after);
            let tree = if one.after.is_some() { &after } else { &before };
            prop_assert_eq!(tree.pointer(&one.pointer).is_some(), true, "{}", one.pointer);
            if !one.path.ends_with(" (order)") {
                prop_assert_eq!(tree.pointer(&one.pointer), one.after.as_ref().or(one.before.as_ref()));
            }
        }
    }
}

/// The schema describes the output of the cases, and nothing else.
#[test]
fn the_schema_describes_the_json() {
    let output = aksgen(Path::new("."), &["schema", "--of", "diff"]);
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/diff.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&golden, &output.stdout).unwrap();
    }
    assert_eq!(
        fs::read_to_string(golden).unwrap_or_default(),
        String::from_utf8_lossy(&output.stdout),
        "a change that a reader could stumble over takes the next version"
    );
    let validator = jsonschema::validator_for(&schema).unwrap();
    let all: Vec<PathBuf> = cases()
        .into_iter()
        .map(|case| case.join("expected.json"))
        .filter(|path| path.exists())
        .collect();
    assert!(!all.is_empty() || std::env::var_os("CASE").is_some());
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
        value["counts"]["added"] = json!("many");
        assert!(!validator.is_valid(&value));
    }
}
