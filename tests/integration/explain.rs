//! What `aksgen explain` says, word for word: `tests/explain/<name>.txt`. `UPDATE=1 cargo test
//! --test explain` writes what it says now; read it before you commit it.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::common::{aksgen, plant, tree};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// Where it is asked.
#[derive(Clone, Copy)]
enum Where {
    /// Beside the spec of the first example.
    Example,
    /// Where there is no spec.
    Nowhere,
    /// Beside a spec with a mistake.
    Broken,
    /// Beside a spec that removes a table in one environment.
    Off,
}

/// The name of the file, where it is asked, and what.
const ASKED: &[(&str, Where, &str)] = &[
    ("key", Where::Example, "services.user-service.calls"),
    (
        "key-of-one-environment",
        Where::Example,
        "environments.production.services.frontend-service.max_replicas",
    ),
    ("key-by-star", Where::Example, "services.frontend-service.replicas"),
    ("key-of-a-pool", Where::Example, "cluster.pools.spot.min"),
    ("key-not-set", Where::Example, "services.user-service.expose.host"),
    ("key-with-words", Where::Example, "gitops.engine"),
    ("key-with-a-dot", Where::Nowhere, "services.*.files.\"/etc/app.conf\""),
    ("key-of-all", Where::Nowhere, "services.calls"),
    ("key-of-a-job", Where::Nowhere, "jobs.*.calls"),
    ("key-of-a-broken-spec", Where::Broken, "services.user-service.calls"),
    ("key-of-an-environment", Where::Example, "environments.dev.profile"),
    ("key-switched-off", Where::Off, "services.user-service.metrics"),
    ("table", Where::Example, "postgres.shop"),
    ("derived", Where::Example, "identities.vault-reader"),
    (
        "file",
        Where::Example,
        "environments/dev/workloads/ecommerce/services/user-service/networkpolicy.yaml",
    ),
    (
        "line",
        Where::Example,
        "environments/dev/workloads/ecommerce/services/user-service/networkpolicy.yaml:24",
    ),
    ("document", Where::Example, "docs/production/connections.md"),
    ("chart", Where::Example, "environments/dev/addons/argocd/prometheus/release.yaml"),
    ("index", Where::Example, "environments/dev/workloads/ecommerce/kustomization.yaml"),
    ("root", Where::Example, "clusters/dev/workloads-ecommerce.yaml"),
    ("engine", Where::Example, "clusters/dev/project.yaml"),
    ("lock", Where::Example, "aksgen.lock"),
    ("code", Where::Nowhere, "unknown-call"),
    ("code-with-files", Where::Nowhere, "ambiguous-scalar"),
    ("code-by-a-command", Where::Nowhere, "unknown-environment"),
    ("code-without-example", Where::Nowhere, "io"),
    ("unknown-key", Where::Example, "services.user-service.cals"),
    ("unknown-instance", Where::Example, "services.user-servce"),
    ("unknown-environment", Where::Example, "environments.prod.services.user-service.calls"),
    ("unknown-code", Where::Nowhere, "unpined-image"),
    ("unknown-file", Where::Example, "clusters/dev/x.yaml"),
];

fn place(at: Where) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let spec = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("generated-examples/ecommerce"))
        .remove("platform.toml")
        .unwrap();
    let spec = match at {
        Where::Example => spec,
        Where::Nowhere => return home,
        Where::Off => String::from_utf8(spec)
            .unwrap()
            .replace(
                "profile = \"dev\"",
                "profile = \"dev\"\nservices.user-service.metrics = false",
            )
            .into_bytes(),
        Where::Broken => {
            String::from_utf8(spec).unwrap().replace("memory   =", "memori   =").into_bytes()
        }
    };
    plant(&[("platform.toml".to_owned(), spec)].into(), home.path());
    home
}

#[test]
fn explain_says_what_it_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let mut wrong = vec![];
    for (name, at, what) in ASKED {
        let home = place(*at);
        let output = aksgen(home.path(), ["explain", what]);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(
            output.status.code(),
            Some(if name.starts_with("unknown") { 2 } else { 0 }),
            "{name}: {said}"
        );
        let file = folder.join(format!("{name}.txt"));
        if std::env::var_os("UPDATE").is_some() {
            plant(&[(format!("{name}.txt"), said.clone().into_bytes())].into(), &folder);
        }
        if fs::read_to_string(&file).unwrap_or_default() != said {
            wrong.push(format!("== {name}\n{said}"));
        }
    }
    let known: Vec<String> = ASKED.iter().map(|(name, ..)| format!("{name}.txt")).collect();
    assert!(tree(&folder).keys().all(|file| known.contains(file)), "a file that nothing asks for");
    assert!(
        wrong.is_empty(),
        "run `UPDATE=1 cargo test explain::`, and look at the difference\n{}",
        wrong.join("\n")
    );
}

/// The same for programs: where a value is set, and who was beaten.
#[test]
fn json_says_who_won_and_what_is_shaped() {
    let home = place(Where::Example);
    let ask = |what: &[&str]| -> Value {
        serde_json::from_slice(
            &aksgen(home.path(), [&["explain", "--format", "json"], what].concat()).stdout,
        )
        .unwrap()
    };
    let key = ask(&["services.frontend-service.max_replicas"]);
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
    let calls = ask(&["services.user-service.calls"]);
    assert_eq!(
        (&calls["settings"][0]["set"][0]["layer"], &calls["settings"][0]["set"][1]["layer"]),
        (&"spec".into(), &"default".into())
    );
    let file = ask(&["docs/production/connections.md"]);
    assert!(
        file["why"].as_str().unwrap().len() > 20
            && file["see"].as_str().unwrap().starts_with("https://"),
        "{file}"
    );
    assert_eq!(ask(&["unknown-call"])["examples"]["passes"]["command"][0], "validate");
    let topics = ask(&[]);
    assert_eq!(topics["codes"].as_array().unwrap().len(), aksgen::diag::Code::ALL.len());
    assert!(topics["tables"].as_array().unwrap().iter().any(|table| table["name"] == "services.*"));
}

/// The files that a key is said to shape are those that change when the key does.
#[test]
fn what_a_key_shapes_is_what_changes_with_it() {
    let home = place(Where::Example);
    let shaped = |key: &str| -> Vec<String> {
        let said: Value = serde_json::from_slice(
            &aksgen(home.path(), ["explain", "--format", "json", key]).stdout,
        )
        .unwrap();
        said["shapes"]
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
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let changed: Vec<&str> = said
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
