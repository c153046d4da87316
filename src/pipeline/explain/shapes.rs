//! The files that a key of the spec shapes: those of whose values the views say that the key is
//! behind. Never renders.

use crate::{
    catalog::{Catalog, Output},
    model::{Env, TABLE, View, wiring::segments},
    pipeline::Input,
    plan::{Step, StepForm, StepText, Unit, units},
    tree,
};
use std::collections::{BTreeMap, BTreeSet};

/// A file, in all environments that have it.
#[derive(Debug)]
pub struct ShapedFile {
    /// The spec path of the instance that makes it.
    pub unit: String,
    /// Its template.
    pub template: String,
    /// Its path; `<environment>` stands for the name of one.
    pub file: String,
    /// The environments.
    pub environments: Vec<String>,
    /// The values of the template that the key is behind.
    pub values: BTreeSet<String>,
}

/// What a key shapes, and the instances of components that exist because of it.
pub(super) fn of(input: &Input, envs: &[&Env], path: &str) -> (Vec<ShapedFile>, BTreeSet<String>) {
    let asked = segments(path);
    let mut out: BTreeMap<(usize, String), ShapedFile> = BTreeMap::new();
    for (index, unit) in units(&input.envs).iter().enumerate() {
        for env in envs {
            let Some(view) = unit.view(env) else { continue };
            for step in unit.steps(&view, env, &input.catalog) {
                let values = sources(unit, &view, &step, &input.catalog, &asked);
                if values.is_empty() {
                    continue;
                }
                let file = place(&step.form, env);
                let fresh = || ShapedFile {
                    unit: unit.path().replace('\0', "."),
                    template: name(&step.text).into(),
                    file: file.clone(),
                    environments: vec![],
                    values: BTreeSet::new(),
                };
                let shaped = out.entry((index, file.clone())).or_insert_with(fresh);
                shaped.values.extend(values);
                if !shaped.environments.contains(&env.name) {
                    shaped.environments.push(env.name.clone());
                }
            }
        }
    }
    let brings = envs.iter().flat_map(|env| brought(env, &asked)).collect();
    (out.into_values().collect(), brings)
}

fn name(text: &StepText) -> &str {
    match text {
        StepText::Template(name) | StepText::File(name) => name,
    }
}

/// Where a file stands, whatever the environment is called.
fn place(form: &StepForm, env: &Env) -> String {
    match form {
        StepForm::Document { path, .. } => anywhere(path, env),
        StepForm::Object { .. } => anywhere(
            &tree::places(env.gitops().layout, &form.below().unwrap_or_default(), &env.name)
                .pop()
                .unwrap_or_default(),
            env,
        ),
    }
}

/// The name of the environment, alone or at the end of the name of a namespace.
fn anywhere(path: &str, env: &Env) -> String {
    let part = |part: &str| match part.strip_suffix(env.name.as_str()) {
        Some(before) if before.is_empty() || before.ends_with('-') => {
            format!("{before}<environment>")
        }
        _ => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The values of a step that the key is behind: those that its template prints or asks for, and
/// what says whether it is made at all.
fn sources(
    unit: &Unit,
    view: &View,
    step: &Step,
    catalog: &Catalog,
    asked: &[String],
) -> Vec<String> {
    let output =
        step.output.zip(unit.row).map(|(number, row)| &catalog.manifest(row.name).outputs[number]);
    let asked_for = |output: &Output| {
        [&output.when, &output.each, &output.namespace, &output.stage_of]
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
    };
    let part = match &step.form {
        StepForm::Object { part: Some(part), .. } => Some(part.template.as_str()),
        _ => None,
    };
    let templates =
        [Some(name(&step.text)).filter(|_| matches!(step.text, StepText::Template(_))), part];
    let mut names: BTreeSet<String> =
        templates.into_iter().flatten().flat_map(|template| catalog.variables(template)).collect();
    names.extend(output.into_iter().flat_map(asked_for));
    let own = segments(&unit.path()).len();
    names.retain(|name| {
        view.values.contains_key(name)
            && view
                .sources(name)
                .iter()
                .any(|source_path| touches(&segments(source_path), asked, own))
    });
    names.into_iter().collect()
}

/// Does a path behind a value speak of the key: is it the key, something below it, or a table that
/// holds it? The instance as a whole, whose path has `own` parts, is behind everything of it, which
/// says nothing.
fn touches(source_path: &[String], asked: &[String], own: usize) -> bool {
    let same = source_path.iter().zip(asked).all(|(a, b)| a == b || b == "*");
    same && (source_path.len() >= asked.len() || source_path.len() > own)
}

/// Instances that exist because of the key.
fn brought(env: &Env, asked: &[String]) -> Vec<String> {
    let needs = env.wiring.needs.iter().filter(|(_, source_path)| {
        source_path.iter().any(|path| touches(&segments(path), asked, usize::MAX))
    });
    needs
        .filter_map(|((component, name), _)| {
            Some(TABLE.iter().find(|row| row.name == *component)?.path(name).replace('\0', "."))
        })
        .collect()
}
