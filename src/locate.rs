//! From a place in an object to the template line and the spec lines behind it. Only for what is
//! printed: it makes the step again.

use crate::{
    catalog::Catalog,
    diag::Label,
    model::{Env, View, wiring::segments},
    plan::{Step, StepForm, StepText, Unit},
    render::Manifests,
    spec::{EnvironmentLayer, Layers},
    verify::ObjectOrigin,
    yaml,
};
use tera::Context;

/// All that is needed to make a step again.
#[derive(Clone, Copy)]
pub struct Tracer<'a> {
    /// The layers of the spec.
    pub layers: &'a Layers,
    /// The templates.
    pub catalog: &'a Catalog,
    /// The user's own manifests.
    pub manifests: &'a Manifests,
    /// The environments.
    pub envs: &'a [Env],
    /// The units.
    pub units: &'a [Unit],
}

impl Tracer<'_> {
    /// The lines to blame for what stands at a JSON pointer of an object: the template's first,
    /// then those of the spec.
    pub fn labels(&self, origin: ObjectOrigin, pointer: &str) -> Vec<Label> {
        let (unit, env) =
            (&self.units[origin.unit as usize], &self.envs[usize::from(origin.environment)]);
        let Some(view) = unit.view(env) else { return vec![] };
        let steps = unit.steps(&view, env, self.catalog);
        let Some(step) = steps.get(usize::from(origin.step)) else { return vec![] };
        match &step.text {
            StepText::Template(template) => {
                self.in_template(unit, env, &view, step, template, pointer)
            }
            StepText::File(path) => {
                let source = &self.manifests[path];
                let line = yaml::line_of(&source.text, pointer).unwrap_or(1);
                vec![Label::new(source, source.line(line))]
            }
        }
    }

    fn in_template(
        &self,
        unit: &Unit,
        env: &Env,
        view: &View,
        step: &Step,
        template: &str,
        pointer: &str,
    ) -> Vec<Label> {
        let context = unit.context(step, view, self.catalog);
        let (template, pointer) = match &step.form {
            StepForm::Object { part: Some(part), .. } => {
                match pointer.strip_prefix(&part.pointer) {
                    Some(inner) => (part.template.as_str(), inner),
                    None => (template, pointer),
                }
            }
            _ => (template, pointer),
        };
        self.sources(
            env,
            view,
            template,
            &context,
            pointer,
            step.item.as_ref().map(|(list, _)| list.as_str()),
        )
    }

    /// The lines behind what a template says at a pointer: its own, then those of the spec. `list`
    /// is what the template's `item` is of.
    pub fn sources(
        &self,
        env: &Env,
        view: &View,
        template: &str,
        context: &Context,
        pointer: &str,
        list: Option<&str>,
    ) -> Vec<Label> {
        let (text, lines) = self.catalog.trace(template, context);
        let Some(line) =
            yaml::line_of(&text, pointer).and_then(|n| lines.get(n - 1).copied().flatten())
        else {
            return vec![];
        };
        let source = self.catalog.source(template);
        let mut out = vec![Label::new(source, source.line(line))];
        let mut names = self.catalog.names_on(template, line);
        if let Some(list) = list.filter(|_| names.iter().any(|n| n == "item")) {
            names.push(list.to_owned());
        }
        for path in names
            .iter()
            .filter(|name| view.values.contains_key(*name))
            .flat_map(|name| view.sources(name))
        {
            out.extend(self.in_spec(env, &path).filter(|new| !out.contains(new)));
        }
        out
    }

    /// The line of the spec behind a path.
    pub fn in_spec(&self, env: &Env, path: &str) -> Option<Label> {
        let stage = EnvironmentLayer { name: env.name.clone(), profile: env.profile.clone() };
        self.layers
            .blame(&stage, &segments(path))
            .map(|label| label.note(format!("`{}`", path.replace('\0', "."))))
    }
}
