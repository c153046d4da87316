//! Manifests of components and engines. They are built in; overrides cannot replace them.

use crate::{
    diag::Source,
    kinds::{At, Column, ObjectFact},
    stage::Stage,
};
use serde::{Deserialize, de::DeserializeOwned};

/// `component.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Purpose of the component, in one line.
    pub about: String,
    /// Azure resource providers besides those of the rendered kinds.
    #[serde(default, rename = "providers")]
    _providers: Vec<String>,
    /// Outputs of the component.
    #[serde(default)]
    pub outputs: Vec<Output>,
    /// Components whose views its own view repeats.
    #[serde(default)]
    pub views: Vec<String>,
    /// The chart of an operator.
    pub chart: Option<ChartManifest>,
    /// The lowest layer of settings, which the spec reads.
    #[serde(default, rename = "defaults")]
    _defaults: toml::Table,
}

/// One kind of file that a component renders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The template, in the folder of the component.
    pub template: String,
    /// The reason for the object, and the effect of its absence.
    pub why: String,
    /// Address of the document or standard that supports the reason.
    pub see: String,
    /// The stage that applies it.
    pub stage: Option<Stage>,
    /// Name of the view value with the stage.
    pub stage_of: Option<String>,
    /// Name of the view value with the namespace; absent for a cluster-scoped object.
    pub namespace: Option<String>,
    /// Name of the boolean view value that enables the output.
    pub when: Option<String>,
    /// Name of the list in the view; the output is rendered once per `item`.
    pub each: Option<String>,
    /// Form of the output.
    #[serde(default)]
    pub kind: OutputKind,
    /// Deleting the file must not delete the resource, because it holds data or the cluster depends
    /// on it.
    #[serde(default)]
    pub protect: bool,
    /// Suffix of API groups. The rendered kinds of these groups are a value of the template:
    /// `crd_pattern` for a chart, and the list `resources` for an object.
    pub groups: Option<String>,
    /// Path in the tree, for documents and extracts. `{environment}`, `{namespace}` and `{name}`
    /// are replaced; `{name}` is the name of the `item` in an `each`.
    pub path: Option<String>,
    /// JSON pointer of the field that is also written to `path`.
    pub extract: Option<String>,
    /// A template whose result is put into the object.
    pub part: Option<PartPlace>,
}

/// A part of an object: a template, and its place in the object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartPlace {
    /// The template, in the folder of the component or in the shared folder `parts`.
    pub template: String,
    /// JSON pointer of the place; the object has an empty map there.
    pub at: String,
}

/// Form of an output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputKind {
    /// One object.
    #[default]
    Object,
    /// Values of a chart, which become part of an object of the GitOps engine.
    Chart,
    /// A text; YAML if its path ends in `.yaml`.
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
    /// Charts that must be installed before it, if the environment has them.
    #[serde(default)]
    pub after: Vec<String>,
    /// Pods of the chart.
    #[serde(default)]
    pub pods: Vec<ChartPod>,
    /// Facts of its values. Pointers begin at the values.
    #[serde(default)]
    pub facts: Vec<At<ObjectFact<Column>>>,
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

/// `engine.toml`: objects of a GitOps engine that install charts and apply roots.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineManifest {
    /// Description of the engine.
    pub about: String,
    /// Azure resource providers besides those of the rendered kinds.
    #[serde(default, rename = "providers")]
    _providers: Vec<String>,
    /// The objects that install a chart.
    pub chart: Vec<ChartObject>,
    /// Objects that exist once per environment.
    pub environment: Vec<EngineObject>,
    /// The object that applies one root.
    pub root: EngineObject,
}

/// An object of the GitOps engine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineObject {
    /// The template, in the folder of the engine.
    pub template: String,
    /// The reason for the object, and the effect of its absence.
    pub why: String,
    /// Address of the document or standard that supports the reason.
    pub see: String,
}

/// An object that installs a chart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartObject {
    /// The template, in the folder of the engine.
    pub template: String,
    /// The reason for the object, and the effect of its absence.
    pub why: String,
    /// Address of the document or standard that supports the reason.
    pub see: String,
    /// JSON pointer for the values of the chart.
    pub values: Option<String>,
}

pub(super) fn parse<T: DeserializeOwned>(source: &Source) -> T {
    toml::from_str(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.name))
}
