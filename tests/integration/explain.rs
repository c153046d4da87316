//! The output of `aksgen explain`, compared with `tests/explain/<name>.txt`. `UPDATE=1 cargo test
//! --test integration explain::` rewrites the files; read the difference before you commit it.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::common::{aksgen, plant, tree};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// Directory of a query.
#[derive(Clone, Copy)]
enum SpecDirectory {
    /// With the spec of the first example.
    Example,
    /// Without a spec.
    Nowhere,
    /// With a spec that has an error.
    Broken,
    /// With a spec that removes a table in one environment.
    Off,
}

/// The name of the golden file, the directory, and the argument.
const QUERIES: &[(&str, SpecDirectory, &str)] = &[
    ("key", SpecDirectory::Example, "services.user-service.calls"),
    (
        "key-of-one-environment",
        SpecDirectory::Example,
        "environments.production.services.frontend-service.max_replicas",
    ),
    ("key-by-star", SpecDirectory::Example, "services.frontend-service.replicas"),
    ("key-of-a-pool", SpecDirectory::Example, "cluster.pools.spot.min"),
    ("key-not-set", SpecDirectory::Example, "services.user-service.expose.host"),
    ("key-with-words", SpecDirectory::Example, "gitops.engine"),
    ("key-with-a-dot", SpecDirectory::Nowhere, "services.*.files.\"/etc/app.conf\""),
    ("line-of-the-spec", SpecDirectory::Example, "platform.toml:34"),
    ("key-of-all", SpecDirectory::Nowhere, "services.calls"),
    ("key-of-a-job", SpecDirectory::Nowhere, "jobs.*.calls"),
    ("key-of-a-broken-spec", SpecDirectory::Broken, "services.user-service.calls"),
    ("key-of-an-environment", SpecDirectory::Example, "environments.dev.profile"),
    ("key-switched-off", SpecDirectory::Off, "services.user-service.metrics"),
    ("table", SpecDirectory::Example, "postgres.shop"),
    ("derived", SpecDirectory::Example, "identities.vault-reader"),
    (
        "file",
        SpecDirectory::Example,
        "environments/dev/workloads/ecommerce/services/user-service/networkpolicy.yaml",
    ),
    (
        "line",
        SpecDirectory::Example,
        "environments/dev/workloads/ecommerce/services/user-service/networkpolicy.yaml:24",
    ),
    (
        "line-and-column",
        SpecDirectory::Example,
        "environments/dev/workloads/ecommerce/services/user-service/networkpolicy.yaml:24:7",
    ),
    ("line-and-column-of-the-spec", SpecDirectory::Example, "platform.toml:42:12"),
    ("unknown-line", SpecDirectory::Example, "platform.toml:2"),
    ("document", SpecDirectory::Example, "docs/production/connections.md"),
    ("chart", SpecDirectory::Example, "environments/dev/addons/argocd/prometheus/release.yaml"),
    ("index", SpecDirectory::Example, "environments/dev/workloads/ecommerce/kustomization.yaml"),
    ("root", SpecDirectory::Example, "clusters/dev/workloads-ecommerce.yaml"),
    ("engine", SpecDirectory::Example, "clusters/dev/project.yaml"),
    ("lock", SpecDirectory::Example, "aksgen.lock"),
    ("code", SpecDirectory::Nowhere, "unknown-call"),
    ("code-with-files", SpecDirectory::Nowhere, "ambiguous-scalar"),
    ("code-by-a-command", SpecDirectory::Nowhere, "unknown-environment"),
    ("code-without-example", SpecDirectory::Nowhere, "io"),
    ("unknown-key", SpecDirectory::Example, "services.user-service.cals"),
    ("unknown-instance", SpecDirectory::Example, "services.user-servce"),
    (
        "unknown-environment",
        SpecDirectory::Example,
        "environments.prod.services.user-service.calls",
    ),
    ("unknown-code", SpecDirectory::Nowhere, "unpined-image"),
    ("unknown-file", SpecDirectory::Example, "clusters/dev/x.yaml"),
];

fn directory(kind: SpecDirectory) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let spec = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("generated-examples/ecommerce"))
        .remove("platform.toml")
        .unwrap();
    let spec = match kind {
        SpecDirectory::Example => spec,
        SpecDirectory::Nowhere => return home,
        SpecDirectory::Off => String::from_utf8(spec)
            .unwrap()
            .replace(
                "profile = \"dev\"",
                "profile = \"dev\"\nservices.user-service.metrics = false",
            )
            .into_bytes(),
        SpecDirectory::Broken => {
            String::from_utf8(spec).unwrap().replace("memory   =", "memori   =").into_bytes()
        }
    };
    plant(&[("platform.toml".to_owned(), spec)].into(), home.path());
    home
}

#[test]
fn explain_prints_the_golden_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let mut wrong = vec![];
    for (name, at, what) in QUERIES {
        let home = directory(*at);
        let output = aksgen(home.path(), ["explain", what]);
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(
            output.status.code(),
            Some(if name.starts_with("unknown") { 2 } else { 0 }),
            "{name}: {text}"
        );
        let file = folder.join(format!("{name}.txt"));
        if std::env::var_os("UPDATE").is_some() {
            plant(&[(format!("{name}.txt"), text.clone().into_bytes())].into(), &folder);
        }
        if fs::read_to_string(&file).unwrap_or_default() != text {
            wrong.push(format!("== {name}\n{text}"));
        }
    }
    let known: Vec<String> = QUERIES.iter().map(|(name, ..)| format!("{name}.txt")).collect();
    assert!(tree(&folder).keys().all(|file| known.contains(file)), "a golden file without a query");
    assert!(
        wrong.is_empty(),
        "run `UPDATE=1 cargo test --test integration explain::`, and look at the difference\n{}",
        wrong.join("\n")
    );
}

/// The JSON has the layer of each value, and the values that it overrides.
#[test]
fn json_has_layers_and_affected_files() {
    let home = directory(SpecDirectory::Example);
    let query = |what: &[&str]| -> Value {
        serde_json::from_slice(
            &aksgen(home.path(), [&["explain", "--format", "json"], what].concat()).stdout,
        )
        .unwrap()
    };
    let key = query(&["services.frontend-service.max_replicas"]);
    let production = &key["settings"][1];
    assert_eq!(
        (&production["environment"], &production["value"], &production["set"][0]["layer"]),
        (&"production".into(), &9.into(), &"environment".into())
    );
    assert_eq!(key["key"]["path"], "services.*.max_replicas");
    let made = key["shapes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["template"] == "services/horizontalpodautoscaler.yaml")
        .unwrap();
    assert_eq!(made["environments"], serde_json::json!(["production"]));
    let calls = query(&["services.user-service.calls"]);
    assert_eq!(
        (&calls["settings"][0]["set"][0]["layer"], &calls["settings"][0]["set"][1]["layer"]),
        (&"spec".into(), &"default".into())
    );
    let file = query(&["docs/production/connections.md"]);
    assert!(
        file["why"].as_str().unwrap().len() > 20
            && file["see"].as_str().unwrap().starts_with("https://"),
        "{file}"
    );
    assert_eq!(query(&["unknown-call"])["examples"]["passes"]["command"][0], "validate");
    let topics = query(&[]);
    assert_eq!(topics["codes"].as_array().unwrap().len(), aksgen::diag::Code::ALL.len());
    assert!(topics["tables"].as_array().unwrap().iter().any(|table| table["name"] == "services.*"));
}

/// Each file that changes with a key is among the files that `explain` lists for the key.
#[test]
fn each_file_that_a_key_changes_is_listed() {
    let home = directory(SpecDirectory::Example);
    let shaped = |key: &str| -> Vec<String> {
        let text: Value = serde_json::from_slice(
            &aksgen(home.path(), ["explain", "--format", "json", key]).stdout,
        )
        .unwrap();
        text["shapes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["file"].as_str().unwrap().replace("<environment>", "production"))
            .collect()
    };
    assert!(aksgen(home.path(), ["render"]).status.success());
    for (key, value) in [
        ("services.user-service.memory", "512Mi"),
        ("services.user-service.env.LOG_LEVEL", "debug"),
        ("services.product-service.calls", "[]"),
        ("services.user-service.secrets.JWT_KEY", "jwt"),
        ("cluster.version", "\"1.36\""),
        ("vault.sku", "premium"),
    ] {
        let output =
            aksgen(home.path(), ["render", "--dry-run", "--set", &format!("{key}={value}")]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let changed: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().split_once(' '))
            .map(|(_, path)| path.trim())
            .collect();
        let (files, missed): (Vec<_>, Vec<_>) = (
            shaped(key),
            changed
                .iter()
                .filter(|path| {
                    path.contains("production/") && !path.ends_with("kustomization.yaml")
                })
                .collect(),
        );
        let missed: Vec<&&&str> =
            missed.iter().filter(|path| !files.iter().any(|file| file == **path)).collect();
        assert!(
            output.status.success() && !files.is_empty() && missed.is_empty(),
            "{key}: {missed:?} of {changed:?}\nknown: {files:?}"
        );
    }
}
