//! Steps of a unit: one for each file that it makes in an environment.

use super::{OutputPart, Step, StepForm, StepText, Unit, rendered_kinds};
use crate::{
    catalog::{Catalog, Output, OutputKind},
    model::{ComponentRow, Env, View},
    stage::Stage,
};
use serde_json::Value;

impl Unit {
    /// View in one environment; none where the instance does not exist.
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

    /// Files in one environment.
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
        let form = StepForm::Object {
            stage: extra.stage,
            namespace,
            file: format!("extra/{}.yaml", self.name),
            protect: false,
            extract: None,
            part: None,
            resources: vec![],
        };
        Step {
            output: None,
            text: StepText::File(extra.file.as_str().to_owned()),
            item: None,
            form,
        }
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
        if output.kind == OutputKind::Chart {
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
            .map(|ending| rendered_kinds::resources(ending, env, catalog))
            .unwrap_or_default();
        let step = |index| self.step(row, output, &template, index, view, env);
        let part = output.part.as_ref().map(|part| OutputPart {
            template: catalog.part(row.name, &self.name, &part.template),
            pointer: part.at.clone(),
            install: None,
        });
        items.into_iter().map(|index| step(index).complete(part.as_ref(), &resources)).collect()
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
        let form = if output.kind == OutputKind::Document {
            let shared = output.path.as_ref().is_some_and(|path| !path.contains("{environment}"));
            StepForm::Document { path: path.unwrap_or_default(), shared }
        } else {
            StepForm::Object {
                stage: stage_of(output, view),
                namespace: output.namespace.as_ref().map(|name| text_of(name)),
                file: self.file(row, &file_name(&output.template, element)),
                protect: output.protect,
                extract: output.extract.clone().zip(path),
                part: None,
                resources: vec![],
            }
        };
        Step { output: None, text: StepText::Template(template.to_owned()), item, form }
    }

    pub(super) fn file(&self, row: &ComponentRow, file: &str) -> String {
        if row.many() {
            format!("{}/{}/{file}", row.name, self.name)
        } else {
            format!("{}/{file}", row.name)
        }
    }
}

impl Step {
    /// The same step with its part and the rendered kinds.
    fn complete(mut self, own: Option<&OutputPart>, kinds: &[String]) -> Step {
        if let StepForm::Object { part, resources, .. } = &mut self.form {
            *part = own.cloned().map(Box::new);
            resources.extend_from_slice(kinds);
        }
        self
    }
}

/// Checks that the view has no `when` or that it is true.
pub(super) fn is_wanted(output: &Output, view: &View) -> bool {
    output.when.as_ref().is_none_or(|name| view.values.get(name) == Some(&Value::Bool(true)))
}

pub(super) fn stage_of(output: &Output, view: &View) -> Stage {
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
