//! Templates, their manifests, alert tests and runbooks.

use std::{collections::BTreeSet, fs, path::Path};

use super::{fail_with, files, root};

const LONGEST_TEMPLATE: usize = 200;

/// Text of the manifests that can name a template: its own, or all of the group for a shared part.
fn manifests_for(path: &Path) -> Vec<String> {
    let folder = path.parent().unwrap();
    if folder.ends_with("parts") {
        let all = files(folder.parent().unwrap(), "toml");
        return all.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    }
    let named = ["component.toml", "engine.toml"].map(|file| folder.join(file));
    named.iter().map(|file| fs::read_to_string(file).unwrap_or_default()).collect()
}

#[test]
fn every_template_is_used_and_looks_like_a_manifest() {
    let mut wrong = vec![];
    for path in files(&root().join("templates"), "yaml") {
        let (name, text) = (
            path.strip_prefix(root()).unwrap().display().to_string(),
            fs::read_to_string(&path).unwrap(),
        );
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if !manifests_for(&path).iter().any(|manifest| manifest.contains(&format!("\"{file}\""))) {
            wrong.push(format!("{name} is not listed by its manifest"));
        }
        for word in ["default(", "| safe", "{%- set", "{% set", "{% include", "{{-", "macro"] {
            if text.contains(word) {
                wrong.push(format!(
                    "{name} uses `{word}`: templates hold `if` and `for`, and nothing else"
                ));
            }
        }
        if text.lines().count() > LONGEST_TEMPLATE {
            wrong.push(format!("{name} has more than {LONGEST_TEMPLATE} lines"));
        }
    }
    fail_with(&wrong);
}

#[test]
fn every_template_of_alerts_has_one_of_tests() {
    let mut wrong = vec![];
    for path in files(&root().join("templates"), "yaml")
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("\nkind: PrometheusRule\n"))
    {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let manifest: toml::Table =
            fs::read_to_string(path.with_file_name("component.toml")).unwrap().parse().unwrap();
        let text = |output: &toml::Value, key: &str| {
            output.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
        };
        let outputs = manifest["outputs"].as_array().unwrap();
        let output = |file: String| outputs.iter().find(|output| text(output, "template") == file);
        let rules = output(format!("{stem}.yaml"))
            .filter(|rules| text(rules, "extract") == "/spec")
            .map(|rules| text(rules, "path"));
        let tests = output(format!("{stem}_test.yaml")).map(|tests| text(tests, "path"));
        if rules.is_none() || tests != rules.map(|path| path.replace(".yaml", "_test.yaml")) {
            wrong.push(format!(
                "{}: its manifest has no `{stem}_test.yaml` beside what it extracts for promtool",
                path.display()
            ));
        }
    }
    fail_with(&wrong);
}

/// Rendered files are complete: no template contains a placeholder.
#[test]
fn templates_have_no_placeholders() {
    let mut wrong = vec![];
    for path in
        ["md", "yaml", "bicep"].iter().flat_map(|kind| files(&root().join("templates"), kind))
    {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| {
            ["TODO", "changeme", "CHANGEME", "REPLACE"].iter().any(|word| line.contains(word))
                || has_angle_word(line)
        });
        wrong.extend(lines.map(|(i, line)| format!("{}:{}: {line}", path.display(), i + 1)));
    }
    fail_with(&wrong);
}

/// Whether a line contains a placeholder such as `<name>`.
fn has_angle_word(line: &str) -> bool {
    line.split('<').skip(1).filter_map(|rest| rest.split_once('>')).any(|(word, _)| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || " -_".contains(c))
    })
}

/// Each alert of a template has a section in the runbook, and each section has an alert.
#[test]
fn every_alert_has_a_runbook() {
    let mut alerts = BTreeSet::new();
    for path in files(&root().join("templates"), "yaml")
        .into_iter()
        .filter(|path| !path.to_string_lossy().ends_with("_test.yaml"))
    {
        let text = fs::read_to_string(&path).unwrap();
        alerts.extend(
            text.lines()
                .filter_map(|line| line.trim().strip_prefix("- alert: ").map(str::to_owned)),
        );
    }
    let document = fs::read_to_string(root().join("templates/delivery/docs/alerts.md")).unwrap();
    let sections: BTreeSet<String> =
        document.lines().filter_map(|line| line.strip_prefix("## ").map(str::to_owned)).collect();
    assert!(!alerts.is_empty());
    assert_eq!(alerts, sections);
}
