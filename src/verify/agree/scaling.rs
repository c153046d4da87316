//! One controller sets the number of pods of a workload.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{FixedReplicas, Scales},
    verify::facts::{Name, ObjectOrigin},
};
use std::collections::{BTreeMap, BTreeSet};

/// Namespace, kind and name of a workload.
type ScaleTarget = (Name, String, Name);

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let objects = facts.objects();
    let fixed: BTreeMap<ScaleTarget, String> = facts
        .all::<FixedReplicas<Name>>()
        .filter_map(|row| {
            let (kind, name) = objects.get(&row.origin)?;
            Some(((row.namespace, kind.clone(), facts.name(name)), facts.text(row.count)))
        })
        .collect();
    let mut scaled: BTreeSet<(ScaleTarget, ObjectOrigin)> = BTreeSet::new();
    let mut diagnostics = vec![];
    for row in facts.all::<Scales<Name>>() {
        let target = (row.namespace, facts.text(row.kind), row.target);
        if let Some(count) = fixed.get(&target) {
            diagnostics.push(against_replicas(facts, row, count));
        }
        if scaled.iter().any(|(other, origin)| *other == target && *origin != row.origin) {
            diagnostics.push(second(facts, row));
        }
        scaled.insert((target, row.origin));
    }
    diagnostics
}

fn against_replicas(
    facts: &Facts<'_>,
    row: StatedFact<'_, Scales<Name>>,
    count: &str,
) -> Diagnostic<ObjectPlace> {
    let (kind, name) = (facts.text(row.kind), facts.text(row.target));
    let message = format!(
        "{kind} `{name}` sets `spec.replicas` to {count}: each reconciliation undoes this autoscaler"
    );
    let help = "remove `replicas`; for a service of the spec, set its `max_replicas` and remove the autoscaler";
    facts.diagnostic(row, Code::AutoscalerConflict, message, help)
}

fn second(facts: &Facts<'_>, row: StatedFact<'_, Scales<Name>>) -> Diagnostic<ObjectPlace> {
    let (kind, name) = (facts.text(row.kind), facts.text(row.target));
    let message = format!("another autoscaler scales {kind} `{name}`");
    facts.diagnostic(row, Code::AutoscalerConflict, message, "keep one of the two")
}
