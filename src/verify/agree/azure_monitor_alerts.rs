//! Every alert reaches somebody: the platform's own Alertmanager tells receivers by severity.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::Alerts,
    verify::facts::Name,
};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
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
            "it has no label `severity`".to_owned()
        } else {
            format!("no receiver takes the severity `{severity}`")
        };
        facts.diagnostic(
            row,
            Code::UnroutedAlert,
            format!("nobody is told of the alert `{alert}`: {why}"),
            format!("label it with one of: {}", known.join(", ")),
        )
    };
    unheard.map(verdict).collect()
}
