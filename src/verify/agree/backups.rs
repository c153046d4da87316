//! Every volume is in a backup with an existing container. Azure resources are in no backup.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    azure::versions,
    diag::{Code, Diagnostic},
    kinds::{self, ApiVersion, Container, Covers, Excludes, Location, Object, Volume},
    verify::facts::{Name, ObjectOrigin},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let containers: Vec<String> =
        facts.all::<Container<Name>>().map(|row| facts.text(row.name)).collect();
    let foreign = |row: &StatedFact<'_, Location<Name>>| {
        let (kind, account) = (facts.short(row.kind), facts.text(row.account));
        facts.declared.foreign.iter().any(|(k, name)| *k == kind && *name == account)
    };
    let missing = facts
        .all::<Location<Name>>()
        .filter(|row| !containers.contains(&facts.text(row.container)) && !foreign(row));
    let missing = missing.map(|row| {
        let message =
            format!("the container `{}` for backups does not exist", facts.text(row.container));
        facts.diagnostic(
            row,
            Code::BackupTarget,
            message,
            "compare it with the container's `azureName`",
        )
    });
    missing.chain(uncovered(facts)).chain(of_azure(facts)).collect()
}

/// Volumes in a namespace that no schedule backs up.
fn uncovered<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = Diagnostic<ObjectPlace>> + 'a {
    let covered: BTreeSet<_> = facts.all::<Covers<Name>>().map(|row| row.covered).collect();
    facts.all::<Volume<Name>>().filter(move |row| !covered.contains(&row.namespace)).map(|row| {
        let message = format!(
            "no backup contains the volume `{}`: the namespace `{}` is in no schedule",
            facts.text(row.name),
            facts.text(row.namespace)
        );
        facts.diagnostic(
            row,
            Code::NoBackup,
            message,
            "add a schedule by `[backups.schedules.<name>]`, or the namespace to one",
        )
    })
}

/// Azure resources in the backup of a namespace: the schedule does not exclude their kind.
fn of_azure(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let kind_of: BTreeMap<ObjectOrigin, Name> =
        facts.all::<Object<Name>>().map(|row| (row.origin, row.kind)).collect();
    let left_out: BTreeSet<(ObjectOrigin, Name)> =
        facts.all::<Excludes<Name>>().map(|row| (row.origin, row.resource)).collect();
    let mut out = vec![];
    for row in
        facts.all::<ApiVersion<Name>>().filter(|row| versions::is_azure(&facts.text(row.version)))
    {
        let version = facts.text(row.version);
        let kind = kind_of.get(&row.origin).map(|kind| facts.short(*kind)).unwrap_or_default();
        let resource = kinds::resource(version.split('/').next().unwrap_or_default(), &kind);
        let name = facts.name(&resource);
        let covering = facts.all::<Covers<Name>>().filter(|schedule| {
            schedule.covered == row.namespace && !left_out.contains(&(schedule.origin, name))
        });
        out.extend(covering.map(|_| {
            let message = format!(
                "a backup of the namespace `{}` contains this {kind}: a restore in another cluster would take over the resource",
                facts.text(row.namespace)
            );
            facts.diagnostic(
                row,
                Code::BackupOfAzure,
                message,
                format!("move it to the namespace of the Azure resources, or exclude `{resource}` from the schedule"),
            )
        }));
    }
    out
}
