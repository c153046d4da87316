//! Plan of the files: which instance makes which file. Nothing is rendered here.

mod chart_order;
mod chart_steps;
mod context;
mod dedupe;
mod rendered_kinds;
mod steps;

use crate::{
    model::{ComponentRow, Env, TABLE},
    stage::Stage,
};
use std::collections::BTreeSet;

/// One instance of a component, or one manifest from `[extra.<name>]`.
#[derive(Debug)]
pub struct Unit {
    /// Row of the component; none for a manifest from `[extra.<name>]`.
    pub row: Option<&'static ComponentRow>,
    /// Name of the instance.
    pub name: String,
}

/// Source of the text of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepText {
    /// A template.
    Template(String),
    /// A manifest beside the spec, by path.
    File(String),
}

/// A part of an object with a template of its own: a pod, or the values of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPart {
    /// Its template.
    pub template: String,
    /// JSON pointer of its place.
    pub pointer: String,
    /// How the chart is installed, for the values of a chart.
    pub install: Option<Install>,
}

/// How a chart is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Kinds that the operator installs, as `<group>/*` joined by `;`.
    pub crd_pattern: Option<String>,
    /// Charts that are installed before it.
    pub after: Vec<String>,
    /// Length of the longest chain of such charts.
    pub rank: usize,
}

/// One file of a unit in one environment.
#[derive(Debug, Clone)]
pub struct Step {
    /// Index of the output in the manifest of its component; none for a manifest from
    /// `[extra.<name>]`.
    pub output: Option<usize>,
    /// Source of its text.
    pub text: StepText,
    /// The element of an `each`: the list and its index.
    pub item: Option<(String, usize)>,
    /// Form of the result.
    pub form: StepForm,
}

/// Form of the result of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepForm {
    /// An object of the cluster.
    Object {
        /// Stage that applies it.
        stage: Stage,
        /// Its namespace.
        namespace: Option<String>,
        /// Path below the folder of its stage and namespace.
        file: String,
        /// The object stays in the cluster when its file is deleted.
        protect: bool,
        /// Copy of a field in a file of its own: JSON pointer and path.
        extract: Option<(String, String)>,
        /// The part that is put into it.
        part: Option<Box<OutputPart>>,
        /// Names of the rendered kinds in the API server, for an output with `groups`.
        resources: Vec<String>,
    },
    /// A document; YAML where its path ends in `.yaml`.
    Document {
        /// Its path in the tree.
        path: String,
        /// One file for all environments, made by the first.
        shared: bool,
    },
}

impl StepForm {
    /// The path below the environment: stage, namespace, file.
    pub fn below(&self) -> Option<String> {
        match self {
            StepForm::Object { stage, namespace, file, .. } => Some(format!(
                "{}/{}/{file}",
                stage.name(),
                namespace.as_deref().unwrap_or("cluster")
            )),
            StepForm::Document { .. } => None,
        }
    }
}

/// All units of a platform, in a fixed order.
pub fn units(envs: &[Env]) -> Vec<Unit> {
    let mut out = vec![];
    for row in TABLE {
        let names: BTreeSet<&str> =
            envs.iter().flat_map(|env| env.instances(row)).map(|(name, _)| name).collect();
        out.extend(names.into_iter().map(|name| Unit { row: Some(row), name: name.to_owned() }));
    }
    let extras: BTreeSet<&String> = envs.iter().flat_map(|env| env.extra().keys()).collect();
    out.extend(extras.into_iter().map(|name| Unit { row: None, name: name.clone() }));
    out
}

impl Unit {
    /// The spec path of the instance.
    pub fn path(&self) -> String {
        self.row.map_or_else(|| format!("extra.{}", self.name), |row| row.path(&self.name))
    }
}
