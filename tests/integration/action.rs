//! What other people's CI starts: the steps of `action.yml` and the hooks of
//! `.pre-commit-hooks.yaml`, run here as their runners do.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

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

/// What a run of the action leaves: the exit code of its last step, what its steps said, and its
/// outputs.
struct Left {
    code: i32,
    said: String,
    outputs: BTreeMap<String, String>,
}

/// What the runner knows: inputs by name, outputs by step.
#[derive(Default)]
struct Runner {
    values: BTreeMap<String, String>,
    said: String,
}

impl Runner {
    /// A text with every `${{ … }}` replaced by its value.
    fn expand(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |out, part| {
            let (name, rest) = part.split_once("}}").unwrap();
            let value = self
                .values
                .get(name.trim())
                .unwrap_or_else(|| panic!("nothing sets `{}`", name.trim()));
            format!("{out}{value}{rest}")
        })
    }

    /// A step that runs a script; its outputs are kept. Gives its exit code.
    fn run(&mut self, step: &Value, dir: &Path) -> i32 {
        assert_eq!(
            step["shell"], "bash",
            "the shell of a step of a composite action is not implied"
        );
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
        self.said.push_str(&String::from_utf8_lossy(&done.stdout));
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

/// Runs the action as a workflow would that gives these inputs. What needs GitHub itself is left
/// out.
fn act(dir: &Path, inputs: &[(&str, &str)]) -> Left {
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
        assert_eq!(code, 0, "a step after one that failed: {step}");
        code = runner.run(step, dir);
    }
    let outputs = action["outputs"].as_object().unwrap().iter();
    let outputs = outputs
        .map(|(name, output)| (name.clone(), runner.expand(output["value"].as_str().unwrap())))
        .collect();
    Left { code, said: runner.said, outputs }
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
fn the_action_tells_in_step_from_drift_from_mistakes() {
    let dir = rendered();
    let left = act(dir.path(), &[]);
    assert_eq!((left.code, left.outputs["outcome"].as_str()), (0, "ok"), "{}", left.said);
    fs::write(dir.path().join("docs/dev/connections.md"), "by hand").unwrap();
    let left = act(dir.path(), &[]);
    assert_eq!((left.code, left.outputs["outcome"].as_str()), (1, "drift"));
    assert!(left.said.contains("::error file=docs/dev/connections.md,"), "{}", left.said);
    fs::write(dir.path().join("platform.toml"), HEAD.replace("owner", "onwer")).unwrap();
    let left = act(dir.path(), &[]);
    assert_eq!((left.code, left.outputs["outcome"].as_str()), (2, "mistakes"));
    let sarif: Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("aksgen.sarif")).unwrap())
            .unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "unknown-key"), "{results:?}");
}

#[test]
fn every_input_of_the_action_does_something() {
    let outer = tempfile::tempdir().unwrap();
    fs::rename(rendered().path(), outer.path().join("a shop")).unwrap();
    let here = ("directory", "a shop");
    assert_eq!(act(outer.path(), &[here]).code, 0);
    assert_eq!(act(outer.path(), &[here, ("strict", "true")]).code, 2, "no CRDs are given");
    let left = act(outer.path(), &[here, ("crds", "nowhere; false")]);
    assert!(
        left.code == 2 && left.said.contains("nowhere; false"),
        "an input is a value, and never a command: {}",
        left.said
    );
    fs::remove_file(outer.path().join("aksgen.sarif")).unwrap();
    act(outer.path(), &[here, ("sarif", "")]);
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
fn the_hooks_run_what_they_say() {
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
