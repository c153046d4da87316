//! A backup ends up somewhere: schedule, location, container.

use super::{Facts, Verdict};
use crate::{diag::Code, verify::facts::Relation};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let containers: Vec<String> = facts.of(Relation::Container).iter().map(|row| facts.text(row.a)).collect();
    let missing = facts.of(Relation::Location).iter().filter(|row| !containers.contains(&facts.text(row.b)));
    missing
        .map(|row| {
            let message = format!("there is no container `{}` to write backups to", facts.text(row.b));
            facts.verdict(row, Code::BackupTarget, message, "compare it with the container's `azureName`")
        })
        .collect()
}
