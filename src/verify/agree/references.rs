//! Every reference resolves, down to the key.

use super::{Facts, Verdict};
use crate::{
    azure::versions,
    diag::{Code, nearest},
    verify::facts::{Name, Relation, Row, is_given},
};
use std::collections::{BTreeMap, BTreeSet};

type Object = (Name, Name, Name);

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let mut objects: BTreeSet<Object> = BTreeSet::new();
    let mut keys: BTreeMap<Object, BTreeSet<Name>> = BTreeMap::new();
    for row in facts.of(Relation::Is).iter().chain(facts.of(Relation::Provides)) {
        objects.insert((row.namespace, row.a, row.b));
    }
    for row in facts.of(Relation::Provides) {
        keys.entry((row.namespace, row.a, row.b)).or_default().insert(row.c);
    }
    let (none, kind) = (facts.name(""), facts.name("Namespace"));
    objects.extend(facts.declared.namespaces.iter().map(|name| (none, kind, facts.name(name))));
    let mut out = homeless(facts, &objects);
    out.extend(not_installed(facts));
    let find = |row: &Row| {
        [(row.namespace, row.a, row.b), (none, row.a, row.b)]
            .into_iter()
            .find(|object| objects.contains(object))
    };
    for row in facts.of(Relation::Refers).iter().chain(facts.of(Relation::Reads)) {
        match find(row) {
            None if is_given(&facts.text(row.a), &facts.text(row.b)) => {}
            None => out.push(dangling(facts, row, &objects)),
            Some(object)
                if row.relation == Relation::Reads
                    && keys.get(&object).is_some_and(|known| !known.contains(&row.c)) =>
            {
                let known: Vec<String> = keys[&object].iter().map(|key| facts.text(*key)).collect();
                out.push(dangling_key(facts, row, &known));
            }
            Some(_) => {}
        }
    }
    out
}

/// A namespaced object needs its namespace: rendered, assumed, or one that belongs to somebody
/// else.
fn homeless(facts: &Facts<'_>, objects: &BTreeSet<Object>) -> Vec<Verdict> {
    let (none, kind) = (facts.name(""), facts.name("Namespace"));
    let homeless = facts
        .of(Relation::Is)
        .iter()
        .filter(|row| row.namespace != none && !objects.contains(&(none, kind, row.namespace)));
    homeless
        .map(|row| {
            let message = format!("there is no namespace `{}`", facts.text(row.namespace));
            facts.verdict(row, Code::DanglingReference, message, "put it into a namespace of a service, or declare the namespace by `[assume.<name>]`")
        })
        .collect()
}

/// An operator installs the kinds of the groups that it was told; the API server refuses those of
/// others.
fn not_installed(facts: &Facts<'_>) -> Vec<Verdict> {
    let told: BTreeSet<String> = facts
        .of(Relation::Installs)
        .iter()
        .flat_map(|row| facts.text(row.a).split(';').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut out = vec![];
    for row in facts.of(Relation::Version) {
        let version = facts.text(row.a);
        let group = version.split('/').next().unwrap_or_default();
        if versions::is_azure(&version) && !told.contains(&format!("{group}/*")) {
            let message = format!("Azure Service Operator does not install the kinds of `{group}`");
            out.push(facts.verdict(
                row,
                Code::NotInstalled,
                message,
                format!("add it: `azure_operator.groups = [\"{group}\"]`"),
            ));
        }
    }
    out
}

fn dangling(facts: &Facts<'_>, row: &Row, objects: &BTreeSet<Object>) -> Verdict {
    let (kind, name, namespace) = (facts.text(row.a), facts.text(row.b), facts.text(row.namespace));
    let none = facts.name("");
    let same: Vec<String> = objects
        .iter()
        .filter(|(ns, k, _)| *k == row.a && (*ns == row.namespace || *ns == none))
        .map(|(_, _, n)| facts.text(*n))
        .collect();
    let everywhere = namespace.is_empty()
        || kind.starts_with("Cluster")
        || matches!(kind.as_str(), "Namespace" | "StorageClass");
    let place = if everywhere { String::new() } else { format!(" in the namespace `{namespace}`") };
    let help = match nearest(&name, same.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "render it, or declare it by `[assume.<name>]` if it comes from elsewhere".into(),
    };
    facts.verdict(row, Code::DanglingReference, format!("there is no {kind} `{name}`{place}"), help)
}

fn dangling_key(facts: &Facts<'_>, row: &Row, known: &[String]) -> Verdict {
    let (kind, name, key) = (facts.text(row.a), facts.text(row.b), facts.text(row.c));
    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
    known.sort_unstable();
    let help = nearest(&key, known.iter().copied()).map_or_else(
        || format!("it has: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    facts.verdict(row, Code::DanglingKey, format!("{kind} `{name}` has no key `{key}`"), help)
}
