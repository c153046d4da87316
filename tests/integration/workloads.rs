//! Every field of a workload is in the pod of every kind of workload, or the spec cannot set it.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{HEAD, make, object};
use aksgen::{
    catalog::Catalog,
    diag::Code,
    model::TABLE,
    pipeline::{Input, Request, explain},
    plan::{Step, StepForm, StepText, units},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// Kinds of workload: table, further keys, and file of the workload.
const KINDS: [(&str, &str, &str); 3] = [
    ("services", "image = 'ghcr.io/contoso/x:1.0.0'\nport = 8080\n", "deployment.yaml"),
    (
        "services",
        "image = 'ghcr.io/contoso/x:1.0.0'\nport = 8080\nvolumes.data = { path = '/data', size = '1Gi' }\n",
        "statefulset.yaml",
    ),
    ("jobs", "image = 'ghcr.io/contoso/x:1.0.0'\nschedule = '0 4 * * *'\n", "cronjob.yaml"),
];

/// Further tables of a spec: a database to call, and spot nodes.
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

/// Two services, a database and an external endpoint, all named as in the docs of `calls`.
const CALLED: &str = r#"
[postgres.orders]
[external.payments]
host = "payments.example.com"
port = 443
[services.orders]
image = "ghcr.io/contoso/orders:1.0.0"
port = 8080
ports.grpc = { port = 9090, protocol = "grpc" }
"#;

/// Environment variables of the workload `x` in a tree.
fn variables(tree: &crate::support::Tree) -> BTreeSet<String> {
    let names = |list: &Value| -> Vec<String> {
        let all = list.as_array().unwrap().iter();
        all.map(|variable| variable["name"].as_str().unwrap().to_owned()).collect()
    };
    let is_own =
        |config: &Value| config["kind"] == "ConfigMap" && config["metadata"]["name"] == "x";
    let files = tree.iter().filter(|(path, _)| path.contains("/workloads/shop/"));
    let config = files.map(|(_, text)| object(text)).find(is_own).unwrap();
    let plain = config["data"].as_object().unwrap().keys().cloned();
    plain.chain(names(&pod(tree)["spec"]["containers"][0]["env"])).collect()
}

/// Words in backticks that are names of variables.
fn promised(meaning: &str) -> BTreeSet<String> {
    let is_variable = |word: &&str| word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    meaning.split('`').skip(1).step_by(2).filter(is_variable).map(str::to_owned).collect()
}

#[test]
fn explain_promises_exactly_the_variables_of_calls() {
    let empty = tempfile::tempdir().unwrap();
    for (table, base, file) in KINDS {
        let calls = "calls = ['orders', 'orders:grpc', 'postgres.orders', 'external.payments']";
        let (head, workload) = (format!("{HEAD}{CALLED}"), format!("[{table}.x]\n{base}{calls}"));
        let tree = make(&format!("{head}{workload}"), |_| ()).unwrap();
        let request = Request { dir: empty.path().to_owned(), ..Request::default() };
        let found = explain::key(&request, &format!("{table}.*.calls")).unwrap();
        assert_eq!(promised(&found.key.meaning), variables(&tree), "{file}");
    }
}

/// Values that no step of a component uses in any case: component, value and reason.
const UNREAD: &[(&str, &str, &str)] =
    &[("cluster", "user_pools", "the bootstrap repeats the view, and lists these pools")];

#[test]
fn every_value_of_a_view_is_used_in_some_case() {
    let (set, code) = (values_set(), values_in_code());
    let is_set = |component: &'static str, name: &str| set.contains(&(component, name.to_owned()));
    let (mut values, mut used) = (BTreeSet::new(), BTreeSet::new());
    for spec in crate::components::specs() {
        let dir = spec.parent().unwrap().to_owned();
        let Ok(input) = Input::load(&Request { dir, ..Request::default() }) else { continue };
        for unit in units(&input.envs) {
            let Some(row) = unit.row else { continue };
            for env in &input.envs {
                let Some(view) = unit.view(env) else { continue };
                let names = view.values.keys().filter(|name| is_set(row.name, name));
                values.extend(names.map(|name| (row.name, name.clone())));
                let steps = unit.steps(&view, env, &input.catalog);
                let names = steps.iter().flat_map(|step| values_of_step(step, &input.catalog));
                used.extend(names.map(|name| (row.name, name)));
            }
        }
        for row in TABLE {
            let names = values_of_manifest(&input.catalog, row.name).into_iter();
            used.extend(names.map(|name| (row.name, name)));
        }
    }
    let unused: BTreeSet<(&str, String)> =
        values.difference(&used).filter(|(_, name)| !code.contains(name)).cloned().collect();
    let known = UNREAD.iter().map(|(component, name, _)| (*component, (*name).to_owned()));
    assert_eq!(unused, known.collect());
}

/// Values that the template and the part of a step use.
fn values_of_step(step: &Step, catalog: &Catalog) -> BTreeSet<String> {
    let mut templates = vec![];
    if let StepText::Template(template) = &step.text {
        templates.push(template);
    }
    if let StepForm::Object { part: Some(part), .. } = &step.form {
        templates.push(&part.template);
    }
    templates.into_iter().flat_map(|template| catalog.variables(template)).collect()
}

/// Values that the outputs of a component name.
fn values_of_manifest(catalog: &Catalog, component: &str) -> BTreeSet<String> {
    let outputs = catalog.manifest(component).outputs.iter();
    let keys = outputs.flat_map(|output| {
        [&output.when, &output.each, &output.namespace, &output.stage_of].into_iter().flatten()
    });
    keys.cloned().collect()
}

/// Paths below `src` and texts of all source files.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let tree = crate::common::tree(&root);
    let rust = tree.into_iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(path, text)| (path, String::from_utf8(text).unwrap())).collect()
}

/// The string after each occurrence of a call in a text.
fn arguments(text: &str, calls: &[&str]) -> Vec<String> {
    let first_string = |after: &str| -> Option<String> {
        Some(after.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned())
    };
    let found = calls.iter().flat_map(|call| text.split(call).skip(1).filter_map(first_string));
    found.collect()
}

/// Files outside a component that set values of its view.
const SHARED: &[(&str, &str)] = &[
    ("services", "components/workload/"),
    ("jobs", "components/workload/"),
    ("vault", "components/key_vaults.rs"),
    ("vaults", "components/key_vaults.rs"),
];

/// Whether a file sets values of the view of a component.
fn is_source_of(component: &str, path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    let (group, own) = (parts.next(), parts.next());
    let is_own = own.is_some_and(|own| own.trim_end_matches(".rs") == component);
    path.starts_with("components/") && group != Some("workload") && is_own
        || SHARED.iter().any(|(name, file)| *name == component && path.starts_with(file))
}

/// Values that components set: component and value.
fn values_set() -> BTreeSet<(&'static str, String)> {
    let sources = sources();
    for (_, file) in SHARED {
        assert!(sources.iter().any(|(path, _)| path.starts_with(file)), "src/{file} is missing");
    }
    let of = |component: &'static str| {
        let own = sources.iter().filter(move |(path, _)| is_source_of(component, path));
        own.flat_map(|(_, text)| arguments(text, &["view.set("]))
            .map(move |name| (component, name))
            .collect::<Vec<_>>()
    };
    TABLE.iter().flat_map(|row| of(row.name)).collect()
}

/// Values that code reads.
fn values_in_code() -> BTreeSet<String> {
    let calls = ["view.text(", "view.values.get(", "view.values[", "values.get("];
    sources().iter().flat_map(|(_, text)| arguments(text, &calls)).collect()
}
