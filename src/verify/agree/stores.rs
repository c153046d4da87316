//! Copies of a database that do not know each other.

use super::{Facts, ObjectPlace, capacity::ScheduledWorkload};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Image, Replicas},
    model::image,
    verify::facts::Name,
};

/// Reports several pods with the image of a database or a queue: each has data of its own.
pub(super) fn check(
    facts: &Facts<'_>,
    workloads: &[ScheduledWorkload],
) -> Vec<Diagnostic<ObjectPlace>> {
    let counted: Vec<_> = facts.all::<Replicas<Name>>().map(|row| row.origin).collect();
    let several = |row: &super::StatedFact<'_, Image<Name>>| {
        let own = workloads.iter().find(|workload| workload.origin == row.origin);
        own.map(|workload| workload.most).filter(|most| *most > 1 && counted.contains(&row.origin))
    };
    let images = facts.all::<Image<Name>>();
    images
        .filter_map(|row| {
            let name = facts.text(row.image);
            let (store, copies) = (image::store(&name)?, several(&row)?);
            let message = format!(
                "{copies} pods of `{store}` are {copies} separate stores: a client reaches another one with each connection"
            );
            let help = "run one replica (`replicas = 1`, `max_replicas = 1`), or use a managed database; waive this if its configuration forms a cluster";
            Some(facts.diagnostic(row, Code::SplitStore, message, help))
        })
        .collect()
}
