//! Every field of a workload is in the pod of every kind of workload, or the spec cannot set it.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{HEAD, make, object};
use aksgen::{
    assets::Assets,
    catalog::{Catalog, OutputKind},
    diag::Code,
    model::TABLE,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// What the kinds of workload are made of: table, further keys, and file of the workload.
const KINDS: [(&str, &str, &str); 3] = [
    ("services", "image = 'ghcr.io/contoso/x:1.0.0'\nport = 8080\n", "deployment.yaml"),
    (
        "services",
        "image = 'ghcr.io/contoso/x:1.0.0'\nport = 8080\nvolumes.data = { path = '/data', size = '1Gi' }\n",
        "statefulset.yaml",
    ),
    ("jobs", "image = 'ghcr.io/contoso/x:1.0.0'\nschedule = '0 4 * * *'\n", "cronjob.yaml"),
];

/// What a spec needs besides: a database to call, and spot nodes.
const SURROUNDINGS: &str = r"
[postgres.orders]
[cluster.pools.spot]
spot = true
min = 0
max = 3
";

/// Tables that cannot set a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Without {
    /// Each table can.
    None,
    /// The key is unknown in `[jobs.<name>]`.
    JobsRefuse,
    /// A job has no such field.
    Jobs,
    /// A service has no such field.
    Services,
}

/// Field of `Workload`, keys that set it, place in the pod, and value there.
type Row = (&'static str, &'static str, &'static str, Value, Without);

fn rows() -> Vec<Row> {
    use Without::{Jobs, JobsRefuse, None, Services};

    let container = "/spec/containers/0";
    let at = |below: &str| -> &'static str { Box::leak(format!("{container}{below}").into()) };
    vec![
        ("name", "", at("/name"), json!("x"), None),
        ("pods", "", "/metadata/labels/app.kubernetes.io~1name", json!("x"), None),
        ("pods", "calls = ['postgres.orders']", at("/env/5/name"), json!("PGPASSWORD"), None),
        (
            "pods",
            "calls = ['postgres.orders']",
            at("/env/5/valueFrom/secretKeyRef/name"),
            json!("x-postgres-orders"),
            None,
        ),
        (
            "image",
            "image = 'ghcr.io/contoso/y:2.0.0'",
            at("/image"),
            json!("ghcr.io/contoso/y:2.0.0"),
            None,
        ),
        ("command", "command = ['run']", at("/command"), json!(["run"]), None),
        ("args", "args = ['--now']", at("/args"), json!(["--now"]), None),
        ("env", "env = { A = '1' }", at("/envFrom/0/configMapRef/name"), json!("x"), None),
        ("secrets", "secrets = { K = 'key' }", at("/env/0/name"), json!("K"), None),
        (
            "files",
            "files = { '/etc/a' = 'b' }",
            "/spec/volumes/0/configMap/name",
            json!("x-files"),
            JobsRefuse,
        ),
        ("ports", "port = 9000", at("/ports/0/containerPort"), json!(9000), JobsRefuse),
        (
            "probes",
            "health = { path = '/up' }",
            at("/livenessProbe/httpGet/path"),
            json!("/up"),
            JobsRefuse,
        ),
        (
            "resources",
            "cpu = '200m'\ncpu_limit = '2'\nmemory = '1Gi'\nmemory_limit = '2Gi'\nephemeral_storage = '3Gi'",
            at("/resources"),
            json!({
                "requests": {"cpu": "200m", "memory": "1Gi", "ephemeral-storage": "3Gi"},
                "limits": {"cpu": "2", "memory": "2Gi", "ephemeral-storage": "3Gi"},
            }),
            None,
        ),
        ("run_as_user", "run_as_user = 7", "/spec/securityContext/runAsUser", json!(7), None),
        (
            "writable",
            "writable = ['/tmp']",
            "/spec/volumes/0/emptyDir/sizeLimit",
            json!("512Mi"),
            None,
        ),
        (
            "volumes",
            "volumes = { data = { path = '/data', size = '1Gi' } }",
            at("/volumeMounts/0/mountPath"),
            json!("/data"),
            JobsRefuse,
        ),
        ("spot", "spot = true", "/spec/tolerations/0/value", json!("spot"), JobsRefuse),
        (
            "spread",
            "",
            "/spec/topologySpreadConstraints/1/topologyKey",
            json!("kubernetes.io/hostname"),
            Jobs,
        ),
        (
            "pre_stop_seconds",
            "pre_stop_seconds = 0",
            at("/lifecycle/preStop/sleep/seconds"),
            json!(0),
            JobsRefuse,
        ),
        (
            "termination_grace_seconds",
            "termination_grace_seconds = 99",
            "/spec/terminationGracePeriodSeconds",
            json!(99),
            None,
        ),
        ("restart_policy", "", "/spec/restartPolicy", json!("Never"), Services),
    ]
}

/// Fields that no pod has, and where they are rendered.
const ELSEWHERE: &[(&str, &str)] = &[("store", "externalsecret.yaml: `secretStoreRef`")];

/// A spec with one workload `x`.
fn spec(table: &str, base: &str, keys: &str) -> String {
    let mut workload: toml::Table = base.parse().unwrap();
    workload.extend(keys.parse::<toml::Table>().unwrap());
    let table = toml::Table::from_iter([(table.to_owned(), json_free(workload))]);
    format!("{HEAD}{SURROUNDINGS}{table}")
}

fn json_free(workload: toml::Table) -> toml::Value {
    toml::Value::Table(toml::Table::from_iter([("x".to_owned(), toml::Value::Table(workload))]))
}

/// The pod of the workload `x` in a tree.
fn pod(tree: &crate::support::Tree) -> Value {
    let files =
        ["services/x/deployment.yaml", "services/x/statefulset.yaml", "jobs/x/cronjob.yaml"];
    let path = |file: &str| format!("environments/dev/workloads/shop/{file}");
    let text = files.iter().find_map(|file| tree.get(&path(file))).unwrap();
    let object = object(text);
    let job = object.pointer("/spec/jobTemplate/spec/template");
    job.or_else(|| object.pointer("/spec/template")).unwrap().clone()
}

#[test]
fn every_field_is_in_the_pod_of_every_kind() {
    for (field, keys, pointer, want, without) in rows() {
        for (table, base, file) in KINDS {
            let made = make(&spec(table, base, keys), |_| ());
            if without == Without::JobsRefuse && table == "jobs" {
                let codes: Vec<Code> = made.unwrap_err().iter().map(|found| found.code).collect();
                assert_eq!(codes, [Code::UnknownKey], "{field} of {file}");
                continue;
            }
            let pod = pod(&made.unwrap_or_else(|found| panic!("{field} of {file}: {found:#?}")));
            let absent = without == Without::Jobs && table == "jobs"
                || without == Without::Services && table == "services";
            let want = Some(&want).filter(|_| !absent);
            assert_eq!(pod.pointer(pointer), want, "{field} of {file}");
        }
    }
}

#[test]
fn every_field_of_a_workload_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/components/workload/mod.rs")).unwrap();
    let start = text.find("struct Workload").unwrap();
    let body = &text[start..start + text[start..].find("\n}").unwrap()];
    let fields: BTreeSet<&str> = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    let rows = rows();
    let tested = rows.iter().map(|row| row.0).chain(ELSEWHERE.iter().map(|row| row.0));
    assert_eq!(fields, tested.collect());
}

#[test]
fn a_stateful_service_has_every_login_variable() {
    let (table, base, _) = KINDS[1];
    let tree = make(&spec(table, base, "calls = ['postgres.orders']"), |_| ()).unwrap();
    let pod = pod(&tree);
    let names: Vec<&str> = pod["spec"]["containers"][0]["env"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|variable| variable["name"].as_str())
        .collect();
    assert_eq!(names, ["PGHOST", "PGPORT", "PGDATABASE", "PGSSLMODE", "PGUSER", "PGPASSWORD"]);
}

/// Names of values that components set and no template, manifest or code reads, and why.
const UNREAD: &[(&str, &str)] = &[("vars", "overrides read it")];

#[test]
fn every_value_of_a_view_is_used() {
    let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
    let mut diagnostics = vec![];
    let assets = Assets::load(Path::new("/nonexistent"), &mut diagnostics);
    let catalog = Catalog::load(&assets, &names, &mut diagnostics);
    let mut used = values_in_code();
    for row in TABLE {
        used.extend(values_in_templates(&catalog, row.name));
    }
    let unused: BTreeSet<String> = values_set().difference(&used).cloned().collect();
    let known: BTreeSet<String> = UNREAD.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(unused, known);
}

/// The values that the templates, parts and outputs of a component use.
fn values_in_templates(catalog: &Catalog, component: &str) -> BTreeSet<String> {
    let manifest = catalog.manifest(component);
    let mut out: BTreeSet<String> =
        catalog.templates(component).flat_map(|name| catalog.variables(name)).collect();
    for output in &manifest.outputs {
        let keys = [&output.when, &output.each, &output.namespace, &output.stage_of];
        out.extend(keys.into_iter().flatten().cloned());
        if let Some(part) = &output.part {
            out.extend(catalog.variables(&catalog.part(component, "", &part.template)));
        }
        if output.kind == OutputKind::Chart {
            out.extend(catalog.templates("engines").flat_map(|name| catalog.variables(name)));
        }
    }
    out
}

/// The texts of all components and of the frame.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let tree = crate::common::tree(&root);
    let rust = tree.into_iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(_, text)| String::from_utf8(text).unwrap()).collect()
}

/// The string after each occurrence of a call.
fn arguments(calls: &[&str]) -> BTreeSet<String> {
    let texts = sources();
    let found = texts.iter().flat_map(|text| {
        calls.iter().flat_map(move |call| text.split(call).skip(1).filter_map(first_string))
    });
    found.collect()
}

fn first_string(after: &str) -> Option<String> {
    after.trim_start().strip_prefix('"')?.split_once('"').map(|(name, _)| name.to_owned())
}

fn values_set() -> BTreeSet<String> {
    arguments(&["view.set(", "self.set("])
}

fn values_in_code() -> BTreeSet<String> {
    arguments(&["view.text(", "view.values.get(", "view.values[", "values.get("])
}
