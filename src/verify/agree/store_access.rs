//! Objects use stores that admit their namespace.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Admits, Object, References},
    verify::facts::{Name, ObjectOrigin},
};
use regex_lite::Regex;
use std::collections::BTreeMap;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let stores: BTreeMap<ObjectOrigin, (Name, Name)> =
        facts.all::<Object<Name>>().map(|row| (row.origin, (row.kind, row.name))).collect();
    let mut conditions: BTreeMap<(Name, Name), Vec<StatedFact<'_, Admits<Name>>>> = BTreeMap::new();
    for row in facts.all::<Admits<Name>>() {
        let Some(store) = stores.get(&row.origin) else { continue };
        conditions.entry(*store).or_default().push(row);
    }
    let none = facts.name("");
    let used = facts.all::<References<Name>>().filter(|row| row.namespace != none);
    used.filter_map(|row| {
        let admitted = conditions.get(&(row.kind, row.name))?;
        let namespace = facts.text(row.namespace);
        (!admitted.iter().any(|one| admits(facts, one, &namespace))).then(|| {
            let (kind, name) = (facts.short(row.kind), facts.text(row.name));
            let message =
                format!("`conditions` of the {kind} `{name}` do not admit the namespace `{namespace}`");
            let help = "read the secret through a store for this namespace, such as `secrets` of a service in it";
            facts.diagnostic(row, Code::ClosedStore, message, help)
        })
    })
    .collect()
}

/// Labels of namespaces are unknown, so that a selector of labels admits all of them.
fn admits(facts: &Facts<'_>, row: &StatedFact<'_, Admits<Name>>, namespace: &str) -> bool {
    let value = facts.text(row.value);
    match facts.text(row.form).as_str() {
        "name" => value == namespace,
        "regex" => Regex::new(&value).is_ok_and(|pattern| pattern.is_match(namespace)),
        _ => true,
    }
}
