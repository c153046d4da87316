//! The id that pods log in to Azure with is the one of the identity that trusts their account,
//! wherever it was copied from.

use super::{Facts, Verdict};
use crate::{diag::Code, verify::facts::Relation};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let mut trusting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in facts.of(Relation::Federates) {
        trusting.entry(facts.text(row.a)).or_default().insert(facts.text(row.b));
    }
    let ids = ids(facts);
    let mut out = vec![];
    for row in facts.of(Relation::ActsAs) {
        let subject = format!("system:serviceaccount:{}:{}", facts.text(row.b), facts.text(row.c));
        // Other rules find a Secret that does not exist, and an account that nobody trusts; a
        // Secret that people made may hold anything.
        let Some((identity, trusting)) =
            ids.get(&(facts.text(row.namespace), facts.text(row.a))).zip(trusting.get(&subject))
        else {
            continue;
        };
        if !trusting.contains(identity) {
            let message = format!(
                "`{subject}` logs in with the id of the identity `{identity}`, which does not trust it"
            );
            let help = "read the id of the identity whose federated credential names this account";
            out.push(facts.verdict(row, Code::BrokenIdentity, message, help));
        }
    }
    out
}

/// Whose id a Secret holds, by namespace and name: as it was exported, and as it was copied.
fn ids(facts: &Facts<'_>) -> BTreeMap<(String, String), String> {
    let from: BTreeMap<String, String> = facts
        .of(Relation::Keeps)
        .iter()
        .map(|row| (facts.text(row.a), facts.text(row.b)))
        .collect();
    let exported: BTreeMap<(String, String), String> = facts
        .of(Relation::Exports)
        .iter()
        .map(|row| ((facts.text(row.namespace), facts.text(row.a)), facts.text(row.b)))
        .collect();
    let mut all = exported.clone();
    for row in facts.of(Relation::Copies) {
        let source = from
            .get(&facts.text(row.b))
            .and_then(|namespace| exported.get(&(namespace.clone(), facts.text(row.c))));
        all.extend(
            source
                .map(|identity| ((facts.text(row.namespace), facts.text(row.a)), identity.clone())),
        );
    }
    all
}
