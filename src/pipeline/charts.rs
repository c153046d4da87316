//! Charts of an environment, with their stages and the kinds that they install.

use super::{make::Maker, rendered::ObjectFile};
use crate::{
    catalog::{ChartManifest, Manifest, OutputKind},
    kinds::{self, Object},
    model::{Env, TABLE},
    stage::Stage,
    verify::{Fact, Name},
};
use std::collections::{BTreeMap, BTreeSet};

/// A chart that installs a kind.
pub(super) struct KindSource {
    /// Name of the chart.
    pub chart: &'static str,
    /// Stage of the chart.
    pub stage: Stage,
}

/// Charts of the components in an environment.
pub(super) fn charts<'a>(
    make: &Maker<'a>,
    env: &Env,
) -> impl Iterator<Item = (&'a Manifest, &'a ChartManifest)> {
    let catalog = make.tracer.catalog;
    let present = TABLE.iter().filter(|row| !env.instances(row).is_empty());
    present.filter_map(|row| {
        let manifest = catalog.manifest(row.name);
        Some((manifest, manifest.chart.as_ref()?))
    })
}

/// Objects of files in an environment, each with its file and the fact that states it.
pub(super) fn objects(
    files: &[ObjectFile],
    number: usize,
) -> impl Iterator<Item = (&ObjectFile, Fact, &Object<Name>)> {
    let shared = files.iter().flat_map(|file| file.facts.iter().map(move |facts| (file, facts)));
    shared.filter_map(move |(file, facts)| Some((file, facts, facts.origin(number)?))).flat_map(
        |(file, shared, origin)| {
            let facts = shared.facts.iter();
            facts.filter_map(move |fact| Some((file, Fact { origin, ..*fact }, fact.object()?)))
        },
    )
}

/// The kinds in an environment that one of its charts installs.
pub(super) fn kind_sources(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    files: &[ObjectFile],
) -> BTreeMap<Name, KindSource> {
    let stages: BTreeMap<&str, Stage> = charts(make, env)
        .filter_map(|(manifest, chart)| {
            let output = manifest.outputs.iter().find(|one| one.kind == OutputKind::Chart)?;
            Some((chart.name.as_str(), output.stage?))
        })
        .collect();
    let kinds: BTreeSet<Name> = objects(files, number).map(|(.., object)| object.kind).collect();
    let source = |kind: Name| {
        let text = make.names.text(kind);
        let (group, short) = text.rsplit_once('/')?;
        let chart = kinds::crd_source(group, short)?;
        Some((kind, KindSource { chart, stage: *stages.get(chart)? }))
    };
    kinds.into_iter().filter_map(source).collect()
}
