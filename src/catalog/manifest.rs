//! What a component's folder says about itself. Never read from beside the spec.

use crate::{diag::Source, stage::Stage};
use serde::{Deserialize, de::DeserializeOwned};

/// `component.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the component is for, in one line.
    pub about: String,
    /// What it makes.
    #[serde(default)]
    pub outputs: Vec<Output>,
    /// Components whose views its own view repeats.
    #[serde(default)]
    pub views: Vec<String>,
    /// The chart of an operator.
    pub chart: Option<ChartManifest>,
    /// The lowest layer of settings; read by the spec.
    #[serde(default, rename = "defaults")]
    _defaults: toml::Table,
}

/// One kind of file that a component makes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The template, in the component's folder.
    pub template: String,
    /// Why it exists, and what would happen without it.
    pub why: String,
    /// The document or standard that says so.
    pub see: String,
    /// When it is applied.
    pub stage: Option<Stage>,
    /// The value of the view that says when it is applied.
    pub stage_of: Option<String>,
    /// The value of the view that holds its namespace; absent for what has none.
    pub namespace: Option<String>,
    /// The value of the view, true or false, that says whether it is made.
    pub when: Option<String>,
    /// The value of the view, a list, that it is made for: once per `item`.
    pub each: Option<String>,
    /// How it is made.
    #[serde(default)]
    pub kind: OutputKind,
    /// Deleting the file must not delete the thing: it holds data, or the cluster depends on it.
    #[serde(default)]
    pub protect: bool,
    /// An ending of API groups, for those that must know of which kinds with it there are objects:
    /// a chart sees them as `crd_pattern`, the template of an object as the list `resources`.
    pub groups: Option<String>,
    /// Where it goes, with `{environment}`, `{namespace}` and `{name}`, that of the `item` where
    /// there is one; only for documents and extracts.
    pub path: Option<String>,
    /// The JSON pointer of the part that goes to `path` besides.
    pub extract: Option<String>,
    /// A template whose result is put into the object.
    pub part: Option<PartPlace>,
}

/// A part of an object: a template, and its place in the object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartPlace {
    /// The template: in the component's folder, or else in the folder `parts`, which components
    /// share.
    pub template: String,
    /// JSON pointer of the place; the object has an empty map there.
    pub at: String,
}

/// How an output is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputKind {
    /// One object.
    #[default]
    Object,
    /// The values of a chart, put into the object of the engine.
    Chart,
    /// Text; YAML where its path ends in `.yaml`.
    Document,
}

/// The chart of an operator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartManifest {
    /// The address of its Helm repository.
    pub repository: String,
    /// Its name.
    pub name: String,
    /// Charts that have to be installed before it, where they are installed at all.
    #[serde(default)]
    pub after: Vec<String>,
    /// CRDs that its pods install when they run, so that the engine has to wait for them.
    #[serde(default)]
    pub installs: Vec<String>,
    /// The pods that it makes: the value of `app.kubernetes.io/name`, and the ports that they
    /// listen on.
    #[serde(default)]
    pub pods: Vec<ChartPod>,
}

/// Pods of a chart.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartPod {
    /// The value of `app.kubernetes.io/name`.
    pub name: String,
    /// Container ports.
    pub ports: Vec<u16>,
}

/// `engine.toml`: what an engine needs to install a chart and to apply a root.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineManifest {
    /// What the engine is.
    pub about: String,
    /// The objects that install a chart.
    pub chart: Vec<ChartObject>,
    /// The objects that stand once per environment.
    pub environment: Vec<EngineObject>,
    /// The object that applies one root.
    pub root: EngineObject,
}

/// An object of the engine's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineObject {
    /// The template, in the engine's folder.
    pub template: String,
    /// Why it exists, and what would happen without it.
    pub why: String,
    /// The document or standard that says so.
    pub see: String,
}

/// An object that installs a chart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartObject {
    /// The template, in the engine's folder.
    pub template: String,
    /// Why it exists, and what would happen without it.
    pub why: String,
    /// The document or standard that says so.
    pub see: String,
    /// The JSON pointer under which the chart's values go.
    pub values: Option<String>,
}

pub(super) fn parse<T: DeserializeOwned>(source: &Source) -> T {
    toml::from_str(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.name))
}
