//! Which instance makes which files, known before anything is rendered. Never renders, and never
//! sees YAML.

mod alike;
mod charts;
mod context;
mod groups;

use crate::{
    catalog::{Catalog, Kind, Output},
    model::{ComponentRow, Env, TABLE, View},
    stage::Stage,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// One instance of one component, in whichever environments it exists; or one manifest of the
/// user's own.
#[derive(Debug)]
pub struct Unit {
    /// The component; absent for a manifest of the user's own.
    pub row: Option<&'static ComponentRow>,
    /// The instance.
    pub name: String,
}

/// Where the text of a step comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// A template.
    Template(String),
    /// A file beside the spec, taken as it is.
    File(String),
}

/// The values of a chart, put into an object of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graft {
    /// The template of the values.
    pub template: String,
    /// Where they go.
    pub pointer: String,
    /// The kinds that the operator has to install, where it wants to be told.
    pub crd_pattern: Option<String>,
    /// The charts that have to be installed before it.
    pub after: Vec<String>,
    /// How many of them stand in a row.
    pub rank: usize,
}

/// One file of a unit in one environment. Small enough to be made again for a message.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which output of its component, by its place in the manifest; absent for a manifest of the
    /// user's own.
    pub output: Option<usize>,
    /// Where its text comes from.
    pub text: Text,
    /// The element of an `each`: the list and its index.
    pub item: Option<(String, usize)>,
    /// What becomes of it.
    pub form: Form,
}

/// What becomes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// An object of the cluster.
    Object {
        /// When it is applied.
        stage: Stage,
        /// Its namespace.
        namespace: Option<String>,
        /// Its file, below the folder of its stage and namespace.
        file: String,
        /// Deleting the file must not delete the thing.
        protect: bool,
        /// A part that goes elsewhere besides: pointer and path.
        extract: Option<(String, String)>,
        /// Values that are put into it.
        graft: Option<Box<Graft>>,
        /// The kinds that are rendered, where it wants to be told, by the names that the API server
        /// lists them under.
        resources: Vec<String>,
    },
    /// A text for people, or, where its path ends in `.yaml`, data for a program.
    Document {
        /// Its path in the tree.
        path: String,
        /// It speaks of all environments: the first one makes it.
        shared: bool,
    },
}

impl Form {
    /// The path below the environment: stage, namespace, file.
    pub fn below(&self) -> Option<String> {
        match self {
            Form::Object { stage, namespace, file, .. } => Some(format!(
                "{}/{}/{file}",
                stage.name(),
                namespace.as_deref().unwrap_or("cluster")
            )),
            Form::Document { .. } => None,
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

    /// Its view in one environment, where it exists there.
    pub fn view(&self, env: &Env) -> Option<View> {
        if let Some(row) = self.row {
            env.instance(row, &self.name).map(|component| component.view(&self.name, env))
        } else {
            let extra = env.extra().get(&self.name)?;
            let here = extra.environments.is_empty()
                || extra.environments.iter().any(|e| e.as_str() == env.name);
            here.then(|| View::new(&self.path(), &self.name, extra, env))
        }
    }

    /// Its files in one environment.
    pub fn steps(&self, view: &View, env: &Env, catalog: &Catalog) -> Vec<Step> {
        match self.row {
            Some(row) => catalog
                .manifest(row.name)
                .outputs
                .iter()
                .enumerate()
                .filter(|(_, output)| is_wanted(output, view))
                .flat_map(|(number, o)| {
                    self.outputs(row, o, view, env, catalog)
                        .into_iter()
                        .map(move |step| Step { output: Some(number), ..step })
                })
                .collect(),
            None => vec![self.manifest(env)],
        }
    }

    fn manifest(&self, env: &Env) -> Step {
        let extra = &env.extra()[&self.name];
        let namespace = extra.namespace.as_ref().map(|n| n.as_str().to_owned());
        let form = Form::Object {
            stage: extra.stage,
            namespace,
            file: format!("extra/{}.yaml", self.name),
            protect: false,
            extract: None,
            graft: None,
            resources: vec![],
        };
        Step { output: None, text: Text::File(extra.file.as_str().to_owned()), item: None, form }
    }

    fn outputs(
        &self,
        row: &ComponentRow,
        output: &Output,
        view: &View,
        env: &Env,
        catalog: &Catalog,
    ) -> Vec<Step> {
        let template = catalog.template(row.name, &self.name, &output.template);
        if output.kind == Kind::Chart {
            return self.chart(row, output, &template, view, env, catalog);
        }
        let count = output
            .each
            .as_ref()
            .map(|list| view.values.get(list).and_then(Value::as_array).map_or(0, Vec::len));
        let items = count.map_or_else(|| vec![None], |n| (0..n).map(Some).collect());
        let resources = output
            .groups
            .as_ref()
            .map(|ending| groups::resources(ending, env, catalog))
            .unwrap_or_default();
        let step = |index| self.step(row, output, &template, index, view, env);
        items.into_iter().map(|index| step(index).told(&resources)).collect()
    }

    fn step(
        &self,
        row: &ComponentRow,
        output: &Output,
        template: &str,
        index: Option<usize>,
        view: &View,
        env: &Env,
    ) -> Step {
        let item = index.and_then(|i| Some((output.each.clone()?, i)));
        let element = item.as_ref().map(|(list, i)| &view.values[list][*i]);
        let text_of = |name: &str| {
            element.and_then(|e| e[name].as_str()).unwrap_or_else(|| view.text(name)).to_owned()
        };
        let path = output.path.as_ref().map(|p| {
            p.replace("{environment}", &env.name)
                .replace("{name}", &text_of("name"))
                .replace("{namespace}", view.text("namespace"))
        });
        let form = if output.kind == Kind::Document {
            let shared = output.path.as_ref().is_some_and(|path| !path.contains("{environment}"));
            Form::Document { path: path.unwrap_or_default(), shared }
        } else {
            Form::Object {
                stage: stage_of(output, view),
                namespace: output.namespace.as_ref().map(|name| text_of(name)),
                file: self.file(row, &file_name(&output.template, element)),
                protect: output.protect,
                extract: output.extract.clone().zip(path),
                graft: None,
                resources: vec![],
            }
        };
        Step { output: None, text: Text::Template(template.to_owned()), item, form }
    }

    /// A chart: the engine's own objects, one of which takes the values.
    fn chart(
        &self,
        row: &ComponentRow,
        output: &Output,
        values: &str,
        view: &View,
        env: &Env,
        catalog: &Catalog,
    ) -> Vec<Step> {
        let engine = env.gitops().engine.folder();
        let namespace = Some(view.text("engine_namespace").to_owned());
        let crd_pattern =
            output.groups.as_ref().map(|ending| groups::pattern(ending, view, env, catalog));
        let chart = catalog.manifest(row.name).chart.as_ref();
        let after: Vec<String> = chart
            .iter()
            .flat_map(|chart| charts::before(chart, env, catalog))
            .map(str::to_owned)
            .collect();
        let rank = chart.map(|chart| charts::rank(chart, env, catalog)).unwrap_or_default();
        let graft = |pointer| {
            Box::new(Graft {
                template: values.to_owned(),
                pointer,
                crd_pattern: crd_pattern.clone(),
                after: after.clone(),
                rank,
            })
        };
        let objects = catalog.engine(engine).chart.iter();
        objects
            .map(|object| Step {
                output: None,
                text: Text::Template(format!("engines/{engine}/{}", object.template)),
                item: None,
                form: Form::Object {
                    stage: stage_of(output, view),
                    namespace: namespace.clone(),
                    file: self.file(row, &object.template),
                    protect: false,
                    extract: None,
                    graft: object.values.clone().map(graft),
                    resources: vec![],
                },
            })
            .collect()
    }

    fn file(&self, row: &ComponentRow, file: &str) -> String {
        if row.many() {
            format!("{}/{}/{file}", row.name, self.name)
        } else {
            format!("{}/{file}", row.name)
        }
    }
}

impl Step {
    /// The same step, told which kinds are rendered.
    fn told(mut self, all: &[String]) -> Step {
        if let Form::Object { resources, .. } = &mut self.form {
            resources.extend_from_slice(all);
        }
        self
    }
}

/// Does the view ask for an output?
fn is_wanted(output: &Output, view: &View) -> bool {
    output.when.as_ref().is_none_or(|name| view.values.get(name) == Some(&Value::Bool(true)))
}

fn stage_of(output: &Output, view: &View) -> Stage {
    let named = output
        .stage_of
        .as_ref()
        .and_then(|name| serde_json::from_value(view.values.get(name)?.clone()).ok());
    output.stage.or(named).unwrap_or(Stage::OperatorConfig)
}

/// `quota.yaml`, or `pool-blue.yaml` for the element `blue` of an `each`.
fn file_name(template: &str, element: Option<&Value>) -> String {
    match element {
        Some(element) => format!(
            "{}-{}.yaml",
            template.trim_end_matches(".yaml"),
            element["name"].as_str().unwrap_or_default()
        ),
        None => template.to_owned(),
    }
}
