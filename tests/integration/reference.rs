//! The reference is generated from the schema, the manifests and the codes. Its samples are valid,
//! and `docs/` holds the generated text. `UPDATE=1 cargo test --test integration reference::`
//! rewrites the pages.

use crate::{
    common::{plant, tree},
    support::validate_objects::builtin_catalog,
};
use aksgen::{
    model::{for_editors, shape},
    reference::{every, pages},
    spec::{SchemaValidator, Shape},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn pages_match_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = pages(
        &aksgen::pipeline::schema(Path::new("no-such-directory")),
        shape().formats,
        &builtin_catalog(),
    );
    if std::env::var_os("UPDATE").is_some() {
        let _ = fs::remove_dir_all(root.join("docs/reference"));
        plant(
            &made.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect(),
            root,
        );
    }
    let on_disk = tree(&root.join("docs"));
    let known: BTreeSet<&str> = made.iter().map(|(path, _)| path.as_str()).collect();
    let generated = |path: &&String| path.starts_with("reference");
    let left_over: Vec<&String> = on_disk
        .keys()
        .filter(generated)
        .filter(|path| !known.contains(format!("docs/{path}").as_str()))
        .collect();
    assert!(left_over.is_empty(), "no longer generated: {left_over:?}");
    for (path, text) in &made {
        let found = on_disk
            .get(path.trim_start_matches("docs/"))
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(
            found.as_deref() == Some(text.as_str()),
            "{path}: run with UPDATE=1, and read the difference"
        );
    }
}

/// The editor schema accepts the examples and refuses a misspelt key.
#[test]
fn the_editor_schema_accepts_the_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let validator = SchemaValidator::new(Shape {
        schema: aksgen::pipeline::schema(Path::new("no-such-directory")),
        ..shape()
    });
    let errors = |text: &str| -> Vec<String> {
        validator
            .violations(&toml::from_str(text).expect("TOML"))
            .into_iter()
            .map(|m| m.message)
            .collect()
    };
    let specs = [
        "generated-examples/ecommerce",
        "generated-examples/platform-secrets",
        "tests/cases/general/examples/forty-lines",
    ];
    for spec in specs.map(|folder| {
        fs::read_to_string(root.join(folder).join("platform.toml")).expect("a spec of ours")
    }) {
        assert_eq!(errors(&spec), Vec::<String>::new(), "{spec}");
        assert_eq!(
            errors(&spec.replacen("\nimage ", "\nimgae ", 1)).len(),
            usize::from(spec.contains("\nimage ")),
            "{spec}"
        );
    }
}

/// A reason has more than seven words, and a source.
#[test]
fn each_output_has_a_reason_and_a_source() {
    let catalog = builtin_catalog();
    let outputs = catalog.components().flat_map(|(name, manifest)| {
        manifest.outputs.iter().map(move |o| (format!("{name}/{}", o.template), &o.why, &o.see))
    });
    let engines = ["argocd", "flux"].map(|name| (name, catalog.engine(name)));
    let objects = engines.iter().flat_map(|(name, engine)| {
        let own =
            engine.environment.iter().chain([&engine.root]).map(|o| (&o.template, &o.why, &o.see));
        own.chain(engine.chart.iter().map(|o| (&o.template, &o.why, &o.see)))
            .map(move |(template, why, see)| (format!("{name}/{template}"), why, see))
    });
    let all: Vec<(String, &String, &String)> = outputs.chain(objects).collect();
    let good = |why: &str, see: &str| {
        why.split_whitespace().count() > 7
            && why.ends_with('.')
            && see.starts_with("https://")
            && !see.contains(' ')
    };
    let bad: Vec<&String> =
        all.iter().filter(|(_, why, see)| !good(why, see)).map(|(name, ..)| name).collect();
    assert!(all.len() > 150 && bad.is_empty(), "no reason: {bad:?}");
}

#[test]
fn each_sample_is_valid_and_sets_its_key() {
    let strict = shape();
    let written =
        Shape { schema: for_editors(&strict.schema, &Value::Null), formats: strict.formats };
    let keys = every(&aksgen::pipeline::schema(Path::new("")), strict.formats, &[]);
    assert!(keys.len() > 300, "{}", keys.len());
    let validator = SchemaValidator::new(written);
    let mut wrong = vec![];
    for key in &keys {
        let Ok(tree) = toml::from_str::<Value>(&key.example) else {
            wrong.push(format!("{}: not TOML\n{}", key.path, key.example));
            continue;
        };
        let errors: Vec<String> =
            validator.violations(&tree).into_iter().map(|m| m.message).collect();
        let last = key.path.rsplit('.').find(|part| *part != "*").unwrap_or_default();
        if !errors.is_empty()
            || !key.example.contains(last)
            || key.meaning.is_empty()
            || key.takes.is_empty()
        {
            wrong.push(format!("{}: {errors:?}\n{}", key.path, key.example));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
