//! One unit in all environments: rendered, judged, factored, handed to the sink, forgotten. Only rows stay.

use super::waive::Waivers;
use crate::{
    diag::{Code, Finding},
    locate::Tracer,
    model::{Env, View},
    plan::{Form, Step, Unit},
    render,
    sink::{SHARED, Sink},
    tree,
    verify::{Collector, Interner, Origin, Relation, Row, Schemas, Verdict, Wrong, judge},
    yaml,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// What stays of the units.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The files of objects.
    pub files: Vec<File>,
    /// What the objects say.
    pub facts: Vec<Row>,
    /// The environment of every object.
    pub objects: Vec<u16>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// A file with an object.
#[derive(Debug)]
pub(super) struct File {
    /// Its path in the tree.
    pub path: String,
    /// The environment; absent for what all share.
    pub environment: Option<u16>,
    /// What it holds, where an engine may have to wait for it: apiVersion, kind, namespace, name.
    pub awaited: Option<Box<[String; 4]>>,
}

impl Made {
    /// All of them, in the order of the units.
    pub(super) fn join(all: Vec<Made>) -> Made {
        let mut out = Made::default();
        all.into_iter().for_each(|made| out.extend(made));
        out
    }

    /// This and then that.
    pub(super) fn extend(&mut self, more: Made) {
        self.files.extend(more.files);
        self.facts.extend(more.facts);
        self.objects.extend(more.objects);
        self.findings.extend(more.findings);
    }
}

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

type Texts<'a> = BTreeMap<String, (Option<Box<[String; 4]>>, Vec<(&'a str, String)>)>;

impl Maker<'_> {
    /// Makes one unit.
    pub(super) fn unit(&self, index: usize, unit: &Unit) -> Made {
        let (mut made, mut texts) = (Made::default(), Texts::new());
        for (number, env) in self.tracer.envs.iter().enumerate() {
            let Some(view) = unit.view(env) else { continue };
            for (step_number, step) in unit.steps(&view, env, self.tracer.catalog).iter().enumerate() {
                let origin = Origin { unit: narrow(index), environment: narrow(number), step: narrow(step_number) };
                match render::render(unit, step, &view, self.tracer.catalog, self.tracer.manifests) {
                    Ok(render::Made::Object(object, text)) => {
                        self.object(origin, env, step, &object, &mut made);
                        let below = step.form.below().unwrap_or_default();
                        texts.entry(below).or_insert_with(|| (awaited(&object), vec![])).1.push((&env.name, text));
                    }
                    Ok(render::Made::Document(text)) => self.document(env, step, &text, &mut made),
                    Err(finding) => made.findings.push(finding.within(&env.name)),
                }
            }
            made.facts.extend(self.chart_pods(index, number, unit, &view));
        }
        self.place(texts, &mut made);
        made
    }

    /// Judges an object by itself, and keeps what it says about others.
    fn object(&self, origin: Origin, env: &Env, step: &Step, object: &Value, made: &mut Made) {
        let wrong = judge(object, self.schemas, env.platform.azure.operator_release.as_str());
        made.findings.extend(wrong.into_iter().filter(|w| !self.waivers.cover(env, w.code, object)).map(|w| self.finding(origin, env, w)));
        made.facts.extend(Collector::new(self.names, origin).collect(object));
        made.objects.push(origin.environment);
        if let Form::Object { extract: Some((pointer, path)), .. } = &step.form
            && let Some(part) = object.pointer(pointer)
        {
            made.findings.extend(self.sink.put(&env.name, path, &yaml::file(part)).err());
        }
    }

    fn document(&self, env: &Env, step: &Step, text: &str, made: &mut Made) {
        let Form::Document { path, shared } = &step.form else { return };
        let whole = self.tracer.envs.len() == env.environments.len();
        let first = whole && self.tracer.envs.first().is_some_and(|first| first.name == env.name);
        if first || !shared {
            made.findings.extend(self.sink.put(if *shared { SHARED } else { &env.name }, path, text).err());
        }
    }

    fn place(&self, texts: Texts<'_>, made: &mut Made) {
        let envs = self.tracer.envs;
        let Some(layout) = envs.first().map(|env| env.platform.gitops.layout) else { return };
        for (file, (awaited, texts)) in texts {
            let borrowed: Vec<(&str, &str)> = texts.iter().map(|(env, text)| (*env, text.as_str())).collect();
            for placed in tree::factor(layout, &file, &borrowed, envs.len()) {
                made.findings.extend(self.sink.put(placed.environment.unwrap_or(SHARED), &placed.path, placed.text).err());
                let environment = placed.environment.and_then(|name| envs.iter().position(|env| env.name == name)).map(narrow);
                made.files.push(File { path: placed.path, environment, awaited: awaited.clone() });
            }
        }
    }

    fn chart_pods(&self, index: usize, number: usize, unit: &Unit, view: &View) -> Vec<Row> {
        let Some(chart) = unit.row.and_then(|row| self.tracer.catalog.manifest(row.name).chart.as_ref()) else { return vec![] };
        // Every kind of pod is an object of its own to the rules.
        let one = |(step, pod): (usize, &crate::catalog::ChartPod)| {
            let origin = Origin { unit: narrow(index), environment: narrow(number), step: 1000 + narrow::<u16>(step) };
            Collector::new(self.names, origin).chart_pods(view.text("namespace"), &pod.name, &pod.ports)
        };
        chart.pods.iter().enumerate().flat_map(one).collect()
    }

    /// What exists although nobody rendered it.
    pub(super) fn surroundings(&self, number: usize, env: &Env) -> Vec<Row> {
        let origin = Origin { unit: u32::MAX, environment: narrow(number), step: u16::MAX };
        let assumed = env.platform.assume.values().flat_map(|object| {
            let keys: Vec<&str> = object.keys.iter().map(crate::model::text::Plain::as_str).collect();
            let namespace = object.namespace.as_ref().map_or("", |n| n.as_str());
            Collector::new(self.names, origin).assumed(object.kind.as_str(), namespace, object.name.as_str(), &keys)
        });
        let given = env.wiring.given.iter().flat_map(|object| {
            let keys: Vec<&str> = object.keys.iter().map(String::as_str).collect();
            Collector::new(self.names, origin).assumed(object.kind, &object.namespace, &object.name, &keys)
        });
        assumed.chain(given).collect()
    }

    fn finding(&self, origin: Origin, env: &Env, wrong: Wrong) -> Finding {
        let labels = self.tracer.labels(origin, &wrong.pointer);
        labels.into_iter().fold(Finding::new(wrong.code, wrong.message).help(wrong.help).within(&env.name), Finding::at)
    }

    /// Verdicts as findings, without those that were accepted.
    pub(super) fn explain(&self, verdicts: Vec<Verdict>, rows: &[Row]) -> Vec<Finding> {
        let objects: BTreeMap<Origin, &Row> = rows.iter().filter(|row| row.relation == Relation::Is).map(|row| (row.origin, row)).collect();
        let mut out = vec![];
        for verdict in verdicts {
            let env = &self.tracer.envs[usize::from(verdict.origin.environment)];
            let object = objects.get(&verdict.origin).map(|row| [row.a, row.namespace, row.b].map(|name| self.names.text(name)));
            if object.as_ref().is_some_and(|[kind, namespace, name]| self.waivers.covers(env, verdict.code, kind, namespace, name)) {
                continue;
            }
            let mut message = verdict.message;
            if let Some([kind, namespace, name]) = object {
                let place = if namespace.is_empty() { name } else { format!("{namespace}/{name}") };
                message = format!("{kind} `{place}`: {message}");
            }
            let cause = verdict.because.as_deref().and_then(|path| self.tracer.in_spec(env, path));
            let finding = Finding::new(verdict.code, message).help(verdict.help).within(&env.name);
            let labels = if verdict.origin.unit as usize >= self.tracer.units.len() { vec![] } else { self.tracer.labels(verdict.origin, &verdict.pointer) };
            out.push(labels.into_iter().fold(finding, Finding::at).at(cause));
        }
        out
    }
}

/// Objects that say when they work; the others are ready when they are applied.
fn awaited(object: &Value) -> Option<Box<[String; 4]>> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("/apiVersion"), text("/kind"));
    let waits = matches!(kind.as_str(), "Deployment" | "HelmRelease") || crate::azure::versions::is_azure(&api_version);
    waits.then(|| Box::new([api_version, kind, text("/metadata/namespace"), text("/metadata/name")]))
}

/// Counts are far below the limits of the rows' columns.
pub(super) fn narrow<T: TryFrom<usize>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| panic!("too many units, environments or steps"))
}

/// An error of the engine's own objects has no unit to blame.
pub(super) fn bare(code: Code, message: String, env: &Env) -> Finding {
    Finding::new(code, message).within(&env.name)
}
