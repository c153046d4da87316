//! Layers of settings: which one wins, where a value came from, and whom the two schemas let pass.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{HEAD, found, request, workspace};
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

/// Services of a size, perhaps with health, and limits that every service has: enough to see every
/// rule of merging.
fn small() -> Shape {
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
        layers.resolve_table(&stage(), "services", derived, &small()),
        layers.resolve(&stage(), &small()),
    );
    assert!(
        !derived.is_empty() || table == whole["services"],
        "a table by itself says what it says in the whole"
    );
    table
}

/// From the weakest to the strongest; each says another size.
const RANKED: [(Rank, &str); 5] = [
    (Rank::Default, "defaults.size = 1"),
    (Rank::Profile, "services.a.size = 2"),
    (Rank::Spec, "services.a.size = 3"),
    (Rank::Spec, "environments.e.services.a.size = 4"),
    (Rank::Set, "services.a.size = 5"),
];

#[test]
fn the_stronger_layer_wins_in_whatever_order_they_were_read() {
    for strongest in 1..RANKED.len() {
        let mut some = RANKED[..=strongest].to_vec();
        some.reverse();
        assert_eq!(services(&some, &[])["a"]["size"], strongest + 1, "{some:?}");
    }
    assert_eq!(
        services(&RANKED[..1], &["a"])["a"]["size"],
        1,
        "a default reaches what was only derived"
    );
}

#[test]
fn other_profiles_and_other_environments_say_nothing() {
    let texts = [(Rank::Spec, "services.a.size = 3\nenvironments.other.services.a.size = 4")];
    assert_eq!(services(&texts, &[])["a"]["size"], 3);
    let other = EnvironmentLayer { name: "e".into(), profile: "q".into() };
    let resolved = layers(&RANKED[..2]).resolve(&other, &small());
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
fn tables_merge_and_everything_else_replaces() {
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
fn false_removes_what_may_be_absent_and_nothing_else() {
    let below =
        (Rank::Profile, "services.a = { size = 1, health = { seconds = 1 } }\nservices.b.size = 1");
    let texts = [below, (Rank::Spec, "services.a.health = false\nservices.b = false")];
    assert_eq!(services(&texts, &[]), json!({"a": {"size": 1}}));
    let needed = [below, (Rank::Spec, "services.a.limits = false")];
    assert_eq!(services(&needed, &[])["a"]["limits"], false, "left for the schema to refuse");
    let again = [below, (Rank::Spec, "services.b = false"), (Rank::Set, "services.b.size = 9")];
    assert_eq!(
        services(&again, &[])["b"],
        json!({"size": 9}),
        "a stronger layer brings it back, afresh"
    );
}

#[test]
fn defaults_fill_tables_and_never_bring_an_optional_one() {
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

/// The same of the real tables: no service is exposed or scraped because there is a default for
/// how.
#[test]
fn a_service_of_the_example_is_exposed_and_scraped_only_if_it_says_so() {
    let (_, input) = example(&examples()[0]);
    let tree = input.layers.resolve(&input.layers.stages()[0], &shape());
    let there = |service: &str, table: &str| tree["services"][service].get(table).is_some();
    assert!(there("frontend-service", "expose") && !there("product-service", "expose"));
    assert!(there("product-service", "metrics") && !there("frontend-service", "metrics"));
    assert_eq!(tree["services"]["product-service"]["metrics"]["path"], "/metrics");
}

/// Every layer that said something: what stands under its key and under its value.
fn said(texts: &[(Rank, &str)], path: &[&str]) -> Vec<(Rank, String, String)> {
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
fn origins_are_the_winner_and_then_those_it_beat() {
    let all = said(&RANKED, &["services", "a", "size"]);
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
fn origins_know_the_exact_bytes_beside_wide_characters() {
    let text = "# größer 🙂\nservices.\"a\" = { args = [ \"ü\", 'x y' ], size = 0x10 } # 🙂";
    assert_eq!(
        said(&[(Rank::Spec, text)], &["services", "a", "size"]),
        [(Rank::Spec, "size".into(), "0x10".into())]
    );
    assert_eq!(
        said(&[(Rank::Spec, text)], &["services", "a", "args", "1"]),
        [(Rank::Spec, "'x y'".into(), "'x y'".into())]
    );
    assert_eq!(said(&[(Rank::Spec, text)], &["services", "a"])[0].1, "\"a\"");
}

#[test]
fn origins_name_a_star_after_the_name_beside_it() {
    let text = "services.\"*\".size = 7\nservices.a.size = 8";
    let values: Vec<String> = said(&[(Rank::Spec, text)], &["services", "a", "size"])
        .into_iter()
        .map(|(_, _, value)| value)
        .collect();
    assert_eq!(values, ["8", "7"]);
}

/// The text under the label that blames a path.
fn blamed(texts: &[(Rank, &str)], path: &[&str]) -> String {
    let label = layers(texts).blame(&stage(), path).expect("a place");
    label.source.text[label.span].to_owned()
}

#[test]
fn a_missing_key_is_blamed_on_the_nearest_table_that_a_person_wrote() {
    let spec = (
        Rank::Spec,
        "[services.a]\nsize = 1\n[services.b.health]\n[environments.e]\nprofile = \"p\"",
    );
    assert_eq!(blamed(&[spec], &["services", "a", "health", "seconds"]), "a");
    assert_eq!(blamed(&[spec], &["services", "b", "health", "seconds"]), "health");
    assert_eq!(blamed(&[spec], &["services", "c", "size"]), "services");
    assert_eq!(
        blamed(&[spec], &["cluster", "tier"]),
        "e",
        "the environment, where nothing nearer was written"
    );
    let twice = [spec, (Rank::Set, "services.b.size = 1")];
    let label = layers(&twice).blame(&stage(), &["services", "b", "args"]).unwrap();
    assert_eq!(
        label.source.name, "Spec",
        "where the table was introduced, not where a setting touched it"
    );
    let below = (Rank::Profile, "services.a.health = {}");
    assert_eq!(
        blamed(&[below, spec], &["services", "a", "health", "seconds"]),
        "a",
        "not a table of a profile"
    );
}

#[test]
fn a_missing_key_of_a_real_spec_is_shown_where_it_belongs() {
    let found = found(&format!("{HEAD}[services.web]\nport = 8080\n"));
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
        .unwrap_or_else(|diagnostics| panic!("{}", crate::support::told(&diagnostics)));
    let spec = input.layers.iter().find(|layer| layer.rank == Rank::Spec).unwrap().tree.plain();
    (spec, input)
}

fn editors() -> SchemaValidator {
    SchemaValidator::new(Shape { schema: for_editors(&shape().schema, &Value::Null), ..shape() })
}

fn refused(validator: &SchemaValidator, tree: &Value) -> Vec<(Code, String)> {
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
        assert_eq!(refused(&editors(), &spec), [], "{}", dir.display());
        for stage in input.layers.stages() {
            assert_eq!(
                refused(&SchemaValidator::new(shape()), &input.layers.resolve(&stage, &shape())),
                [],
                "{} {}",
                dir.display(),
                stage.name
            );
        }
    }
}

/// Tables of fixed keys at several depths: the top, one there is one of, an instance, an optional
/// one, and an environment's.
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
            assert_eq!(refused(&validator, &planted(tree, table)), want, "{table}");
        }
    }
    let want =
        [(Code::UnknownKey, "environments.production.services.product-service.planted".to_owned())];
    let wrong = planted(&spec, "/environments/production/services/product-service");
    assert_eq!(refused(&editors(), &wrong), want);
    assert_eq!(unknown_keys(&wrong), want);
}

/// The keys that no table knows are found without the schema for editors, and are the same.
#[test]
fn strangers_are_what_the_editors_schema_refuses() {
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
        let want: Vec<_> = refused(&editors(), &wrong)
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
fn only_the_editors_schema_takes_what_is_not_whole() {
    let half = json!({"services": {"a": {"expose": false}, "b": false}, "environments": {"dev": {"profile": "dev"}}});
    assert_eq!(refused(&editors(), &half), []);
    assert!(!refused(&SchemaValidator::new(shape()), &half).is_empty());
    assert!(
        !refused(&editors(), &json!({"services": {"a": {"expose": true}}})).is_empty(),
        "there is no `true` for a table"
    );
}

/// `--set` is a layer like any other, and the strongest.
#[test]
fn a_setting_of_the_command_line_wins_over_the_environment() {
    let dir = workspace(&format!(
        "{HEAD}services.web = {{ image = \"ghcr.io/a/web:1.0.0\", replicas = 2 }}\n"
    ));
    let set = vec!["services.web.replicas=3".to_owned(), "services.web.max_replicas=3".to_owned()];
    let input = Input::load(&aksgen::pipeline::Request { set, ..request(dir.path()) }).unwrap();
    let tree = input.layers.resolve(&input.layers.stages()[0], &shape());
    assert_eq!(tree["services"]["web"]["replicas"], 3);
}
