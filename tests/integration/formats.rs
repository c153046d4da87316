//! The machine-readable reports of `validate` and `check`, compared with `tests/formats/` and
//! validated by the schemas of SARIF and JUnit. `UPDATE=1` rewrites the files.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, workspace};
use aksgen::diag::Code;
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// Three errors in two environments. One has two places, and the texts need escaping.
const WRONG: &str = "
[environments.production]
profile = \"production\"

[services.web]
image = \"ghcr.io/a/web:1.0.0\"
port  = \"<8080> & 100%, a::b\"
cals  = [\"web\"]

[services.web.metrics]
port_name = \"x\"
";

const FORMATS: [&str; 4] = ["json", "sarif", "github", "junit"];

fn aksgen(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .args(arguments)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Exit code and standard output. A machine-readable format prints nothing on standard error.
fn report(dir: &Path, arguments: &[&str]) -> (i32, String) {
    let output = aksgen(dir, arguments);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn golden(name: &str, found: &str) {
    crate::support::golden(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name),
        found,
    );
}

#[test]
fn errors_match_the_golden_file_of_each_format() {
    let dir = workspace(&format!("{HEAD}{WRONG}"));
    for format in FORMATS {
        let (code, text) = report(dir.path(), &["validate", "--format", format]);
        assert_eq!(code, 2, "{text}");
        golden(&format!("errors.{format}"), &text.replace(env!("CARGO_PKG_VERSION"), "<version>"));
        assert_eq!(report(dir.path(), &["check", "--format", format]).0, 2);
    }
}

#[test]
fn drift_is_reported_in_each_format() {
    let dir = workspace(&format!("{HEAD}services.web.image = \"ghcr.io/a/web:1.0.0\"\n"));
    assert_eq!(aksgen(dir.path(), &["render"]).status.code(), Some(0));
    for format in FORMATS {
        let (code, text) = report(dir.path(), &["check", "--format", format]);
        assert_eq!(code, 0, "{text}");
        golden(&format!("in-step.{format}"), &text.replace(env!("CARGO_PKG_VERSION"), "<version>"));
    }
    let file = dir.path().join("docs/dev/connections.md");
    fs::write(&file, "by hand").unwrap();
    for format in FORMATS {
        let (code, text) = report(dir.path(), &["check", "--format", format]);
        assert_eq!(code, 1, "{text}");
        assert!(
            text.contains("docs/dev/connections.md")
                && text.contains("drift")
                && text.contains("aksgen render"),
            "{text}"
        );
        assert!(text.contains("edited by hand"), "{text}");
    }
}

/// A CI step starts at the root of the repository; the platform can be in a folder below it.
#[test]
fn paths_are_relative_to_the_current_directory() {
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("platforms/a shop");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("platform.toml"), format!("{HEAD}{WRONG}")).unwrap();
    for (format, file) in [
        ("json", "platforms/a shop/platform.toml"),
        ("sarif", "platforms/a%20shop/platform.toml"),
        ("github", "file=platforms/a shop/platform.toml,"),
    ] {
        let (_, text) =
            report(outer.path(), &["validate", "-C", "./platforms/a shop", "--format", format]);
        assert!(text.contains(file), "{file} in {text}");
    }
}

fn assert_valid(schema: &Value, text: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&serde_json::from_str(text).unwrap())
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
}

/// An incompatible change of the schema needs a new `version`.
#[test]
fn json_matches_its_schema() {
    let dir = workspace(&format!("{HEAD}{WRONG}"));
    let (_, schema) = report(dir.path(), &["schema", "--of", "report"]);
    golden("report.schema.json", &schema);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let (_, text) = report(dir.path(), &["validate", "--format", "json"]);
    assert_valid(&schema, &text);
    let broken = text.replace("\"severity\": \"error\"", "\"severity\": \"fatal\"");
    assert!(!jsonschema::is_valid(&schema, &serde_json::from_str(&broken).unwrap()));
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The SARIF 2.1.0 schema of the crate `serde-sarif`. Crates of other platforms may not be
/// downloaded, so the query filters by host.
fn sarif_schema() -> Value {
    let about = cargo(&["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata: Value = serde_json::from_str(&cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--offline",
        "--filter-platform",
        host,
    ]))
    .unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "serde-sarif")
        .unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let text = fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    // A strict regex engine refuses the unmatched bracket in the pattern of languages. Reports do
    // not use it.
    serde_json::from_str(&text.replace("{2}]?$", "{2}$")).unwrap()
}

#[test]
fn sarif_matches_its_schema_and_names_the_line() {
    let dir = workspace(&format!("{HEAD}{WRONG}"));
    let (_, text) = report(dir.path(), &["validate", "--format", "sarif"]);
    let schema = sarif_schema();
    assert_valid(&schema, &text);
    let broken = text.replace("\"version\": \"2.1.0\"", "\"version\": \"2.0.0\"");
    assert!(!jsonschema::is_valid(&schema, &serde_json::from_str(&broken).unwrap()));
    let run = &serde_json::from_str::<Value>(&text).unwrap()["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), Code::ALL.len());
    let results = run["results"].as_array().unwrap();
    let spec = format!("{HEAD}{WRONG}");
    let cals = results
        .iter()
        .find(|result| result["message"]["text"].as_str().unwrap().contains("`cals`"))
        .unwrap();
    let region = &cals["locations"][0]["physicalLocation"]["region"];
    assert!(
        spec.lines()
            .nth(usize::try_from(region["startLine"].as_u64().unwrap()).unwrap() - 1)
            .unwrap()
            .starts_with("cals")
    );
    assert_eq!((region["startColumn"].as_u64(), region["endColumn"].as_u64()), (Some(1), Some(5)));
    let mut prints: Vec<&Value> =
        results.iter().map(|result| &result["partialFingerprints"]["aksgen/v1"]).collect();
    prints.dedup();
    assert_eq!(prints.len(), results.len());
}

/// A line that is added above a result does not change the fingerprint.
#[test]
fn a_fingerprint_does_not_depend_on_line_numbers() {
    let prints = |spec: &str| {
        let (_, text) = report(workspace(spec).path(), &["validate", "--format", "sarif"]);
        let results = serde_json::from_str::<Value>(&text).unwrap()["runs"][0]["results"].clone();
        results
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["partialFingerprints"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(prints(&format!("{HEAD}{WRONG}")), prints(&format!("{HEAD}\n# new\n{WRONG}")));
}

#[test]
fn junit_parses_and_has_one_test_per_code() {
    let dir = workspace(&format!("{HEAD}{WRONG}"));
    let (_, text) = report(dir.path(), &["validate", "--format", "junit"]);
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((report.tests, report.failures), (Code::ALL.len(), 2), "{text}");
}

/// Each annotation is one line, even if the message has line breaks.
#[test]
fn each_finding_is_one_github_annotation() {
    let dir = workspace(&format!("{HEAD}{WRONG}"));
    let (_, text) = report(dir.path(), &["validate", "--format", "github"]);
    let (_, json) = report(dir.path(), &["validate", "--format", "json"]);
    let diagnostics =
        serde_json::from_str::<Value>(&json).unwrap()["findings"].as_array().unwrap().len();
    assert_eq!(text.lines().count(), diagnostics);
    assert!(
        text.lines().all(|line| line.starts_with("::error file=platform.toml,line=")),
        "{text}"
    );
}
