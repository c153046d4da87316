//! Tokens of accounts are accepted by federated credentials, and pods get them.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Audience, LogsIn, RunsAs},
    verify::facts::Name,
};
use std::collections::BTreeSet;

/// Audience of the tokens that the webhook and the operators request. Source: documentation of
/// Microsoft Entra Workload ID.
const AUDIENCE: &str = "api://AzureADTokenExchange";

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out: Vec<Diagnostic<ObjectPlace>> =
        facts.all::<Audience<Name>>().filter_map(|row| other_audience(facts, row)).collect();
    let accounts: BTreeSet<(Name, Name)> =
        facts.all::<LogsIn<Name>>().map(|row| (row.namespace, row.account)).collect();
    let unlabelled = facts.all::<RunsAs<Name>>().filter(|row| {
        accounts.contains(&(row.namespace, row.account)) && facts.text(row.label) != "true"
    });
    out.extend(unlabelled.map(|row| without_label(facts, row)));
    out
}

fn other_audience(
    facts: &Facts<'_>,
    row: StatedFact<'_, Audience<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let audience = facts.text(row.audience);
    (audience != AUDIENCE).then(|| {
        let message = format!("tokens have the audience `{AUDIENCE}`, not `{audience}`");
        let help = format!("write `{AUDIENCE}`");
        facts.diagnostic(row, Code::BrokenIdentity, message, help)
    })
}

fn without_label(facts: &Facts<'_>, row: StatedFact<'_, RunsAs<Name>>) -> Diagnostic<ObjectPlace> {
    let message = format!(
        "the account `{}` logs in to Azure, but its pods get no token: they lack the label `azure.workload.identity/use`",
        facts.text(row.account)
    );
    let help = "add the label `azure.workload.identity/use: \"true\"` to the pod template";
    facts.diagnostic(row, Code::BrokenIdentity, message, help)
}
