//! The stage of each object against the stages of its namespace and of the operator of its kind. An
//! object in an earlier stage waits for objects that wait for its own stage.

use super::{make::Maker, rendered::ObjectFile};
use crate::{
    catalog::{ChartManifest, OutputKind},
    diag::{Code, Diagnostic},
    kinds::{self, Object},
    model::{Env, TABLE},
    stage::Stage,
    verify::{Fact, Name},
};
use std::collections::BTreeMap;

/// An object of a file in one environment.
struct Staged<'a> {
    stage: Stage,
    fact: Fact,
    object: &'a Object<Name>,
}

/// Reports objects that are applied before their namespace or their kind exists.
pub(super) fn validate(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    files: &[ObjectFile],
) -> Vec<Diagnostic> {
    let objects: Vec<Staged<'_>> = files.iter().flat_map(|file| staged(file, number)).collect();
    let namespaces = namespaces(make, &objects);
    let operators = chart_stages(make, env);
    let mut diagnostics = vec![];
    for one in &objects {
        let kind = make.names.text(one.object.kind);
        let namespace = make.names.text(one.fact.namespace);
        let name = make.names.text(one.object.name);
        if make.waivers.covers(env, Code::StageOrder, kinds::short(&kind), &namespace, &name) {
            continue;
        }
        if let Some(later) = namespaces.get(&namespace).filter(|later| later.waits_for(one.stage)) {
            let needed = format!("its namespace `{namespace}`");
            diagnostics.push(diagnostic(make, env, one, &needed, *later, *later));
        }
        let chart = kind.rsplit_once('/').and_then(|(group, kind)| kinds::crd_source(group, kind));
        let installed = chart.and_then(|chart| Some((chart, *operators.get(chart)?)));
        if let Some((chart, stage)) =
            installed.filter(|(_, stage)| *stage == one.stage || stage.waits_for(one.stage))
        {
            let needed = format!("the chart `{chart}` of its kind");
            diagnostics.push(diagnostic(make, env, one, &needed, stage, stage.following()));
        }
    }
    diagnostics
}

/// The objects of a file in an environment, with the fact that states them.
pub(super) fn objects(
    file: &ObjectFile,
    number: usize,
) -> impl Iterator<Item = (Fact, &Object<Name>)> {
    file.facts.iter().flat_map(move |shared| {
        shared.origin(number).into_iter().flat_map(|origin| {
            let facts = shared.facts.iter();
            facts.filter_map(move |fact| Some((Fact { origin, ..*fact }, fact.object()?)))
        })
    })
}

/// The objects of a file in an environment, with their stage.
fn staged(file: &ObjectFile, number: usize) -> impl Iterator<Item = Staged<'_>> {
    let stage = file.below.split('/').next().and_then(Stage::of_name);
    objects(file, number)
        .filter_map(move |(fact, object)| Some(Staged { stage: stage?, fact, object }))
}

/// Stages of the rendered namespaces.
fn namespaces(make: &Maker<'_>, objects: &[Staged<'_>]) -> BTreeMap<String, Stage> {
    let all =
        objects.iter().filter(|one| kinds::short(&make.names.text(one.object.kind)) == "Namespace");
    all.map(|one| (make.names.text(one.object.name), one.stage)).collect()
}

/// Stages of the charts in an environment, by the name of the chart.
pub(super) fn chart_stages<'a>(make: &Maker<'a>, env: &Env) -> BTreeMap<&'a str, Stage> {
    let present = TABLE.iter().filter(|row| !env.instances(row).is_empty());
    let charts = present.filter_map(|row| {
        let manifest = make.tracer.catalog.manifest(row.name);
        let chart: &ChartManifest = manifest.chart.as_ref()?;
        let output = manifest.outputs.iter().find(|output| output.kind == OutputKind::Chart)?;
        Some((chart.name.as_str(), output.stage?))
    });
    charts.collect()
}

fn diagnostic(
    make: &Maker<'_>,
    env: &Env,
    one: &Staged<'_>,
    needed: &str,
    later: Stage,
    right: Stage,
) -> Diagnostic {
    let text = |name: Name| make.names.text(name);
    let (kind, name) = (text(one.object.kind), text(one.object.name));
    let message = format!(
        "{} `{name}` is in the stage `{}`, but {needed} is in the stage `{}`",
        kinds::short(&kind),
        one.stage.name(),
        later.name(),
    );
    let labels = make.tracer.labels(one.fact.origin, "");
    let help = format!("set its stage to `{}`", right.name());
    labels.into_iter().fold(
        Diagnostic::new(Code::StageOrder, message).help(help).within(&env.name),
        Diagnostic::at,
    )
}
