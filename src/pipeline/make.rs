//! One unit in all environments: rendered, judged, factored, handed to the sink, forgotten. Only
//! rows stay.

use super::{
    rendered::{File, RenderedUnit, SharedFacts},
    waive::Waivers,
};
use crate::{
    azure::versions::is_azure,
    diag::{Code, Diagnostic, JsonPointer, object_name},
    kinds::{self, HealthSource},
    locate::Tracer,
    model::{Env, View},
    plan::{Step, StepForm, Unit},
    render::{self, RenderedStep, StepInput},
    sink::{SHARED, Sink},
    tree::{self, PlacedFile},
    verify::{Collector, Fact, Interner, ObjectOrigin, ObjectPlace, Schemas, subjects, validate},
    yaml,
};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeSet;

/// All that is needed to make a unit.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    /// The input, and the way from an object back to it.
    pub tracer: Tracer<'a>,
    /// The schemas.
    pub schemas: &'a Schemas,
    /// The texts of facts.
    pub names: &'a Interner,
    /// Where files go.
    pub sink: &'a dyn Sink,
    /// Findings that were accepted.
    pub waivers: &'a Waivers,
}

/// An instance in an environment.
struct InstanceView<'a> {
    number: usize,
    env: &'a Env,
    view: View,
}

/// What a template said, and what follows from that alone.
struct RenderedText {
    /// Where it said that first, and what it was.
    place: usize,
    step: Step,
    draft: RenderedStep,
    release: String,
    thing: RenderedContent,
    /// The environments where it said that.
    origins: Vec<ObjectOrigin>,
}

enum RenderedContent {
    Object(Object),
    Document(String),
}

/// An object by itself.
struct Object {
    text: String,
    /// The part of it that stands elsewhere besides.
    part: Option<String>,
    awaited: Option<Box<[String; 4]>>,
    /// Kind, namespace and name.
    subject: [String; 3],
    diagnostics: Vec<Diagnostic<JsonPointer>>,
    facts: Box<[Fact]>,
}

impl Maker<'_> {
    /// Makes one unit. Where a template says the same in several environments, it is read and
    /// judged once.
    pub(super) fn unit(&self, index: usize, unit: &Unit) -> RenderedUnit {
        let (mut rendered, mut said) =
            (RenderedUnit::default(), IndexMap::<String, Vec<RenderedText>>::new());
        let envs = self.tracer.envs.iter().enumerate();
        let views: Vec<InstanceView<'_>> = envs
            .filter_map(|(number, env)| Some(InstanceView { number, env, view: unit.view(env)? }))
            .collect();
        for (place, InstanceView { number, env, view }) in views.iter().enumerate() {
            for (step_number, step) in
                unit.steps(view, env, self.tracer.catalog).into_iter().enumerate()
            {
                let origin = ObjectOrigin {
                    unit: narrow(index),
                    environment: narrow(*number),
                    step: narrow(step_number),
                };
                match self.say(
                    origin,
                    unit,
                    &views[..=place],
                    &step,
                    said.entry(key(&step)).or_default(),
                ) {
                    Ok(said) => self.take(origin, env, &step, said, &mut rendered),
                    Err(diagnostic) => rendered.diagnostics.push(diagnostic.within(&env.name)),
                }
            }
            rendered.facts.extend(self.chart_pods(index, *number, unit, view));
        }
        let shared = self.place(&said, &mut rendered);
        rendered.files.extend(
            said.into_iter()
                .filter_map(|(below, said)| file(&below, said, shared.contains(&below))),
        );
        rendered
    }

    /// What a step says in the last of the environments; `known` is what it said in others.
    fn say<'a>(
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
        let alike = |said: &RenderedText| {
            said.release == release
                && before.get(said.place).is_some_and(|seen| {
                    step.renders_identically(view, &said.step, &seen.view, catalog)
                })
        };
        let index = match known.iter().position(alike) {
            Some(index) => index,
            None => self.render_new(origin, before.len(), unit, step, (env, view), known)?,
        };
        known[index].origins.push(origin);
        Ok(&known[index])
    }

    /// Renders a step, and looks for what says the same all the same.
    fn render_new(
        &self,
        origin: ObjectOrigin,
        place: usize,
        unit: &Unit,
        step: &Step,
        (env, view): (&Env, &View),
        known: &mut Vec<RenderedText>,
    ) -> Result<usize, Diagnostic> {
        let (context, release) =
            (unit.context(step, view, self.tracer.catalog), env.azure().operator_release.as_str());
        let from = StepInput {
            step,
            context: &context,
            catalog: self.tracer.catalog,
            manifests: self.tracer.manifests,
        };
        let draft = from.draft(view)?;
        if let Some(index) =
            known.iter().position(|said| said.draft == draft && said.release == release)
        {
            return Ok(index);
        }
        let thing = match from.finish(&draft)? {
            render::Rendered::Object(object, text) => {
                RenderedContent::Object(self.object(origin, step, release, &object, text))
            }
            render::Rendered::Document(text) => RenderedContent::Document(text),
        };
        known.push(RenderedText {
            place,
            step: step.clone(),
            draft,
            release: release.to_owned(),
            thing,
            origins: vec![],
        });
        Ok(known.len() - 1)
    }

    /// Judges an object by itself, and keeps what it says about others.
    fn object(
        &self,
        origin: ObjectOrigin,
        step: &Step,
        release: &str,
        object: &Value,
        text: String,
    ) -> Object {
        let part = match &step.form {
            StepForm::Object { extract: Some((pointer, _)), .. } => {
                object.pointer(pointer).map(yaml::file)
            }
            _ => None,
        };
        let facts = Collector::new(self.names, origin).collect(object).into();
        let subject = ["/kind", "/metadata/namespace", "/metadata/name"]
            .map(|pointer| text_at(object, pointer));
        Object {
            text,
            part,
            awaited: awaited(object),
            subject,
            diagnostics: validate(object, self.schemas, release),
            facts,
        }
    }

    /// Takes what was said into one environment.
    fn take(
        &self,
        origin: ObjectOrigin,
        env: &Env,
        step: &Step,
        said: &RenderedText,
        rendered: &mut RenderedUnit,
    ) {
        let object = match &said.thing {
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

    fn document(&self, env: &Env, step: &Step, text: &str, rendered: &mut RenderedUnit) {
        let StepForm::Document { path, shared } = &step.form else { return };
        let whole = self.tracer.envs.len() == env.environments.len();
        let first = whole && self.tracer.envs.first().is_some_and(|first| first.name == env.name);
        if first || !shared {
            rendered.diagnostics.extend(
                self.sink.write(if *shared { SHARED } else { &env.name }, path, text).err(),
            );
        }
    }

    /// Puts the files of all objects, folder by folder: whoever opens these opens each once.
    /// Returned are those that stand in the base.
    fn place(
        &self,
        said: &IndexMap<String, Vec<RenderedText>>,
        rendered: &mut RenderedUnit,
    ) -> BTreeSet<String> {
        let mut placed: Vec<(&str, PlacedFile<'_>)> =
            said.iter().flat_map(|(below, said)| self.placed(below, said)).collect();
        placed.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
        for (_, file) in &placed {
            rendered.diagnostics.extend(
                self.sink.write(file.environment.unwrap_or(SHARED), &file.path, file.text).err(),
            );
        }
        placed
            .iter()
            .filter(|(_, file)| file.environment.is_none())
            .map(|(below, _)| (*below).to_owned())
            .collect()
    }

    /// The files of one object.
    fn placed<'a>(
        &'a self,
        below: &'a str,
        said: &'a [RenderedText],
    ) -> Vec<(&'a str, PlacedFile<'a>)> {
        let envs = self.tracer.envs;
        let Some(layout) = envs.first().map(|env| env.gitops().layout) else {
            return vec![];
        };
        let objects = said.iter().filter_map(|said| Some((said.thing.object()?, &said.origins)));
        let mut texts: Vec<(u16, &str)> = objects
            .flat_map(|(object, origins)| {
                origins.iter().map(|o| (o.environment, object.text.as_str()))
            })
            .collect();
        texts.sort_unstable_by_key(|(environment, _)| *environment);
        let named: Vec<(&str, &str)> = texts
            .iter()
            .map(|(environment, text)| (envs[usize::from(*environment)].name.as_str(), *text))
            .collect();
        tree::factor(layout, below, &named, envs.len())
            .into_iter()
            .map(|file| (below, file))
            .collect()
    }

    fn chart_pods(&self, index: usize, number: usize, unit: &Unit, view: &View) -> Vec<Fact> {
        let Some(chart) =
            unit.row.and_then(|row| self.tracer.catalog.manifest(row.name).chart.as_ref())
        else {
            return vec![];
        };
        // Every kind of pod is an object of its own to the rules.
        let one = |(step, pod): (usize, &crate::catalog::ChartPod)| {
            let origin = ObjectOrigin {
                unit: narrow(index),
                environment: narrow(number),
                step: 1000 + narrow::<u16>(step),
            };
            Collector::new(self.names, origin).chart_pods(
                view.text("namespace"),
                &pod.name,
                &pod.ports,
            )
        };
        chart.pods.iter().enumerate().flat_map(one).collect()
    }

    /// What exists although nobody rendered it.
    pub(super) fn surroundings(&self, number: usize, env: &Env) -> Vec<Fact> {
        let origin = ObjectOrigin { unit: u32::MAX, environment: narrow(number), step: u16::MAX };
        let assumed = env.assume().values().flat_map(|object| {
            let keys: Vec<&str> =
                object.keys.iter().map(crate::model::text::Plain::as_str).collect();
            let namespace = object.namespace.as_ref().map_or("", |n| n.as_str());
            Collector::new(self.names, origin).assumed(
                object.kind.as_str(),
                namespace,
                object.name.as_str(),
                &keys,
            )
        });
        let given = env.wiring.external_objects.iter().flat_map(|object| {
            let keys: Vec<&str> = object.keys.iter().map(String::as_str).collect();
            Collector::new(self.names, origin).assumed(
                object.kind,
                &object.namespace,
                &object.name,
                &keys,
            )
        });
        assumed.chain(given).collect()
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

impl RenderedContent {
    fn object(&self) -> Option<&Object> {
        match self {
            RenderedContent::Object(object) => Some(object),
            RenderedContent::Document(_) => None,
        }
    }
}

impl RenderedText {
    /// What stays of it.
    fn saying(self) -> Option<SharedFacts> {
        match self.thing {
            RenderedContent::Object(object) => {
                Some(SharedFacts { origins: self.origins.into(), facts: object.facts })
            }
            RenderedContent::Document(_) => None,
        }
    }
}

/// What stays of an object; nothing of a text.
fn file(below: &str, said: Vec<RenderedText>, shared: bool) -> Option<File> {
    let awaited =
        said.iter().find_map(|said| said.thing.object()).map(|object| object.awaited.clone())?;
    Some(File {
        below: below.into(),
        shared,
        awaited,
        sayings: said.into_iter().filter_map(RenderedText::saying).collect(),
    })
}

/// What two environments have to agree on to be compared: the file, or the template of a text.
fn key(step: &Step) -> String {
    step.form.below().unwrap_or_else(|| format!("{:?}", step.text))
}

/// The identity of an object whose health an engine awaits; other objects are ready when applied.
fn awaited(object: &Value) -> Option<Box<[String; 4]>> {
    let (api_version, kind) = (text_at(object, "/apiVersion"), text_at(object, "/kind"));
    let waits = kinds::of_object(&api_version, &kind)
        .map_or_else(|| is_azure(&api_version), |record| record.health == HealthSource::Awaited);
    waits.then(|| {
        Box::new([
            api_version,
            kind,
            text_at(object, "/metadata/namespace"),
            text_at(object, "/metadata/name"),
        ])
    })
}

fn text_at(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Counts are far below the limits of the rows' columns.
pub(super) fn narrow<T: TryFrom<usize>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| panic!("too many units, environments or steps"))
}

/// An error of the engine's own objects has no unit to blame.
pub(super) fn bare(code: Code, message: String, env: &Env) -> Diagnostic {
    Diagnostic::new(code, message).within(&env.name)
}
