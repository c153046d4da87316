//! Files that a key of the spec shapes, by the sources of their values. Renders nothing.

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
    /// Spec path of the instance that renders the file.
    pub unit: String,
    /// Template.
    pub template: String,
    /// Path, with `<environment>` in place of the name.
    pub file: String,
    /// Environments with the file.
    pub environments: Vec<String>,
    /// Values of the template that the key sets.
    pub values: BTreeSet<String>,
}

/// Files that a key shapes, and instances of components that it requires.
pub(super) fn of(input: &Input, envs: &[&Env], path: &str) -> (Vec<ShapedFile>, BTreeSet<String>) {
    let key = segments(path);
    let mut files: BTreeMap<(usize, String), ShapedFile> = BTreeMap::new();
    for (index, unit) in units(&input.envs).iter().enumerate() {
        for env in envs {
            let Some(view) = unit.view(env) else { continue };
            for step in unit.steps(&view, env, &input.catalog) {
                let values = sources(unit, &view, &step, &input.catalog, &key);
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
                let shaped = files.entry((index, file.clone())).or_insert_with(fresh);
                shaped.values.extend(values);
                if !shaped.environments.contains(&env.name) {
                    shaped.environments.push(env.name.clone());
                }
            }
        }
    }
    let brings = envs.iter().flat_map(|env| required_instances(env, &key)).collect();
    (files.into_values().collect(), brings)
}

fn name(text: &StepText) -> &str {
    match text {
        StepText::Template(name) | StepText::File(name) => name,
    }
}

/// Path of a file, with `<environment>` in place of the name.
fn place(form: &StepForm, env: &Env) -> String {
    match form {
        StepForm::Document { path, .. } => any_environment(path, env),
        StepForm::Object { .. } => any_environment(
            &tree::places(env.gitops().layout, &form.below().unwrap_or_default(), &env.name)
                .pop()
                .unwrap_or_default(),
            env,
        ),
    }
}

/// Replaces the name of the environment, alone or at the end of the name of a namespace.
fn any_environment(path: &str, env: &Env) -> String {
    let part = |part: &str| match part.strip_suffix(env.name.as_str()) {
        Some(before) if before.is_empty() || before.ends_with('-') => {
            format!("{before}<environment>")
        }
        _ => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Values of a step that the key sets: variables of its templates, and conditions of its output.
fn sources(
    unit: &Unit,
    view: &View,
    step: &Step,
    catalog: &Catalog,
    key: &[String],
) -> Vec<String> {
    let output =
        step.output.zip(unit.row).map(|(number, row)| &catalog.manifest(row.name).outputs[number]);
    let conditions = |output: &Output| {
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
    names.extend(output.into_iter().flat_map(conditions));
    let own = segments(&unit.path()).len();
    names.retain(|name| {
        view.values.contains_key(name)
            && view
                .sources(name)
                .iter()
                .any(|source_path| touches(&segments(source_path), key, own))
    });
    names.into_iter().collect()
}

/// Whether the source of a value is the key, a key below it, or a table with it. The path of the
/// whole instance, with `own` parts, does not count, because it is a source of all its values.
fn touches(source_path: &[String], key: &[String], own: usize) -> bool {
    let same = source_path.iter().zip(key).all(|(a, b)| a == b || b == "*");
    same && (source_path.len() >= key.len() || source_path.len() > own)
}

/// Instances that the key requires.
fn required_instances(env: &Env, key: &[String]) -> Vec<String> {
    let needs = env.wiring.needs.iter().filter(|(_, source_path)| {
        source_path.iter().any(|path| touches(&segments(path), key, usize::MAX))
    });
    needs
        .filter_map(|((component, name), _)| {
            Some(TABLE.iter().find(|row| row.name == *component)?.path(name).replace('\0', "."))
        })
        .collect()
}
