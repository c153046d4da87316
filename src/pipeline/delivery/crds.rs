//! CRDs that the engine waits for after the charts of a stage. A chart that fails later does not
//! delay other roots, because its CRDs stay in the cluster.

use super::{Maker, ObjectFile};
use crate::{kinds, model::Env, pipeline::charts, stage::Stage};

/// CRDs of the kinds in an environment that a chart installs, each with the stage of the chart:
/// apiVersion, kind, namespace and name. Ordered by stage and name.
pub(super) fn required(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    files: &[ObjectFile],
) -> Vec<(Stage, [String; 4])> {
    let sources = charts::kind_sources(make, number, env, files);
    let mut crds: Vec<(Stage, String)> = sources
        .into_iter()
        .filter_map(|(kind, source)| {
            let kind = make.names.text(kind);
            let (group, short) = kind.rsplit_once('/')?;
            Some((source.stage, kinds::resource(group, short)))
        })
        .collect();
    crds.sort_unstable();
    crds.into_iter().map(|(stage, name)| (stage, subject(name))).collect()
}

fn subject(name: String) -> [String; 4] {
    let (version, kind) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    [version.to_owned(), kind.to_owned(), String::new(), name]
}
