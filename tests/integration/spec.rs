//! Layers of settings: precedence, sources of values, and the two schemas.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, findings, request, workspace};
use aksgen::{
    diag::{Code, Source},
    model::{for_editors, shape},
    pipeline::Input,
    spec::{EnvironmentLayer, Layer, Layers, Rank, SchemaValidator, Shape},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// A small schema that covers each merge rule: a required value, a list, an optional table and a
/// required table.
fn small_schema() -> Shape {
    let table = |properties: Value, required: Value| json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required});
    let health = table(
        json!({"path": {"type": "string"}, "seconds": {"type": "integer"}}),
        json!(["seconds"]),
    );
    let limits = table(json!({"cpu": {"type": "integer"}}), json!(["cpu"]));
    let list = json!({"type": "array", "items": {"type": "string"}});
    let service = table(
        json!({"size": {"type": "integer"}, "args": list, "health": health, "limits": limits}),
        json!(["size", "args", "limits"]),
    );
    Shape {
        schema: table(
            json!({"services": {"type": "object", "additionalProperties": service}}),
            json!(["services"]),
        ),
        formats: &[],
    }
}

fn layers(texts: &[(Rank, &str)]) -> Layers {
    let mut layers = Layers::default();
    for (rank, text) in texts {
        let (name, mut diagnostics) = (
            if *rank == Rank::Profile { "profiles/p.toml".to_owned() } else { format!("{rank:?}") },
            vec![],
        );
        let layer = Layer::parse(&Source::new(name, *text), *rank, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{text}");
        layers.add(if *rank == Rank::Default { layer.defaults(&["services", "*"]) } else { layer });
    }
    layers
}

fn stage() -> EnvironmentLayer {
    EnvironmentLayer { name: "e".into(), profile: "p".into() }
}

fn services(texts: &[(Rank, &str)], derived: &[&str]) -> Value {
    let layers = layers(texts);
    let (table, whole) = (
        layers.resolve_table(&stage(), "services", derived, &small_schema()),
        layers.resolve(&stage(), &small_schema()),
    );
    assert!(
        !derived.is_empty() || table == whole["services"],
        "a table alone resolves like the whole tree"
    );
    table
}

/// From the weakest layer to the strongest, each with a different size.
const RANKED: [(Rank, &str); 5] = [
    (Rank::Default, "defaults.size = 1"),
    (Rank::Profile, "services.a.size = 2"),
    (Rank::Spec, "services.a.size = 3"),
    (Rank::Spec, "environments.e.services.a.size = 4"),
    (Rank::Set, "services.a.size = 5"),
];

#[test]
fn the_strongest_layer_wins_in_any_read_order() {
    for strongest in 1..RANKED.len() {
        let mut some = RANKED[..=strongest].to_vec();
        some.reverse();
        assert_eq!(services(&some, &[])["a"]["size"], strongest + 1, "{some:?}");
    }
    assert_eq!(
        services(&RANKED[..1], &["a"])["a"]["size"],
        1,
        "a default applies to a derived instance"
    );
}

#[test]
fn other_profiles_and_environments_have_no_effect() {
    let texts = [(Rank::Spec, "services.a.size = 3\nenvironments.other.services.a.size = 4")];
    assert_eq!(services(&texts, &[])["a"]["size"], 3);
    let other = EnvironmentLayer { name: "e".into(), profile: "q".into() };
    let resolved = layers(&RANKED[..2]).resolve(&other, &small_schema());
    assert_eq!(resolved, json!({"services": {}}));
}

#[test]
fn a_star_reaches_instances_that_only_a_stronger_layer_names() {
    let texts = [
        (Rank::Profile, "services.\"*\".size = 7"),
        (Rank::Spec, "services.a = {}\nenvironments.e.services.b = {}"),
        (Rank::Set, "services.c = {}"),
    ];
    for (name, instance) in services(&texts, &["d"]).as_object().unwrap() {
        assert_eq!(instance["size"], 7, "{name}");
    }
    assert_eq!(
        services(&texts, &["d"])
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect::<BTreeSet<_>>(),
        ["a", "b", "c", "d"].into()
    );
}

#[test]
fn a_star_loses_to_a_name_beside_it_and_beats_a_name_below_it() {
    let beside = [(Rank::Spec, "services.\"*\".size = 7\nservices.a.size = 8")];
    assert_eq!(services(&beside, &[])["a"]["size"], 8);
    let below = [(Rank::Profile, "services.a.size = 8"), (Rank::Spec, "services.\"*\".size = 7")];
    assert_eq!(services(&below, &[])["a"]["size"], 7);
}

#[test]
fn tables_merge_and_other_values_replace() {
    let texts = [
        (
            Rank::Profile,
            "services.a = { size = 1, args = [\"x\", \"y\"], health = { path = \"/\", seconds = 1 } }",
        ),
        (Rank::Spec, "services.a = { args = [\"z\"], health = { seconds = 2 } }"),
    ];
    assert_eq!(
        services(&texts, &[])["a"],
        json!({"size": 1, "args": ["z"], "health": {"path": "/", "seconds": 2}})
    );
}

#[test]
fn false_removes_optional_tables_only() {
    let below =
        (Rank::Profile, "services.a = { size = 1, health = { seconds = 1 } }\nservices.b.size = 1");
    let texts = [below, (Rank::Spec, "services.a.health = false\nservices.b = false")];
    assert_eq!(services(&texts, &[]), json!({"a": {"size": 1}}));
    let needed = [below, (Rank::Spec, "services.a.limits = false")];
    assert_eq!(services(&needed, &[])["a"]["limits"], false, "the schema refuses it later");
    let again = [below, (Rank::Spec, "services.b = false"), (Rank::Set, "services.b.size = 9")];
    assert_eq!(
        services(&again, &[])["b"],
        json!({"size": 9}),
        "a stronger layer adds it again, without the old keys"
    );
}

#[test]
fn defaults_do_not_create_optional_tables() {
    let defaults =
        (Rank::Default, "defaults.size = 1\ndefaults.limits.cpu = 2\ndefaults.health.seconds = 3");
    assert_eq!(
        services(&[defaults, (Rank::Spec, "services.a = {}")], &[])["a"],
        json!({"size": 1, "limits": {"cpu": 2}})
    );
    let with = [defaults, (Rank::Spec, "services.a.health.path = \"/\"")];
    assert_eq!(services(&with, &[])["a"]["health"], json!({"path": "/", "seconds": 3}));
    let without = [
        defaults,
        (Rank::Profile, "services.a.health.path = \"/\""),
        (Rank::Spec, "services.a.health = false"),
    ];
    assert_eq!(services(&without, &[])["a"].get("health"), None);
}

/// In the real schema, default keys of `expose` and `metrics` do not enable them.
#[test]
fn expose_and_metrics_need_a_table_of_the_service() {
    let (_, input) = example(&examples()[0]);
    let tree = input.layers.resolve(&input.layers.stages()[0], &shape());
    let there = |service: &str, table: &str| tree["services"][service].get(table).is_some();
    assert!(there("frontend-service", "expose") && !there("product-service", "expose"));
    assert!(there("product-service", "metrics") && !there("frontend-service", "metrics"));
    assert_eq!(tree["services"]["product-service"]["metrics"]["path"], "/metrics");
}

/// Each layer that sets a path, with the text of the key and of the value.
fn origins_of(texts: &[(Rank, &str)], path: &[&str]) -> Vec<(Rank, String, String)> {
    let text = |origin: &aksgen::spec::LayerOrigin, span: &std::ops::Range<usize>| {
        origin.source.text[span.clone()].to_owned()
    };
    let origins = layers(texts).origins(&stage(), path);
    origins
        .iter()
        .map(|origin| (origin.rank, text(origin, &origin.key), text(origin, &origin.value)))
        .collect()
}

#[test]
fn origins_list_the_winner_before_overridden_layers() {
    let all = origins_of(&RANKED, &["services", "a", "size"]);
    let want = [
        (Rank::Set, "5"),
        (Rank::Environment, "4"),
        (Rank::Spec, "3"),
        (Rank::Profile, "2"),
        (Rank::Default, "1"),
    ];
    assert_eq!(all, want.map(|(rank, value)| (rank, "size".to_owned(), value.to_owned())));
}

#[test]
fn origins_have_exact_bytes_beside_wide_characters() {
    let text = "# größer 🙂\nservices.\"a\" = { args = [ \"ü\", 'x y' ], size = 0x10 } # 🙂";
    assert_eq!(
        origins_of(&[(Rank::Spec, text)], &["services", "a", "size"]),
        [(Rank::Spec, "size".into(), "0x10".into())]
    );
    assert_eq!(
        origins_of(&[(Rank::Spec, text)], &["services", "a", "args", "1"]),
        [(Rank::Spec, "'x y'".into(), "'x y'".into())]
    );
    assert_eq!(origins_of(&[(Rank::Spec, text)], &["services", "a"])[0].1, "\"a\"");
}

#[test]
fn origins_list_a_star_after_the_named_instance() {
    let text = "services.\"*\".size = 7\nservices.a.size = 8";
    let values: Vec<String> = origins_of(&[(Rank::Spec, text)], &["services", "a", "size"])
        .into_iter()
        .map(|(_, _, value)| value)
        .collect();
    assert_eq!(values, ["8", "7"]);
}

/// The text at the label of a missing key.
fn label_of_missing_key(texts: &[(Rank, &str)], path: &[&str]) -> String {
    let label = layers(texts).label(&stage(), path).expect("a place");
    label.source.text[label.span].to_owned()
}

#[test]
fn a_missing_key_is_reported_at_the_nearest_written_table() {
    let spec = (
        Rank::Spec,
        "[services.a]\nsize = 1\n[services.b.health]\n[environments.e]\nprofile = \"p\"",
    );
    assert_eq!(label_of_missing_key(&[spec], &["services", "a", "health", "seconds"]), "a");
    assert_eq!(label_of_missing_key(&[spec], &["services", "b", "health", "seconds"]), "health");
    assert_eq!(label_of_missing_key(&[spec], &["services", "c", "size"]), "services");
    assert_eq!(
        label_of_missing_key(&[spec], &["cluster", "tier"]),
        "e",
        "the environment, if no nearer table is written"
    );
    let twice = [spec, (Rank::Set, "services.b.size = 1")];
    let label = layers(&twice).label(&stage(), &["services", "b", "args"]).unwrap();
    assert_eq!(
        label.source.name, "Spec",
        "the line that adds the table, not a line that changes it"
    );
    let below = (Rank::Profile, "services.a.health = {}");
    assert_eq!(
        label_of_missing_key(&[below, spec], &["services", "a", "health", "seconds"]),
        "a",
        "not a table of a profile"
    );
}

#[test]
fn a_missing_key_of_a_spec_is_reported_at_its_table() {
    let found = findings(&format!("{HEAD}[services.web]\nport = 8080\n"));
    let places: Vec<(Code, String)> = found
        .iter()
        .map(|f| (f.code, f.places[0].source.text[f.places[0].span.clone()].to_owned()))
        .collect();
    assert_eq!(places, [(Code::MissingKey, "web".to_owned())]);
}

/// The directories of the committed specs.
fn examples() -> Vec<PathBuf> {
    let all = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("generated-examples"))
        .unwrap();
    let mut dirs: Vec<PathBuf> = all
        .map(|entry| entry.unwrap().path())
        .filter(|dir| dir.join("platform.toml").exists())
        .collect();
    dirs.sort_by_key(|dir| !dir.ends_with("ecommerce"));
    dirs
}

fn example(dir: &Path) -> (Value, Input) {
    let input = Input::load(&request(dir))
        .unwrap_or_else(|diagnostics| panic!("{}", crate::support::describe(&diagnostics)));
    let spec = input.layers.iter().find(|layer| layer.rank == Rank::Spec).unwrap().tree.plain();
    (spec, input)
}

fn editors() -> SchemaValidator {
    SchemaValidator::new(Shape { schema: for_editors(&shape().schema, &Value::Null), ..shape() })
}

fn violations(validator: &SchemaValidator, tree: &Value) -> Vec<(Code, String)> {
    validator
        .violations(tree)
        .into_iter()
        .map(|found| (found.code, found.places[0].to_string()))
        .collect()
}

fn unknown_keys(tree: &Value) -> Vec<(Code, String)> {
    SchemaValidator::new(shape())
        .unknown_keys(tree)
        .into_iter()
        .map(|found| (found.code, found.places[0].to_string()))
        .collect()
}

#[test]
fn both_schemas_accept_every_example() {
    for dir in examples() {
        let (spec, input) = example(&dir);
        assert_eq!(violations(&editors(), &spec), [], "{}", dir.display());
        for stage in input.layers.stages() {
            assert_eq!(
                violations(&SchemaValidator::new(shape()), &input.layers.resolve(&stage, &shape())),
                [],
                "{} {}",
                dir.display(),
                stage.name
            );
        }
    }
}

/// Tables with fixed keys at several depths: the root, a single table, an instance, an optional
/// table, and an environment.
#[test]
fn both_schemas_refuse_a_planted_key() {
    let (spec, input) = example(&examples()[0]);
    let resolved = input.layers.resolve(&input.layers.stages()[0], &shape());
    for table in [
        "",
        "/platform",
        "/azure",
        "/services/product-service",
        "/services/user-service/metrics",
        "/services/user-service/health",
    ] {
        let want = [(
            Code::UnknownKey,
            format!("{table}/planted").trim_start_matches('/').replace('/', "."),
        )];
        for (validator, tree) in [(editors(), &spec), (SchemaValidator::new(shape()), &resolved)] {
            assert_eq!(violations(&validator, &planted(tree, table)), want, "{table}");
        }
    }
    let want =
        [(Code::UnknownKey, "environments.production.services.product-service.planted".to_owned())];
    let wrong = planted(&spec, "/environments/production/services/product-service");
    assert_eq!(violations(&editors(), &wrong), want);
    assert_eq!(unknown_keys(&wrong), want);
}

/// `unknown_keys` finds the same keys as the editor schema, without that schema.
#[test]
fn unknown_keys_match_the_editor_schema() {
    let (spec, _) = example(&examples()[0]);
    assert_eq!(unknown_keys(&spec), []);
    for table in [
        "",
        "/platform",
        "/services/product-service",
        "/services/user-service/metrics",
        "/environments",
        "/environments/dev",
        "/environments/dev/cluster",
    ] {
        let wrong = planted(&spec, table);
        let want: Vec<_> = violations(&editors(), &wrong)
            .into_iter()
            .filter(|(code, _)| *code == Code::UnknownKey)
            .collect();
        assert_eq!(unknown_keys(&wrong), want, "{table}");
    }
}

fn planted(tree: &Value, table: &str) -> Value {
    let mut tree = tree.clone();
    tree.pointer_mut(table).expect("a table of the example")["planted"] = 1.into();
    tree
}

#[test]
fn only_the_editor_schema_accepts_incomplete_tables() {
    let half = json!({"services": {"a": {"expose": false}, "b": false}, "environments": {"dev": {"profile": "dev"}}});
    assert_eq!(violations(&editors(), &half), []);
    assert!(!violations(&SchemaValidator::new(shape()), &half).is_empty());
    assert!(
        !violations(&editors(), &json!({"services": {"a": {"expose": true}}})).is_empty(),
        "there is no `true` for a table"
    );
}

/// `--set` is the strongest layer.
#[test]
fn set_overrides_the_environment() {
    let dir = workspace(&format!(
        "{HEAD}services.web = {{ image = \"ghcr.io/a/web:1.0.0\", replicas = 2 }}\n"
    ));
    let set = vec!["services.web.replicas=3".to_owned(), "services.web.max_replicas=3".to_owned()];
    let input = Input::load(&aksgen::pipeline::Request { set, ..request(dir.path()) }).unwrap();
    let tree = input.layers.resolve(&input.layers.stages()[0], &shape());
    assert_eq!(tree["services"]["web"]["replicas"], 3);
}
