//! Properties of every spec: texts stay texts, the order of keys and threads does not matter, and a
//! second run changes nothing.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{
    EXAMPLE, Tree, cases, crds, describe, is_yaml, layout, make, object, on_disk, render, request,
    shop, tree, workspace,
};
use aksgen::{
    diag::Diagnostic,
    escape,
    model::text::FORMATS,
    pipeline::run,
    sink::{Compare, LOCK},
};
use proptest::prelude::*;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write, sync::LazyLock};

/// Texts that a layer between the spec and the container could interpret.
const SPECIAL_TEXTS: &[&str] = &[
    "no",
    "0777",
    "1e3",
    "x #y",
    "a\nb: c",
    "---",
    "...",
    "{{ x }}",
    "{% raw %}",
    "${y}",
    "$(Z)",
    "$$",
    "$$(LOG_LEVEL)",
    "\"",
    "'",
    "\\",
    "\\u0041",
    ": ",
    "- ",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{7f}",
    "\u{1b}[31m",
    "\u{10ffff}",
    "*a",
    "&a",
    "!!str",
    "|",
    ">",
    "%",
    "@",
    "`",
];

/// Spec keys that take any text, quoted as TOML needs it. Those of Git take texts of their format.
const FREE: &[&str] = &[
    "platform.owner",
    "gitops.branch",
    "gitops.path",
    "prometheus.runbooks",
    "services.web.command",
    "services.web.args",
    "services.web.env.TEXT",
    "services.web.files.\"/etc/web/text\"",
];

fn has_format(name: &str, text: &str) -> bool {
    FORMATS.iter().find(|format| format.name == name).is_some_and(|format| (format.is)(text))
}

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(SPECIAL_TEXTS).prop_map(str::to_owned),
        any::<String>(),
        "[a-zA-Z0-9]{0,6}"
    ];
    prop::collection::vec(piece, 0..5)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("the schema refuses what looks like a secret", |text| {
            has_format("plain", text)
        })
}

/// A spec in which all free texts are the same string.
fn spec_with_text(free: &str) -> String {
    let text = toml::Value::from(free).to_string();
    let value = |path: &str| match path {
        "services.web.args" | "services.web.command" => format!("[\"run\", {text}]"),
        // An empty address of runbooks disables them.
        "prometheus.runbooks" if free.is_empty() => "\"none\"".into(),
        "gitops.branch" if !has_format("branch", free) => "\"main\"".into(),
        "gitops.path" if !has_format("repository-path", free) => "\"platform\"".into(),
        _ => text.clone(),
    };
    // TOML allows a key once, so the default line is removed.
    let head = crate::support::HEAD.replace("owner = \"platform@contoso.example\"\n", "");
    let lines: String = FREE.iter().map(|path| format!("{path} = {}\n", value(path))).collect();
    format!(
        "services.web.image = \"ghcr.io/contoso/web:1.0.0\"\nservices.web.port = 8080\nservices.web.metrics = {{}}\n{lines}{}",
        tables_as_dots(&head)
    )
}

/// Rewrites `[table]` as dotted keys, so the lines can be in any order.
fn tables_as_dots(text: &str) -> String {
    let root: toml::Table = toml::from_str(text).unwrap();
    leaves(&root.into()).into_iter().map(|(path, value)| format!("{path} = {value}\n")).collect()
}

/// Each value that is not a table, and each empty table, with its dotted and quoted path.
fn leaves(value: &toml::Value) -> Vec<(String, String)> {
    match value.as_table().filter(|table| !table.is_empty()) {
        None => vec![(String::new(), value.to_string())],
        Some(table) => table
            .iter()
            .flat_map(|(key, inner)| {
                leaves(inner).into_iter().map(move |(path, leaf)| (join(key, &path), leaf))
            })
            .collect(),
    }
}

fn join(key: &str, rest: &str) -> String {
    let key = toml::Value::from(key).to_string();
    if rest.is_empty() { key } else { format!("{key}.{rest}") }
}

/// The parts of an object that no text may change: keys, lists, types, and the names that other
/// objects refer to.
fn skeleton(value: &Value, key: &str) -> Value {
    const NAMES: [&str; 8] =
        ["apiVersion", "kind", "name", "namespace", "subject", "subjects", "roleRef", "azureName"];
    match value {
        Value::Object(table) => {
            table.iter().map(|(key, inner)| (key.clone(), skeleton(inner, key))).collect()
        }
        Value::Array(list) => list.iter().map(|inner| skeleton(inner, key)).collect(),
        Value::String(_) if !NAMES.contains(&key) => "text".into(),
        other => other.clone(),
    }
}

fn skeletons(tree: &Tree) -> BTreeMap<String, Value> {
    let shape = |path: &str, text: &str| {
        if is_yaml(path) { skeleton(&object(text), "") } else { text.lines().count().into() }
    };
    tree.iter().map(|(path, text)| (path.clone(), shape(path, text))).collect()
}

/// The failure of a run that must succeed.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn test_failure(diagnostics: Vec<Diagnostic>) -> TestCaseError {
    TestCaseError::fail(describe(&diagnostics))
}

/// A file of the only service, `web`.
fn file_of_web(tree: &Tree, file: &str) -> String {
    tree.iter()
        .find(|(path, _)| path.ends_with(&format!("/services/web/{file}")))
        .map(|(_, text)| text.clone())
        .unwrap_or_default()
}

/// Expands an argument as the kubelet does: `$$` is a dollar, and `$(NAME)` is the variable.
/// Source: `k8s.io/kubernetes/third_party/forked/golang/expansion`, with every variable defined.
fn expanded(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let variable = after.strip_prefix('(').and_then(|name| name.split_once(')'));
        (out, rest) = match (after.strip_prefix('$'), variable) {
            (Some(after), _) => (out + "$", after),
            (None, Some((name, after))) => (format!("{out}<the value of {name}>"), after),
            (None, None) => (out + "$", after),
        };
    }
    out + rest
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_text_changes_values_only(text in texts()) {
        static PLAIN: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| skeletons(&tree(&spec_with_text("plain"))));
        let made = skeletons(&make(&spec_with_text(&text), |request| request.crds = crds()).map_err(test_failure)?);
        prop_assert_eq!(made.keys().collect::<Vec<_>>(), PLAIN.keys().collect::<Vec<_>>());
        for (path, shape) in &made {
            prop_assert_eq!(shape, &PLAIN[path], "{}", path);
        }
    }

    #[test]
    fn a_text_reaches_the_container_unchanged(text in texts()) {
        let tree = make(&spec_with_text(&text), |_| ()).map_err(test_failure)?;
        for (file, key) in [("configmap.yaml", "TEXT"), ("files.yaml", "etc_web_text")] {
            let yaml = file_of_web(&tree, file);
            let ours = object(&yaml);
            prop_assert_eq!(ours["data"][key].as_str(), Some(text.as_str()));
            let library: serde_yaml::Value = serde_yaml::from_str(&yaml).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(library["data"][key].as_str(), Some(text.as_str()));
        }
        let pod = &object(&file_of_web(&tree, "deployment.yaml"))["spec"]["template"]["spec"]["containers"][0];
        for field in ["command", "args"] {
            prop_assert_eq!(expanded(pod[field][1].as_str().unwrap_or_default()), text.as_str());
        }
    }

    #[test]
    fn the_order_of_keys_does_not_change_the_tree(lines in Just(leaves(&toml::from_str::<toml::Table>(EXAMPLE).unwrap().into())).prop_shuffle()) {
        let spec: String = lines.into_iter().map(|(path, value)| format!("{path} = {value}\n")).collect();
        prop_assert_eq!(make(&spec, |_| ()).map_err(test_failure)?, tree(EXAMPLE));
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn any_number_of_threads_makes_the_same_bytes(services in shop::services(6)) {
        let spec = shop::spec(&services);
        let with = |threads| make(&spec, |request| request.threads = Some(threads)).map_err(test_failure);
        let one = with(1)?;
        for threads in [2, 3, 7] {
            prop_assert_eq!(&with(threads)?, &one);
        }
    }

    #[test]
    fn a_second_run_writes_nothing(services in shop::services(4)) {
        let dir = workspace(&shop::spec(&services));
        render(dir.path()).map_err(test_failure)?;
        let before = on_disk(dir.path());
        let again = render(dir.path()).map_err(test_failure)?;
        prop_assert!(again.is_same());
        prop_assert_eq!(again.total().same, before.keys().filter(|path| *path != LOCK).count());
        prop_assert_eq!(on_disk(dir.path()), before);
        let seen = run(&request(dir.path()), &Compare::new(dir.path()).unwrap()).map_err(test_failure)?;
        prop_assert!(seen.report.is_same());
    }
}

/// One environment per profile, so some files are equal in all of them and some are not.
const ENVIRONMENTS: [&str; 3] = ["dev", "production", "staging"];

proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn both_layouts_apply_the_same_objects(services in shop::services(4), argocd in any::<bool>()) {
        let engine = if argocd { "argocd" } else { "flux" };
        let spec = |layout: &str| {
            let more = "environments.production.profile = \"production\"\nenvironments.staging.profile = \"staging\"\n";
            // A host belongs to one environment.
            let mut hosts = String::new();
            for number in (0..services.len()).filter(|number| services[*number].exposed) {
                for environment in &ENVIRONMENTS[1..] {
                    writeln!(hosts, "environments.{environment}.services.s{number}.expose.host = \"s{number}.{environment}.contoso.example\"").unwrap();
                }
            }
            let head = format!("{more}{hosts}gitops.layout = \"{layout}\"\n{}", tables_as_dots(&shop::spec(&services)));
            head.replace("\"flux\"", &format!("\"{engine}\""))
        };
        let isolated = make(&spec("isolated"), |_| ()).map_err(test_failure)?;
        let shared = make(&spec("base-overlays"), |_| ()).map_err(test_failure)?;
        prop_assert!(shared.keys().any(|path| path.starts_with("base/")));
        for environment in ENVIRONMENTS {
            prop_assert_eq!(layout::objects(&isolated, environment), layout::objects(&shared, environment), "{}", environment);
        }
        prop_assert_eq!(layout::misplaced(&isolated, &ENVIRONMENTS), Vec::<&String>::new());
        prop_assert_eq!(layout::misplaced(&shared, &ENVIRONMENTS), Vec::<&String>::new());
    }
}

/// Covers each text of the list, not only those that the generator selects.
#[test]
fn each_special_text_reaches_the_container_unchanged() {
    let all: Vec<&str> =
        SPECIAL_TEXTS.iter().copied().filter(|text| has_format("plain", text)).collect();
    let env: toml::Table =
        all.iter().enumerate().map(|(i, text)| (format!("N{i}"), (*text).into())).collect();
    let web = "[services.web]\nimage = \"ghcr.io/contoso/web:1.0.0\"\nport = 8080\n";
    let tree = tree(&format!(
        "{}{web}args = {}\nenv = {}\n",
        crate::support::HEAD,
        toml::Value::from(all.clone()),
        toml::Value::from(env)
    ));
    let args =
        object(&file_of_web(&tree, "deployment.yaml"))["spec"]["template"]["spec"]["containers"][0]
            ["args"]
            .clone();
    assert_eq!(
        args.as_array()
            .unwrap()
            .iter()
            .map(|text| expanded(text.as_str().unwrap()))
            .collect::<Vec<_>>(),
        all
    );
    let data = object(&file_of_web(&tree, "configmap.yaml"))["data"].clone();
    assert_eq!(
        (0..all.len()).map(|i| data[format!("N{i}")].as_str().unwrap()).collect::<Vec<_>>(),
        all
    );
}

/// An error in `expanded` could make the properties pass wrongly.
#[test]
fn expanded_follows_the_rules_of_the_kubelet() {
    for (given, want) in [
        ("a", "a"),
        ("$$", "$"),
        ("$x", "$x"),
        ("$$(A)", "$(A)"),
        ("$(A)", "<the value of A>"),
        ("$$$(A)", "$<the value of A>"),
        ("$(A", "$(A"),
    ] {
        assert_eq!(expanded(given), want, "{given}");
    }
    assert_eq!(expanded(&escape::kubelet("$(A)")), "$(A)");
}
