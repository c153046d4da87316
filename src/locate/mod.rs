//! Resolves places of diagnostics to lines of templates, manifests and the spec. Runs only for
//! printed diagnostics, because it renders their steps again.

mod places;
mod step;

pub use step::TracedStep;

use crate::{
    catalog::Catalog,
    diag::{Code, Diagnostic, JsonPointer, Label, SpecPath},
    model::{Env, View},
    plan::Unit,
    render::Manifests,
    spec::{EnvironmentLayer, Layers},
    verify::{ObjectOrigin, ObjectPlace},
};
use std::collections::HashMap;
use step::{TracedText, ValueSources};
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
            layers.label_value(stage, &path.keys)
        } else {
            layers.label(stage, &path.keys)
        }
    };
    let (own, other) = (diagnostic.places.first(), diagnostic.places.get(1));
    let own = own.and_then(label).map(|label| Label { secret, ..label });
    let other = other.and_then(|path| {
        layers.label(stage, &path.keys).map(|label| label.note(format!("`{path}`")))
    });
    let other = other.filter(|other| own.as_ref().is_none_or(|own| own.span != other.span));
    let mut places: Vec<Label> = own.into_iter().chain(other).collect();
    // The user did not write a default, so the line that contradicts it comes first.
    places.sort_by_key(|label| !places::is_written(label));
    let diagnostic = diagnostic.with_places(places, None);
    // An unknown key is reported at its own layer, independent of the environment.
    if diagnostic.code == Code::UnknownKey { diagnostic } else { diagnostic.within(&stage.name) }
}

/// The inputs of a run, by which a step is rendered again.
#[derive(Clone, Copy)]
pub struct Tracer<'a> {
    /// The layers of the spec.
    pub layers: &'a Layers,
    /// The templates.
    pub catalog: &'a Catalog,
    /// Manifests of `[extra.<name>]`.
    pub manifests: &'a Manifests,
    /// The environments.
    pub envs: &'a [Env],
    /// The units.
    pub units: &'a [Unit],
}

/// Labels of fields, by object and JSON pointer.
type LabelsByField<'a> = HashMap<(ObjectOrigin, &'a str), Vec<Label>>;

impl<'a> Tracer<'a> {
    /// The same diagnostics of one object at lines of text. The step is rendered once.
    pub fn in_object(
        &self,
        origin: ObjectOrigin,
        diagnostics: Vec<Diagnostic<JsonPointer>>,
    ) -> Vec<Diagnostic> {
        let place = |pointer: &JsonPointer| ObjectPlace::new(origin, pointer.0.clone());
        let in_object = |diagnostic: Diagnostic<JsonPointer>| {
            let places = diagnostic.places.iter().map(place).collect();
            let cause = diagnostic.cause.as_deref().map(place);
            diagnostic.with_places(places, cause)
        };
        self.in_objects(&diagnostics.into_iter().map(in_object).collect::<Vec<_>>())
    }

    /// The same diagnostics at lines of text. The step of each object is rendered once.
    pub fn in_objects(&self, diagnostics: &[Diagnostic<ObjectPlace>]) -> Vec<Diagnostic> {
        let labels = self.field_labels(diagnostics);
        diagnostics.iter().map(|diagnostic| self.located(diagnostic, &labels)).collect()
    }

    /// Labels of all fields of the diagnostics. One step is kept in memory at a time.
    fn field_labels<'d>(&self, diagnostics: &'d [Diagnostic<ObjectPlace>]) -> LabelsByField<'d> {
        let mut fields: Vec<(ObjectOrigin, &str)> = diagnostics
            .iter()
            .flat_map(|diagnostic| diagnostic.places.iter().chain(diagnostic.cause.as_deref()))
            .map(|place| (place.origin, place.pointer.0.as_str()))
            .collect();
        fields.sort_unstable();
        fields.dedup();
        let mut labels = LabelsByField::new();
        for object in fields.chunk_by(|(one, _), (other, _)| one == other) {
            let mut step = self.step(object[0].0);
            labels.extend(object.iter().map(|(origin, pointer)| {
                let of_field = step.as_mut().map(|step| step.labels(pointer)).unwrap_or_default();
                ((*origin, *pointer), of_field)
            }));
        }
        labels
    }

    fn located(
        &self,
        diagnostic: &Diagnostic<ObjectPlace>,
        labels: &LabelsByField<'_>,
    ) -> Diagnostic {
        let of = |place: &ObjectPlace| {
            let source = place.source.as_ref();
            let source = source.and_then(|path| self.spec_path(self.env(place.origin), path));
            places::FieldLabels {
                field: labels[&(place.origin, place.pointer.0.as_str())].clone(),
                source,
            }
        };
        let own: Vec<_> = diagnostic.places.iter().map(of).collect();
        let (places, cause) = places::merge(own, diagnostic.cause.as_deref().map(of).as_ref());
        let environment = diagnostic.places.first().map(|place| self.env(place.origin));
        let located = diagnostic.clone().with_places(places, cause);
        match environment {
            Some(env) => located.within(&env.name),
            None => located,
        }
    }

    fn env(&self, origin: ObjectOrigin) -> &'a Env {
        &self.envs[usize::from(origin.environment)]
    }

    /// Lines of a field of an object: first that of the template, then those of the spec.
    pub fn labels(&self, origin: ObjectOrigin, pointer: &str) -> Vec<Label> {
        self.step(origin).map(|mut step| step.labels(pointer)).unwrap_or_default()
    }

    /// A step, rendered again. Objects of the engine, and objects outside the tree, have none.
    pub fn step(&self, origin: ObjectOrigin) -> Option<TracedStep<'a>> {
        let unit = self.units.get(origin.unit as usize)?;
        TracedStep::new(*self, unit, self.env(origin), usize::from(origin.step))
    }

    /// Lines of a field that a template without an `item` renders.
    pub fn sources(
        &self,
        env: &Env,
        view: &View,
        template: &str,
        context: &Context,
        pointer: &str,
    ) -> Vec<Label> {
        let text = TracedText::template(self.catalog, template, context);
        let values = ValueSources { tracer: *self, env, view, list: None };
        text.line(pointer).map(|line| text.labels(line, &values)).unwrap_or_default()
    }

    /// The line of the spec that sets a path, as views write paths.
    pub fn in_spec(&self, env: &Env, path: &str) -> Option<Label> {
        self.spec_path(env, &SpecPath::from(path))
    }

    fn spec_path(&self, env: &Env, path: &SpecPath) -> Option<Label> {
        let stage = EnvironmentLayer { name: env.name.clone(), profile: env.profile.clone() };
        self.layers.label(&stage, &path.keys).map(|label| label.note(format!("`{path}`")))
    }
}
