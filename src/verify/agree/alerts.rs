//! Every alert reaches somebody: the platform's own Alertmanager tells receivers by severity.

use super::{Facts, Verdict};
use crate::{diag::Code, verify::facts::Relation};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let known = facts.declared.severities;
    if known.is_empty() {
        return vec![];
    }
    let all =
        facts.of(Relation::Alerts).iter().map(|row| (row, facts.text(row.a), facts.text(row.b)));
    let unheard = all.filter(|(_, _, severity)| !known.contains(&severity.as_str()));
    let verdict = |(row, alert, severity): (&&_, String, String)| {
        let why = if severity.is_empty() {
            "it has no label `severity`".to_owned()
        } else {
            format!("no receiver takes the severity `{severity}`")
        };
        facts.verdict(
            row,
            Code::UnroutedAlert,
            format!("nobody is told of the alert `{alert}`: {why}"),
            format!("label it with one of: {}", known.join(", ")),
        )
    };
    unheard.map(verdict).collect()
}
