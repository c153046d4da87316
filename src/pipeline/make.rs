//! Renders one unit in all environments, validates its objects, and writes its files. Only facts
//! remain in memory.

use super::{
    rendered::RenderedUnit,
    text::{RenderedContent, RenderedText, ValidatedObject, key, object_file},
    waive::Waivers,
};
use crate::{
    diag::{Code, Diagnostic, object_name},
    locate::Tracer,
    model::{Env, View},
    plan::{Step, StepForm, Unit},
    render::{self, StepInput},
    sink::Sink,
    verify::{Collector, Fact, Interner, ObjectOrigin, ObjectPlace, Schemas, subjects, validate},
    yaml,
};
use indexmap::IndexMap;
use serde_json::Value;

/// Inputs of all units.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    /// The input, and the lines behind each object.
    pub tracer: Tracer<'a>,
    /// The schemas.
    pub schemas: &'a Schemas,
    /// Interned texts of facts.
    pub names: &'a Interner,
    /// Receiver of all files.
    pub sink: &'a dyn Sink,
    /// Accepted diagnostics.
    pub waivers: &'a Waivers,
}

/// An instance in an environment.
struct InstanceView<'a> {
    /// Index of the environment.
    number: usize,
    env: &'a Env,
    view: View,
}

impl Maker<'_> {
    /// Renders and validates one unit. A text that several environments share is parsed and
    /// validated once.
    pub(super) fn unit(&self, index: usize, unit: &Unit) -> RenderedUnit {
        let mut rendered = RenderedUnit::default();
        let mut texts = IndexMap::<String, Vec<RenderedText>>::new();
        let views = self.views(unit);
        for (last, InstanceView { number, env, view }) in views.iter().enumerate() {
            let steps = unit.steps(view, env, self.tracer.catalog);
            for (step_number, step) in steps.into_iter().enumerate() {
                let origin = ObjectOrigin {
                    unit: narrow(index),
                    environment: narrow(*number),
                    step: narrow(step_number),
                };
                let known = texts.entry(key(&step)).or_default();
                match self.render_once(origin, unit, &views[..=last], &step, known) {
                    Ok(text) => self.add(origin, env, &step, text, &mut rendered),
                    Err(diagnostic) => rendered.diagnostics.push(diagnostic.within(&env.name)),
                }
            }
            rendered.facts.extend(self.chart_pods(index, *number, unit, view));
        }
        let shared = self.write(&texts, &mut rendered);
        let files = texts
            .into_iter()
            .filter_map(|(below, texts)| object_file(&below, texts, shared.contains(&below)));
        rendered.files.extend(files);
        rendered
    }

    /// The views of a unit in the environments that have it.
    fn views(&self, unit: &Unit) -> Vec<InstanceView<'_>> {
        let envs = self.tracer.envs.iter().enumerate();
        envs.filter_map(|(number, env)| Some(InstanceView { number, env, view: unit.view(env)? }))
            .collect()
    }

    /// The text of a step with the last of the views. `known` are its texts with the views before.
    fn render_once<'a>(
        &self,
        origin: ObjectOrigin,
        unit: &Unit,
        views: &[InstanceView<'_>],
        step: &Step,
        known: &'a mut Vec<RenderedText>,
    ) -> Result<&'a RenderedText, Diagnostic> {
        let Some((InstanceView { env, view, .. }, before)) = views.split_last() else {
            unreachable!("a step belongs to an environment")
        };
        let (catalog, release) = (self.tracer.catalog, env.azure().operator_release.as_str());
        let is_equal = |text: &RenderedText| {
            text.release == release
                && before.get(text.view).is_some_and(|other| {
                    step.renders_identically(view, &text.step, &other.view, catalog)
                })
        };
        let index = match known.iter().position(is_equal) {
            Some(index) => index,
            None => self.render_new(origin, before.len(), unit, step, (env, view), known)?,
        };
        known[index].origins.push(origin);
        Ok(&known[index])
    }

    /// Renders a step. Returns the index of a known text that is equal, or adds a new one.
    fn render_new(
        &self,
        origin: ObjectOrigin,
        index: usize,
        unit: &Unit,
        step: &Step,
        (env, view): (&Env, &View),
        known: &mut Vec<RenderedText>,
    ) -> Result<usize, Diagnostic> {
        let (context, release) =
            (unit.context(step, view, self.tracer.catalog), env.azure().operator_release.as_str());
        let input = StepInput {
            step,
            context: &context,
            catalog: self.tracer.catalog,
            manifests: self.tracer.manifests,
        };
        let draft = input.draft(view)?;
        let is_equal = |text: &RenderedText| text.draft == draft && text.release == release;
        if let Some(index) = known.iter().position(is_equal) {
            return Ok(index);
        }
        let content = match input.finish(&draft)? {
            render::Rendered::Object(object, text) => {
                RenderedContent::Object(self.object(origin, step, release, &object, text))
            }
            render::Rendered::Document(text) => RenderedContent::Document(text),
        };
        known.push(RenderedText {
            view: index,
            step: step.clone(),
            draft,
            release: release.to_owned(),
            content,
            origins: vec![],
        });
        Ok(known.len() - 1)
    }

    /// Validates an object and collects its facts.
    fn object(
        &self,
        origin: ObjectOrigin,
        step: &Step,
        release: &str,
        object: &Value,
        text: String,
    ) -> ValidatedObject {
        let part = match &step.form {
            StepForm::Object { extract: Some((pointer, _)), .. } => {
                object.pointer(pointer).map(yaml::file)
            }
            _ => None,
        };
        let diagnostics = validate(object, self.schemas, release);
        let charts = self.tracer.catalog.chart_facts();
        let facts = Collector::new(self.names, origin).with_charts(charts).collect(object);
        ValidatedObject::new(object, text, part, diagnostics, facts)
    }

    /// Adds a text to the result of one environment.
    fn add(
        &self,
        origin: ObjectOrigin,
        env: &Env,
        step: &Step,
        text: &RenderedText,
        rendered: &mut RenderedUnit,
    ) {
        let object = match &text.content {
            RenderedContent::Document(text) => return self.document(env, step, text, rendered),
            RenderedContent::Object(object) => object,
        };
        let [kind, namespace, name] = &object.subject;
        let is_waived = |code: Code| self.waivers.covers(env, code, kind, namespace, name);
        let reported = object.diagnostics.iter().filter(|found| !is_waived(found.code));
        let reported = reported.map(|found| found.clone().of_object(&object.subject)).collect();
        rendered.diagnostics.extend(self.tracer.in_object(origin, reported));
        rendered.objects.push(origin.environment);
        if let (StepForm::Object { extract: Some((_, path)), .. }, Some(part)) =
            (&step.form, &object.part)
        {
            rendered.diagnostics.extend(self.sink.write(&env.name, path, part).err());
        }
    }

    /// Diagnostics of the rules over facts, without waived ones.
    pub(super) fn locate(
        &self,
        disagreements: Vec<Diagnostic<ObjectPlace>>,
        facts: &[Fact],
    ) -> Vec<Diagnostic> {
        let objects = subjects(facts, self.names);
        let reported = disagreements.into_iter().filter_map(|mut found| {
            let origin = found.places[0].origin;
            let Some(subject) = objects.get(&origin) else { return Some(found) };
            let [kind, namespace, name] = subject;
            let env = &self.tracer.envs[usize::from(origin.environment)];
            if self.waivers.covers(env, found.code, kind, namespace, name) {
                return None;
            }
            found.message = format!("{}: {}", object_name(kind, namespace, name), found.message);
            Some(found.of_object(subject))
        });
        self.tracer.in_objects(&reported.collect::<Vec<_>>())
    }
}

/// A count as a smaller integer.
///
/// # Panics
/// If the count is too large.
pub(super) fn narrow<T: TryFrom<usize>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| panic!("too many units, environments or steps"))
}
