//! Runs the steps of `action.yml` and the hooks of `.pre-commit-hooks.yaml` as their runners do.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, workspace};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

fn yaml(file: &str) -> Value {
    serde_yaml::from_str(
        &fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap(),
    )
    .unwrap()
}

/// Result of a run of the action: the exit code of the last step, the printed text, and the
/// outputs.
struct ActionResult {
    code: i32,
    printed: String,
    outputs: BTreeMap<String, String>,
}

/// State of the runner: the printed text, and values by expression, such as `inputs.strict`.
#[derive(Default)]
struct Runner {
    values: BTreeMap<String, String>,
    printed: String,
}

impl Runner {
    /// Replaces each `${{ … }}` of a text by its value.
    fn expand(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |out, part| {
            let (name, rest) = part.split_once("}}").unwrap();
            let value = self
                .values
                .get(name.trim())
                .unwrap_or_else(|| panic!("no step sets `{}`", name.trim()));
            format!("{out}{value}{rest}")
        })
    }

    /// Runs the script of a step, keeps its outputs, and returns its exit code.
    fn run(&mut self, step: &Value, dir: &Path) -> i32 {
        assert_eq!(step["shell"], "bash", "a composite step must name its shell");
        let output = dir.join(".output");
        fs::write(&output, "").unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_aksgen"));
        let path =
            format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()])
            .current_dir(dir);
        command.env("PATH", path).env("GITHUB_OUTPUT", &output).env("RUNNER_TEMP", dir);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, self.expand(value.as_str().unwrap()));
        }
        let done = command.output().unwrap();
        self.printed.push_str(&String::from_utf8_lossy(&done.stdout));
        for line in fs::read_to_string(&output).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            self.values.insert(
                format!("steps.{}.outputs.{name}", step["id"].as_str().unwrap()),
                value.to_owned(),
            );
        }
        done.status.code().unwrap()
    }
}

/// Runs the action with these inputs. Steps that need GitHub itself are skipped.
fn run_action(dir: &Path, inputs: &[(&str, &str)]) -> ActionResult {
    let action = yaml("action.yml");
    let mut runner = Runner::default();
    for (name, input) in action["inputs"].as_object().unwrap() {
        let given = inputs
            .iter()
            .find(|(known, _)| known == name)
            .map_or_else(|| input["default"].as_str().unwrap(), |(_, value)| value);
        runner.values.insert(format!("inputs.{name}"), given.to_owned());
    }
    let mut code = 0;
    for step in action["runs"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["run"].is_string() && step["if"].is_null())
    {
        assert_eq!(code, 0, "a step ran after a failed step: {step}");
        code = runner.run(step, dir);
    }
    let outputs = action["outputs"].as_object().unwrap().iter();
    let outputs = outputs
        .map(|(name, output)| (name.clone(), runner.expand(output["value"].as_str().unwrap())))
        .collect();
    ActionResult { code, printed: runner.printed, outputs }
}

fn rendered() -> TempDir {
    let dir = workspace(&format!("{HEAD}services.web.image = \"ghcr.io/a/web:1.0.0\"\n"));
    assert!(
        Command::new(env!("CARGO_BIN_EXE_aksgen"))
            .arg("render")
            .current_dir(dir.path())
            .output()
            .unwrap()
            .status
            .success()
    );
    dir
}

#[test]
fn the_action_outputs_ok_drift_or_errors() {
    let dir = rendered();
    let result = run_action(dir.path(), &[]);
    assert_eq!((result.code, result.outputs["outcome"].as_str()), (0, "ok"), "{}", result.printed);
    fs::write(dir.path().join("docs/dev/connections.md"), "by hand").unwrap();
    let result = run_action(dir.path(), &[]);
    assert_eq!((result.code, result.outputs["outcome"].as_str()), (1, "drift"));
    assert!(result.printed.contains("::error file=docs/dev/connections.md,"), "{}", result.printed);
    fs::write(dir.path().join("platform.toml"), HEAD.replace("owner", "onwer")).unwrap();
    let result = run_action(dir.path(), &[]);
    assert_eq!((result.code, result.outputs["outcome"].as_str()), (2, "errors"));
    let sarif: Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("aksgen.sarif")).unwrap())
            .unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "unknown-key"), "{results:?}");
}

#[test]
fn each_input_of_the_action_has_an_effect() {
    let outer = tempfile::tempdir().unwrap();
    fs::rename(rendered().path(), outer.path().join("a shop")).unwrap();
    let here = ("directory", "a shop");
    assert_eq!(run_action(outer.path(), &[here]).code, 0);
    assert_eq!(run_action(outer.path(), &[here, ("strict", "true")]).code, 2, "no CRDs are given");
    let result = run_action(outer.path(), &[here, ("crds", "nowhere; false")]);
    assert!(
        result.code == 2 && result.printed.contains("nowhere; false"),
        "the shell must not run an input as a command: {}",
        result.printed
    );
    fs::remove_file(outer.path().join("aksgen.sarif")).unwrap();
    run_action(outer.path(), &[here, ("sarif", "")]);
    assert!(!outer.path().join("aksgen.sarif").exists());
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let unused: Vec<String> = yaml("action.yml")["inputs"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| !text.contains(&format!("inputs.{name}")))
        .cloned()
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn the_pre_commit_hooks_check_and_render() {
    let dir = rendered();
    let hooks = yaml(".pre-commit-hooks.yaml");
    let run = |id: &str| {
        let hook = hooks.as_array().unwrap().iter().find(|hook| hook["id"] == id).unwrap();
        let words: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
        assert_eq!(
            (words[0], &hook["pass_filenames"], hook["language"].as_str()),
            ("aksgen", &Value::Bool(false), Some("rust"))
        );
        Command::new(env!("CARGO_BIN_EXE_aksgen"))
            .args(&words[1..])
            .current_dir(dir.path())
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(run("aksgen-check"), Some(0));
    fs::remove_dir_all(dir.path().join("docs")).unwrap();
    assert_eq!(run("aksgen-check"), Some(1));
    assert_eq!(run("aksgen-render"), Some(0));
    assert_eq!(run("aksgen-check"), Some(0));
}
