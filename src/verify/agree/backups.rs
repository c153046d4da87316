//! A backup ends up somewhere: schedule, location, container. What lasts is in one: every volume.
//! What belongs to Azure is in none.

use super::{Facts, Verdict};
use crate::{
    azure::versions,
    diag::Code,
    kinds,
    verify::facts::{Name, Origin, Relation},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let containers: Vec<String> =
        facts.of(Relation::Container).iter().map(|row| facts.text(row.a)).collect();
    let foreign = |account: String| facts.declared.foreign.contains(&("StorageAccount", account));
    let missing = facts
        .of(Relation::Location)
        .iter()
        .filter(|row| !containers.contains(&facts.text(row.b)) && !foreign(facts.text(row.a)));
    let missing = missing.map(|row| {
        let message = format!("there is no container `{}` to write backups to", facts.text(row.b));
        facts.verdict(
            row,
            Code::BackupTarget,
            message,
            "compare it with the container's `azureName`",
        )
    });
    missing.chain(uncovered(facts)).chain(of_azure(facts)).collect()
}

/// Volumes in a namespace that no schedule backs up.
fn uncovered<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = Verdict> + 'a {
    let covered: BTreeSet<_> = facts.of(Relation::Covers).iter().map(|row| row.a).collect();
    facts.of(Relation::Volume).iter().filter(move |row| !covered.contains(&row.namespace)).map(
        |row| {
            let message = format!(
                "no backup holds the volume `{}`: the namespace `{}` is in no schedule",
                facts.text(row.a),
                facts.text(row.namespace)
            );
            facts.verdict(
                row,
                Code::NoBackup,
                message,
                "add a schedule by `[backups.schedules.<name>]`, or the namespace to one",
            )
        },
    )
}

/// Resources of Azure in a namespace that is backed up, by a schedule that does not leave out their
/// kind.
fn of_azure(facts: &Facts<'_>) -> Vec<Verdict> {
    let kinds: BTreeMap<Origin, Name> =
        facts.of(Relation::Is).iter().map(|row| (row.origin, row.a)).collect();
    let left_out: BTreeSet<(Origin, Name)> =
        facts.of(Relation::LeavesOut).iter().map(|row| (row.origin, row.a)).collect();
    let mut out = vec![];
    for row in
        facts.of(Relation::Version).iter().filter(|row| versions::is_azure(&facts.text(row.a)))
    {
        let version = facts.text(row.a);
        let kind = kinds.get(&row.origin).map(|kind| facts.text(*kind)).unwrap_or_default();
        let resource = kinds::resource(version.split('/').next().unwrap_or_default(), &kind);
        let name = facts.name(&resource);
        let covering = facts.of(Relation::Covers).iter().filter(|schedule| {
            schedule.a == row.namespace && !left_out.contains(&(schedule.origin, name))
        });
        out.extend(covering.map(|_| {
            let message = format!(
                "a backup of the namespace `{}` would hold this {kind}: restored elsewhere, it would take the resource over",
                facts.text(row.namespace)
            );
            facts.verdict(
                row,
                Code::BackupOfAzure,
                message,
                format!("put it into the namespace of Azure's resources, or let the schedule leave out `{resource}`"),
            )
        }));
    }
    out
}
