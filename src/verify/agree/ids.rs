//! Pods log in to Azure with the client id of an identity that trusts their account.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Copies, Exports, Federates, ReadsNamespace, UsesIdentity},
    verify::facts::Name,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut trusting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in facts.all::<Federates<Name>>() {
        trusting.entry(facts.text(row.subject)).or_default().insert(facts.text(row.identity));
    }
    let ids = ids(facts);
    let mut out = vec![];
    for row in facts.all::<UsesIdentity<Name>>() {
        let subject = format!(
            "system:serviceaccount:{}:{}",
            facts.text(row.account_namespace),
            facts.text(row.account)
        );
        // Other rules report a missing Secret and an account without an identity. The content of
        // a Secret that people create is unknown.
        let Some((identity, trusting)) = ids
            .get(&(facts.text(row.namespace), facts.text(row.client_id)))
            .zip(trusting.get(&subject))
        else {
            continue;
        };
        if !trusting.contains(identity) {
            let message = format!(
                "`{subject}` logs in with the id of the identity `{identity}`, which does not trust it"
            );
            let help = "read the id of the identity whose federated credential names this account";
            out.push(facts.diagnostic(row, Code::BrokenIdentity, message, help));
        }
    }
    out
}

/// Identity of the client id in each exported or copied Secret, by namespace and name.
fn ids(facts: &Facts<'_>) -> BTreeMap<(String, String), String> {
    let from: BTreeMap<String, String> = facts
        .all::<ReadsNamespace<Name>>()
        .map(|row| (facts.text(row.store), facts.text(row.secret_namespace)))
        .collect();
    let exported: BTreeMap<(String, String), String> = facts
        .all::<Exports<Name>>()
        .map(|row| ((facts.text(row.namespace), facts.text(row.secret)), facts.text(row.identity)))
        .collect();
    let mut all = exported.clone();
    for row in facts.all::<Copies<Name>>() {
        let source = from
            .get(&facts.text(row.store))
            .and_then(|namespace| exported.get(&(namespace.clone(), facts.text(row.source))));
        all.extend(source.map(|identity| {
            ((facts.text(row.namespace), facts.text(row.secret)), identity.clone())
        }));
    }
    all
}
