//! Layers that set a key of the spec, and files that the key shapes. Without a spec, the schema and
//! the defaults explain the key.

use super::shapes::{self, ShapedFile};
use crate::{
    diag::{Code, Diagnostic, Label, nearest},
    model::{Env, TABLE, wiring::segment},
    pipeline::{Input, Request, decode::schema_validator, input::SPEC, schema},
    reference::{self, KeyReference, Unknown},
    secret::{HIDDEN, is_secret_name, masked, without_secrets},
    spec::{EnvironmentLayer, LayerOrigin, Rank},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Explanation of a key.
#[derive(Debug)]
pub struct OfKey {
    /// The key in the schema.
    pub key: KeyReference,
    /// The path without its environment.
    pub path: String,
    /// The value in each environment.
    pub settings: Vec<Setting>,
    /// Files that the key shapes.
    pub shapes: Vec<ShapedFile>,
    /// Instances of components that the key requires.
    pub brings: BTreeSet<String>,
    /// Number of errors in the spec. With errors, only `key` and `path` are set.
    pub errors: usize,
}

/// A value in one environment.
#[derive(Debug)]
pub struct Setting {
    /// The environment.
    pub environment: String,
    /// The value, if it is set.
    pub value: Option<Value>,
    /// Layers that set the key, the strongest first.
    pub origins: Vec<LayerValue>,
}

/// The value of one layer.
#[derive(Debug)]
pub struct LayerValue {
    /// Type of the layer: `default`, `profile`, `spec`, `environment` or `--set`.
    pub layer: &'static str,
    /// The key in the layer.
    pub label: Label,
    /// Text of the value.
    pub text: String,
}

/// Explains a key of the spec by its path: `services.orders.calls`,
/// `environments.dev.services.orders.calls`, `services.calls`.
///
/// # Errors
/// The schema has no such key, or the spec has no such instance.
pub fn key(request: &Request, name: &str) -> Result<OfKey, Vec<Diagnostic>> {
    let loaded = Input::load(request);
    let (environment, path) = split_environment(reference::parts(name));
    let input = loaded.as_ref().ok();
    let instances = input.map(instances).unwrap_or_default();
    let schema = schema(&request.dir);
    let shape = schema_validator().shape();
    let (key, whole) = reference::find(&schema, shape.formats, &path, &instances)
        .map_err(|found| vec![unknown(&found)])?;
    let mut explained = OfKey {
        key,
        path: reference::path(&whole),
        settings: vec![],
        shapes: vec![],
        brings: BTreeSet::new(),
        errors: 0,
    };
    let Some(input) = input else {
        if request.dir.join(SPEC).exists() {
            explained.errors = loaded.err().map_or(0, |diagnostics| diagnostics.len());
        }
        return Ok(explained);
    };
    check_instance(&whole, &instances, input)?;
    let envs = selected(input, environment.as_deref())?;
    explained.settings = settings(input, &envs, &whole);
    let written = whole.iter().map(|part| segment(part)).collect::<Vec<_>>().join(".");
    (explained.shapes, explained.brings) = shapes::of(input, &envs, &written);
    Ok(explained)
}

/// The environment of a path that starts with it; all environments for another path.
fn selected<'a>(input: &'a Input, name: Option<&str>) -> Result<Vec<&'a Env>, Vec<Diagnostic>> {
    let all = || input.envs.iter();
    let Some(name) = name else { return Ok(all().collect()) };
    let Some(env) = all().find(|env| env.name == name) else {
        let known: Vec<&str> = all().map(|env| env.name.as_str()).collect();
        return Err(vec![absent("environments", name, &known)]);
    };
    Ok(vec![env])
}

/// Values of a key in each environment. A pattern with `*` has none.
fn settings(input: &Input, envs: &[&Env], path: &[String]) -> Vec<Setting> {
    if path.first().is_some_and(|table| table == "environments") {
        let own = envs.iter().filter(|env| path.get(1) == Some(&env.name));
        return own.filter_map(|env| of_environment(input, env, path)).collect();
    }
    if path.iter().any(|part| part == "*") {
        return vec![];
    }
    envs.iter().map(|env| setting(input, env, path)).collect()
}

/// Splits `environments.<name>` from a path.
fn split_environment(mut path: Vec<String>) -> (Option<String>, Vec<String>) {
    if path.len() > 2 && path[0] == "environments" && path[2] != "profile" {
        let rest = path.split_off(2);
        let only = path.pop().filter(|name| name != "*");
        return (only, rest);
    }
    (None, path)
}

/// Paths of the instances in all environments.
fn instances(input: &Input) -> BTreeSet<String> {
    let of = |env: &Env| {
        TABLE
            .iter()
            .filter(|row| row.many())
            .flat_map(|row| {
                env.instances(row).into_iter().map(|(name, _)| format!("{}.{name}", row.name))
            })
            .collect::<Vec<_>>()
    };
    let environments = input.envs.iter().map(|env| format!("environments.{}", env.name));
    input.envs.iter().flat_map(of).chain(environments).collect()
}

/// Checks that an environment or a layer has the instance.
fn check_instance(
    whole: &[String],
    instances: &BTreeSet<String>,
    input: &Input,
) -> Result<(), Vec<Diagnostic>> {
    let [table, name, ..] = whole else { return Ok(()) };
    let known: Vec<&str> = instances
        .iter()
        .filter_map(|path| path.strip_prefix(table.as_str())?.strip_prefix('.'))
        .collect();
    let many = TABLE.iter().any(|row| row.name == table && row.many());
    // An instance that is disabled in all environments is still in a layer.
    let written = input
        .layers
        .iter()
        .any(|layer| layer.tree.get(table).is_some_and(|node| node.get(name).is_some()));
    if !many || name == "*" || written || known.contains(&name.as_str()) {
        return Ok(());
    }
    Err(vec![absent(table, name, &known)])
}

fn absent(table: &str, name: &str, known: &[&str]) -> Diagnostic {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{table}.{near}`?"),
        None if known.is_empty() => format!("`{table}.*` explains all instances"),
        None => format!("there are: {}; `{table}.*` explains all instances", known.join(", ")),
    };
    Diagnostic::new(Code::UnknownKey, format!("there is no `{table}.{name}`")).help(help)
}

fn unknown(found: &Unknown) -> Diagnostic {
    let message = match found.within.as_str() {
        "" => {
            format!("`{}` is neither a table of the spec nor the code of a diagnostic", found.key)
        }
        within => format!("unknown key `{}` in `{within}`", found.key),
    };
    let code = nearest(&found.key, Code::ALL.iter().map(|code| code.id()))
        .filter(|_| found.within.is_empty())
        .map(str::to_owned);
    let help = match found.near.clone().or(code) {
        Some(near) => format!("did you mean `{near}`?"),
        None if found.within.is_empty() => "`aksgen explain` lists all topics".into(),
        None => format!("known here: {}", found.known.join(", ")),
    };
    Diagnostic::new(Code::UnknownKey, message).help(help)
}

fn setting(input: &Input, env: &Env, path: &[String]) -> Setting {
    let stage = EnvironmentLayer { name: env.name.clone(), profile: env.profile.clone() };
    let (table, below) =
        path.split_first().map_or(("", [].as_slice()), |(table, below)| (table.as_str(), below));
    let row = TABLE.iter().find(|row| row.many() && row.name == table);
    let instances: Vec<&str> =
        row.into_iter().flat_map(|row| env.instances(row)).map(|(name, _)| name).collect();
    let tree = input.layers.resolve_table(&stage, table, &instances, schema_validator().shape());
    let value = below
        .iter()
        .try_fold(&tree, |at, part| at.get(part).or_else(|| at.get(part.parse::<usize>().ok()?)));
    let name = path.last().map_or("", String::as_str);
    Setting {
        environment: env.name.clone(),
        value: value.map(|value| without_secrets(name, value)),
        origins: input
            .layers
            .origins(&stage, path)
            .into_iter()
            .map(|origin| layer_value(name, origin))
            .collect(),
    }
}

/// A setting of the environment itself, such as its profile, which no resolved tree contains.
fn of_environment(input: &Input, env: &Env, path: &[String]) -> Option<Setting> {
    let mut setting = setting(input, env, path);
    let text = &setting.origins.first()?.text;
    let table = toml::from_str::<Value>(&format!("value = {text}")).ok()?;
    setting.value = table.get("value").cloned();
    Some(setting)
}

fn layer_value(name: &str, origin: LayerOrigin) -> LayerValue {
    let text = origin.source.text.get(origin.value.clone()).unwrap_or_default();
    let text = if is_secret_name(name, text) { HIDDEN.to_owned() } else { masked(text) };
    LayerValue {
        layer: layer(origin.rank),
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        label: Label::new(&origin.source, origin.key),
    }
}

const fn layer(rank: Rank) -> &'static str {
    match rank {
        Rank::Default => "default",
        Rank::Profile => "profile",
        Rank::Spec => "spec",
        Rank::Environment => "environment",
        Rank::Set => "--set",
    }
}
