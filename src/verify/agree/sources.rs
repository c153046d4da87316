//! Sources of `ExternalSecrets` exist, and the account of the store may read them.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Binds, Grants, Provides, ReadsNamespace, UsesStore},
    verify::facts::Name,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let stores: BTreeMap<String, StatedFact<'_, ReadsNamespace<Name>>> =
        facts.all::<ReadsNamespace<Name>>().map(|row| (facts.text(row.store), row)).collect();
    let there = there(facts);
    let readable = readable(facts);
    let mut out = vec![];
    for row in facts.all::<UsesStore<Name>>() {
        let Some(store) = stores.get(&facts.text(row.store)) else {
            out.extend(unseeded(facts, row));
            continue;
        };
        let (namespace, account) = (facts.text(store.secret_namespace), facts.text(store.account));
        let (name, key) = (facts.text(row.key), facts.text(row.property));
        if !there.contains(&(namespace.clone(), name.clone(), key.clone())) {
            let message = format!(
                "there is no key `{key}` of a Secret `{name}` in the namespace `{namespace}`"
            );
            let help = "compare it with `operatorSpec` of the identity, or with the list in `docs/<environment>/secrets.md`; declare others by `[assume.<name>]`";
            out.push(facts.diagnostic(row, Code::DanglingKey, message, help));
        }
        if !readable.contains(&(account.clone(), namespace.clone(), name.clone())) {
            let message = format!(
                "the store reads as `{account}`, which no Role in the namespace `{namespace}` lets read the Secret `{name}`"
            );
            out.push(facts.diagnostic(
                row,
                Code::BrokenIdentity,
                message,
                "add the name to the Role that is bound to the account",
            ));
        }
    }
    out
}

/// The list of required secrets of a vault lacks a secret that an ExternalSecret reads.
fn unseeded(
    facts: &Facts<'_>,
    row: StatedFact<'_, UsesStore<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let (store, secret) = (facts.text(row.store), facts.text(row.key));
    let name = secret.strip_prefix("secret/").unwrap_or(&secret);
    // A store of the user's own has a list of its own.
    let listed = facts.declared.seeds.get(store.as_str())?;
    (!listed.iter().any(|known| known.eq_ignore_ascii_case(name))).then(|| {
        let message = format!("the list of required secrets of the store `{store}` lacks `{name}`");
        let help = "declare it by `[secrets.<name>]` or by `secrets` of its service: then it is in `docs/<environment>/secrets.md`";
        facts.diagnostic(row, Code::UndocumentedSecret, message, help)
    })
}

/// Keys of Secrets by namespace and name: rendered, exported, assumed, or created by people.
fn there(facts: &Facts<'_>) -> BTreeSet<(String, String, String)> {
    let provided = facts.all::<Provides<Name>>().filter(|row| facts.short(row.kind) == "Secret");
    let provided =
        provided.map(|row| (facts.text(row.namespace), facts.text(row.name), facts.text(row.key)));
    let made =
        facts.declared.sources.iter().map(|(namespace, name, key)| {
            ((*namespace).to_owned(), name.clone(), (*key).to_owned())
        });
    provided.chain(made).collect()
}

/// Rights to read Secrets: account, namespace, name.
fn readable(facts: &Facts<'_>) -> BTreeSet<(String, String, String)> {
    let mut granted: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in facts.all::<Grants<Name>>() {
        granted
            .entry((facts.text(row.namespace), facts.text(row.role)))
            .or_default()
            .push(facts.text(row.secret));
    }
    let mut out = BTreeSet::new();
    for row in facts.all::<Binds<Name>>() {
        let (namespace, account) = (facts.text(row.namespace), facts.text(row.account));
        let names = granted.get(&(namespace.clone(), facts.text(row.role))).into_iter().flatten();
        out.extend(names.map(|name| (account.clone(), namespace.clone(), name.clone())));
    }
    out
}
