//! Where a key of the spec is set, who beat whom, and what it shapes. Works without a spec too,
//! from the schema and the defaults alone.

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

/// What is behind a key.
#[derive(Debug)]
pub struct OfKey {
    /// What the schema says.
    pub key: KeyReference,
    /// The path that was asked for, without its environment.
    pub path: String,
    /// Its value in each environment.
    pub settings: Vec<Setting>,
    /// The files that it shapes.
    pub shapes: Vec<ShapedFile>,
    /// Instances of components that exist because of it.
    pub brings: BTreeSet<String>,
    /// The number of mistakes that keep the spec from being read; nothing but `key` is known then.
    pub mistakes: usize,
}

/// A value in one environment.
#[derive(Debug)]
pub struct Setting {
    /// The environment.
    pub environment: String,
    /// The value; absent where it is not set.
    pub value: Option<Value>,
    /// The layers that set it, the winner first.
    pub origins: Vec<LayerValue>,
}

/// What one layer says.
#[derive(Debug)]
pub struct LayerValue {
    /// What kind of layer it is: `default`, `profile`, `spec`, `environment`.
    pub layer: &'static str,
    /// Where.
    pub label: Label,
    /// What, as it stands there.
    pub text: String,
}

/// Explains a key of the spec by its path: `services.orders.calls`,
/// `environments.dev.services.orders.calls`, `services.calls`.
///
/// # Errors
/// No table knows the key, or the spec has no such instance.
pub fn key(request: &Request, asked: &str) -> Result<OfKey, Vec<Diagnostic>> {
    let loaded = Input::load(request);
    let (only, path) = within(reference::parts(asked));
    let input = loaded.as_ref().ok();
    let instances = input.map(instances).unwrap_or_default();
    let schema = schema(&request.dir);
    let shape = schema_validator().shape();
    let (key, whole) = reference::find(&schema, shape.formats, &path, &instances)
        .map_err(|wrong| vec![unknown(&wrong)])?;
    let written = whole.iter().map(|part| segment(part)).collect::<Vec<_>>().join(".");
    let mut out = OfKey {
        key,
        path: reference::path(&whole),
        settings: vec![],
        shapes: vec![],
        brings: BTreeSet::new(),
        mistakes: 0,
    };
    let Some(input) = input else {
        out.mistakes = if request.dir.join(SPEC).exists() {
            loaded.err().map_or(0, |diagnostics| diagnostics.len())
        } else {
            0
        };
        return Ok(out);
    };
    missing(&whole, &instances, input)?;
    let envs: Vec<&Env> = input
        .envs
        .iter()
        .filter(|env| only.as_ref().is_none_or(|only| env.name == *only))
        .collect();
    if let Some(only) = only.filter(|_| envs.is_empty()) {
        return Err(vec![absent(
            "environments",
            &only,
            &input.envs.iter().map(|env| env.name.as_str()).collect::<Vec<_>>(),
        )]);
    }
    if whole.first().is_some_and(|table| table == "environments") {
        out.settings = envs
            .iter()
            .filter(|env| whole.get(1) == Some(&env.name))
            .filter_map(|env| of_environment(input, env, &whole))
            .collect();
    } else if !whole.iter().any(|part| part == "*") {
        out.settings = envs.iter().map(|env| setting(input, env, &whole)).collect();
    }
    (out.shapes, out.brings) = shapes::of(input, &envs, &written);
    Ok(out)
}

/// An environment's own path is that of every environment, looked at in one.
fn within(mut path: Vec<String>) -> (Option<String>, Vec<String>) {
    if path.len() > 2 && path[0] == "environments" && path[2] != "profile" {
        let rest = path.split_off(2);
        let only = path.pop().filter(|name| name != "*");
        return (only, rest);
    }
    (None, path)
}

/// The paths of all instances that exist in some environment.
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

/// An instance that no environment has.
fn missing(
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
    // What was switched off everywhere is still written down somewhere.
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
        None if known.is_empty() => format!("`{table}.*` speaks of all that there could be"),
        None => format!("there are: {}; `{table}.*` speaks of all", known.join(", ")),
    };
    Diagnostic::new(Code::UnknownKey, format!("there is no `{table}.{name}`")).help(help)
}

fn unknown(wrong: &Unknown) -> Diagnostic {
    let message = match wrong.within.as_str() {
        "" => format!(
            "nothing is called `{}`: no table of the spec, and no code of a finding",
            wrong.key
        ),
        within => format!("unknown key `{}` in `{within}`", wrong.key),
    };
    let code = nearest(&wrong.key, Code::ALL.iter().map(|code| code.id()))
        .filter(|_| wrong.within.is_empty())
        .map(str::to_owned);
    let help = match wrong.near.clone().or(code) {
        Some(near) => format!("did you mean `{near}`?"),
        None if wrong.within.is_empty() => "`aksgen explain` lists what can be asked".into(),
        None => format!("known here: {}", wrong.known.join(", ")),
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
            .map(|origin| said(name, origin))
            .collect(),
    }
}

/// What is said of an environment itself, such as its profile: it stands in no resolved tree.
fn of_environment(input: &Input, env: &Env, path: &[String]) -> Option<Setting> {
    let mut out = setting(input, env, path);
    let written = toml::from_str::<Value>(&format!("it = {}", out.origins.first()?.text)).ok()?;
    out.value = written.get("it").cloned();
    Some(out)
}

fn said(name: &str, origin: LayerOrigin) -> LayerValue {
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
