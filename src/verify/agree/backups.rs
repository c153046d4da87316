//! A backup ends up somewhere: schedule, location, container. And what lasts is in one: every volume.

use super::{Facts, Verdict};
use crate::{diag::Code, verify::facts::Relation};
use std::collections::BTreeSet;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let containers: Vec<String> = facts.of(Relation::Container).iter().map(|row| facts.text(row.a)).collect();
    let foreign = |account: String| facts.declared.foreign.contains(&("StorageAccount", account));
    let missing = facts.of(Relation::Location).iter().filter(|row| !containers.contains(&facts.text(row.b)) && !foreign(facts.text(row.a)));
    let missing = missing.map(|row| {
        let message = format!("there is no container `{}` to write backups to", facts.text(row.b));
        facts.verdict(row, Code::BackupTarget, message, "compare it with the container's `azureName`")
    });
    missing.chain(uncovered(facts)).collect()
}

/// Volumes in a namespace that no schedule backs up.
fn uncovered<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = Verdict> + 'a {
    let covered: BTreeSet<_> = facts.of(Relation::Covers).iter().map(|row| row.a).collect();
    facts.of(Relation::Volume).iter().filter(move |row| !covered.contains(&row.namespace)).map(|row| {
        let message = format!("no backup holds the volume `{}`: the namespace `{}` is in no schedule", facts.text(row.a), facts.text(row.namespace));
        facts.verdict(row, Code::NoBackup, message, "add a schedule by `[backups.schedules.<name>]`, or the namespace to one")
    })
}
