//! A credential at any place of any input reaches no output and no rendered file.

use super::expand::expanded;
use crate::support::{HEAD, on_disk, workspace};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

const SPEC: &str = r#"
[vars]
region = "uk"

[services.web]
image = "ghcr.io/contoso/web:1.0.0"
port = 8080
env = { LOG_LEVEL = "info", ADDRESS = "https://example.com/a" }

[extra.x]
file = "own/x.yaml"
namespace = "shop"
stage = "workloads"

[extra.thing]
file = "own/thing.yaml"
namespace = "shop"
stage = "workloads"
"#;

const MANIFEST: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  level: info\n";

const THING: &str =
    "apiVersion: x.example/v1\nkind: Thing\nmetadata:\n  name: a\nspec: {size: 1}\n";

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ name }}\ndata:\n{%- for variable in variables %}\n  {{ variable.name }}: {{ variable.value }}\n{%- endfor %}\n";

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.x.example\nspec:\n  group: x.example\n  scope: Namespaced\n  names: {kind: Thing, plural: things}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n              size: {type: integer}\n";

/// The credential and the part of it that no output may contain.
const FORMS: &[(&str, &str)] = &[
    ("ghp_«b62:36»", ""),
    ("postgres://shop:Zx81spectrum@db.example.com/orders", "Zx81spectrum"),
    ("password = Zx81spectrum", "Zx81spectrum"),
    ("\n-----BEGIN PRIVATE KEY-----\n«b64:64»\n-----END PRIVATE KEY-----\n", ""),
    ("robot:Zx81spectrum@ghcr.io/contoso/web:1.0.0", "Zx81spectrum"),
];

const COMMANDS: &[&str] = &[
    "validate",
    "check",
    "render",
    "diff",
    "validate --format json",
    "diff --format json",
    "validate --format sarif",
    "explain services.web.env",
    "validate --format junit",
    "list connections",
    "check --format github",
    "explain environments/dev/workloads/shop/services/web/configmap.yaml:8",
    "diff --format markdown",
    "list",
    "explain vars.region",
];

fn scene() -> TempDir {
    let dir = workspace(&[HEAD, SPEC].concat());
    for (path, text) in [
        ("own/x.yaml", MANIFEST),
        ("own/thing.yaml", THING),
        ("crds/thing.yaml", CRD),
        ("templates/services/configmap.yaml", TEMPLATE),
        ("profiles/own.toml", "[vars]\nplace = \"uk\"\n"),
    ] {
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    dir
}

fn run(dir: &Path, command: &str, planted: &str) -> Output {
    // CRDs are read where they are named.
    let crds = dir.join("crds").display().to_string();
    let named = ["validate", "check", "render", "diff"].contains(&command);
    let crds = if named && planted.starts_with("crds/") { vec!["--crds", &crds] } else { vec![] };
    let mut program = Command::new(env!("CARGO_BIN_EXE_aksgen"));
    program.args(command.split(' ')).args(crds).arg("-C").arg(dir).output().unwrap()
}

/// The part that must not be shown: the longest random word of the expanded form.
fn needle(form: &str, part: &str) -> String {
    let words = form.split(|c: char| !c.is_ascii_alphanumeric());
    let longest = words.max_by_key(|word| word.len()).unwrap_or_default();
    if part.is_empty() { longest.to_owned() } else { part.to_owned() }
}

fn check(dir: &Path, command: &str, needle: &str, planted: &str) -> Option<String> {
    let output = run(dir, command, planted);
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown);
    let written = on_disk(dir).into_iter().any(|(path, (text, _))| {
        let own = ["own/", "crds/", "templates/", "profiles/", "platform.toml"];
        !own.iter().any(|own| path.starts_with(own)) && path != planted && text.contains(needle)
    });
    (shown.contains(needle) || written).then(|| {
        let lines: Vec<&str> = shown.lines().filter(|line| line.contains(needle)).collect();
        format!("{command}: {planted}: {lines:#?}")
    })
}

/// Plants a credential at several places of one file.
#[track_caller]
fn plant(file: &str, places: usize) {
    let dir = scene();
    let output = run(dir.path(), "render", "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (path, mut shown) = (dir.path().join(file), vec![]);
    let text = fs::read_to_string(&path).unwrap();
    for place in 0..places {
        let (form, part) = FORMS[place % FORMS.len()];
        let form = expanded(form, place as u64 + 1);
        let at = text.floor_char_boundary(text.len() * place / places + place % 3);
        fs::write(&path, [&text[..at], &form, &text[at..]].concat()).unwrap();
        for command in [place, place + 4, place + 9].map(|n| COMMANDS[n % COMMANDS.len()]) {
            shown.extend(check(dir.path(), command, &needle(&form, part), file));
        }
        fs::write(&path, &text).unwrap();
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn a_credential_in_the_spec_is_not_shown() {
    plant("platform.toml", 30);
}

#[test]
fn a_credential_in_a_manifest_is_not_shown() {
    plant("own/x.yaml", 10);
    plant("own/thing.yaml", 10);
}

#[test]
fn a_credential_in_a_template_or_a_profile_is_not_shown() {
    plant("templates/services/configmap.yaml", 12);
    plant("profiles/own.toml", 6);
}

#[test]
fn a_credential_in_crds_is_not_shown() {
    plant("crds/thing.yaml", 10);
}

#[test]
fn a_credential_in_a_file_edited_by_hand_is_not_shown() {
    plant("environments/dev/workloads/shop/services/web/deployment.yaml", 10);
    plant("aksgen.lock", 8);
}
