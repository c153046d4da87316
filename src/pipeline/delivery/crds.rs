//! CRDs that the engine waits for after the charts of a stage. A chart that fails later does not
//! hold up other roots, because its CRDs stay in the cluster.

use super::{super::stage_order, Maker, ObjectFile};
use crate::{
    kinds,
    model::{Env, TABLE},
    stage::Stage,
};
use std::collections::BTreeSet;

/// CRDs of the kinds in an environment that a chart installs, each with the stage of the chart:
/// apiVersion, kind, namespace and name.
pub(super) fn required(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    files: &[ObjectFile],
) -> Vec<(Stage, [String; 4])> {
    let stages = stage_order::chart_stages(make, env);
    let kinds = files.iter().flat_map(|file| stage_order::objects(file, number));
    let kinds: BTreeSet<String> = kinds.map(|(_, object)| make.names.text(object.kind)).collect();
    let used = kinds.iter().filter_map(|kind| {
        let (group, kind) = kind.rsplit_once('/')?;
        let stage = stages.get(kinds::crd_source(group, kind)?)?;
        Some((*stage, kinds::resource(group, kind)))
    });
    let own = TABLE.iter().filter(|row| !env.instances(row).is_empty());
    let charts = own.filter_map(|row| make.tracer.catalog.manifest(row.name).chart.as_ref());
    let installed = charts.flat_map(|chart| {
        let stage = stages.get(chart.name.as_str());
        chart.installs.iter().filter_map(move |name| Some((*stage?, name.clone())))
    });
    let all: BTreeSet<(Stage, String)> = used.chain(installed).collect();
    all.into_iter().map(|(stage, name)| (stage, subject(name))).collect()
}

fn subject(name: String) -> [String; 4] {
    let (version, kind) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    [version.to_owned(), kind.to_owned(), String::new(), name]
}
