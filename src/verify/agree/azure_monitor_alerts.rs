//! Prometheus loads every rule, and a receiver gets every alert.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Alerts, LoadedByLabel},
    verify::facts::Name,
};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = unrouted(facts);
    out.extend(facts.all::<LoadedByLabel<Name>>().filter_map(|row| not_loaded(facts, row)));
    out
}

/// Prometheus does not load a rule or monitor without its label `release`.
fn not_loaded(
    facts: &Facts<'_>,
    row: StatedFact<'_, LoadedByLabel<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let wanted = facts.declared.release?;
    let release = facts.text(row.release);
    (release != wanted).then(|| {
        let message = if release.is_empty() {
            "it has no label `release`, by which Prometheus selects it".to_owned()
        } else {
            format!("Prometheus does not select the label `release: {release}`")
        };
        let help = format!("add the label `release: {wanted}` to `metadata.labels`");
        facts.diagnostic(row, Code::NotLoaded, message, help)
    })
}

/// Alerts with a severity that no receiver takes.
fn unrouted(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let known = facts.declared.severities;
    if known.is_empty() {
        return vec![];
    }
    let all = facts
        .all::<Alerts<Name>>()
        .map(|row| (row, facts.text(row.name), facts.text(row.severity)));
    let unheard = all.filter(|(_, _, severity)| !known.contains(&severity.as_str()));
    let verdict = |(row, alert, severity): (StatedFact<'_, Alerts<Name>>, String, String)| {
        let why = if severity.is_empty() {
            "the label `severity` is absent".to_owned()
        } else {
            format!("no receiver takes the severity `{severity}`")
        };
        facts.diagnostic(
            row,
            Code::UnroutedAlert,
            format!("no receiver gets the alert `{alert}`: {why}"),
            format!("label it with one of: {}", known.join(", ")),
        )
    };
    unheard.map(verdict).collect()
}
