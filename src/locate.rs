//! Resolves places of diagnostics to lines of templates, manifests and the spec. Runs only for
//! printed diagnostics, because it renders the step again.

use crate::{
    catalog::Catalog,
    diag::{Code, Diagnostic, JsonPointer, Label, SpecPath},
    model::{Env, View},
    plan::{Step, StepForm, StepText, Unit},
    render::Manifests,
    spec::{EnvironmentLayer, Layers},
    verify::{ObjectOrigin, ObjectPlace},
    yaml,
};
use tera::Context;

/// The same diagnostic at lines of the layers of an environment.
pub fn in_spec(
    layers: &Layers,
    stage: &EnvironmentLayer,
    diagnostic: Diagnostic<SpecPath>,
) -> Diagnostic {
    let secret = diagnostic.code == Code::LiteralSecret;
    let label = |path: &SpecPath| {
        if secret || path.is_value {
            layers.blame_value(stage, &path.keys)
        } else {
            layers.blame(stage, &path.keys)
        }
    };
    let (own, other) = (diagnostic.places.first(), diagnostic.places.get(1));
    let own = own.and_then(label).map(|label| Label { secret, ..label });
    let other = other.and_then(|path| {
        layers.blame(stage, &path.keys).map(|label| label.note(format!("`{path}`")))
    });
    let other = other.filter(|other| own.as_ref().is_none_or(|own| own.span != other.span));
    let diagnostic = diagnostic.with_places(own.into_iter().chain(other).collect(), None);
    // An unknown key is reported at its own layer, independent of the environment.
    if diagnostic.code == Code::UnknownKey { diagnostic } else { diagnostic.within(&stage.name) }
}

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
    /// The same diagnostic of one object at lines of text.
    pub fn in_object(
        &self,
        origin: ObjectOrigin,
        diagnostic: Diagnostic<JsonPointer>,
    ) -> Diagnostic {
        let place = |pointer: &JsonPointer| ObjectPlace::new(origin, pointer.0.clone());
        let places = diagnostic.places.iter().map(place).collect();
        let cause = diagnostic.cause.as_deref().map(place);
        self.in_objects(diagnostic.with_places(places, cause))
    }

    /// The same diagnostic of several objects at lines of text.
    pub fn in_objects(&self, diagnostic: Diagnostic<ObjectPlace>) -> Diagnostic {
        let labels = |place: &ObjectPlace| self.in_field(place);
        let places = diagnostic.places.iter().flat_map(labels).collect();
        let cause =
            diagnostic.cause.as_deref().and_then(|place| self.in_field(place).into_iter().next());
        let environment = diagnostic.places.first().map(|place| self.env(place.origin));
        let diagnostic = diagnostic.with_places(places, cause);
        match environment {
            Some(env) => diagnostic.within(&env.name),
            None => diagnostic,
        }
    }

    /// Lines of a field, and of the spec path that the place names.
    fn in_field(&self, place: &ObjectPlace) -> Vec<Label> {
        let source = place.source.as_ref();
        let mut labels = self.labels(place.origin, &place.pointer.0);
        labels.extend(source.and_then(|path| self.spec_path(self.env(place.origin), path)));
        labels
    }

    fn env(&self, origin: ObjectOrigin) -> &Env {
        &self.envs[usize::from(origin.environment)]
    }

    /// The lines to blame for what stands at a JSON pointer of an object: the template's first,
    /// then those of the spec.
    pub fn labels(&self, origin: ObjectOrigin, pointer: &str) -> Vec<Label> {
        // Objects of the engine, and objects outside the tree, have no unit.
        let Some(unit) = self.units.get(origin.unit as usize) else { return vec![] };
        let env = self.env(origin);
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

    /// The line of the spec that sets a path, as views write paths.
    pub fn in_spec(&self, env: &Env, path: &str) -> Option<Label> {
        self.spec_path(env, &SpecPath::from(path))
    }

    fn spec_path(&self, env: &Env, path: &SpecPath) -> Option<Label> {
        let stage = EnvironmentLayer { name: env.name.clone(), profile: env.profile.clone() };
        self.layers.blame(&stage, &path.keys).map(|label| label.note(format!("`{path}`")))
    }
}
