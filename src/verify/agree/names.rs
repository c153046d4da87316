//! Names are accepted and unique.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{self, AzureName, NameScope, Object, ObjectNameFormat},
    verify::facts::{Name, ObjectOrigin},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = duplicates(facts);
    out.extend(facts.all::<Object<Name>>().filter_map(|row| refused(facts, row)));
    out.extend(azure_duplicates(facts));
    out
}

/// Two objects of one kind, namespace and name.
fn duplicates(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut seen: BTreeSet<(Name, Name, Name)> = BTreeSet::new();
    let again =
        facts.all::<Object<Name>>().filter(|row| !seen.insert((row.namespace, row.kind, row.name)));
    again
        .map(|row| {
            let place = match facts.text(row.namespace) {
                place if place.is_empty() => place,
                place => format!(" in the namespace `{place}`"),
            };
            let message = format!("there is another one of this name{place}");
            facts.diagnostic(row, Code::DuplicateObject, message, "rename one of the two")
        })
        .collect()
}

/// A name that the API server does not accept.
fn refused(
    facts: &Facts<'_>,
    row: StatedFact<'_, Object<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let (kind, name) = (facts.text(row.kind), facts.text(row.name));
    let format =
        kinds::of_qualified(&kind).map_or(ObjectNameFormat::Subdomain, |record| record.object_name);
    (!format.accepts(&name)).then(|| {
        let message = if name.is_empty() {
            "it has no name".to_owned()
        } else if let Some(most) = format.most().filter(|most| name.len() > *most) {
            let (length, kind) = (name.len(), kinds::short(&kind));
            format!("`{name}` has {length} characters; the name of a {kind} can have {most}")
        } else {
            format!("`{name}` is not a valid name of a {}", kinds::short(&kind))
        };
        let help = "use lower-case letters, digits and dashes; dots where the kind allows them";
        facts.diagnostic(row, Code::IllegalName, message, help)
    })
}

/// Type and name in Azure of each object, by namespace and `Kind/name`, in lower case.
fn azure_ids(
    facts: &Facts<'_>,
    kind_of: &BTreeMap<ObjectOrigin, (Name, Name)>,
) -> BTreeMap<(Name, String), String> {
    let row = |row: StatedFact<'_, AzureName<Name>>| {
        let (kind, name) = kind_of.get(&row.origin)?;
        let record = kinds::of_qualified(&facts.text(*kind))?.azure.as_ref()?;
        let own = record.arm_type.as_deref()?.rsplit('/').next()?;
        let object = format!("{}/{}", facts.short(*kind), facts.text(*name));
        let id = format!("{own}/{}", facts.text(row.name)).to_lowercase();
        Some(((row.namespace, object), id))
    };
    facts.all::<AzureName<Name>>().filter_map(row).collect()
}

/// The owner of a resource: its type and name in Azure where they are known.
fn owner_of(
    facts: &Facts<'_>,
    ids: &BTreeMap<(Name, String), String>,
    row: StatedFact<'_, AzureName<Name>>,
) -> String {
    let owner = facts.text(row.owner);
    if owner.starts_with('/') {
        let mut last = owner.rsplit('/').take(2).collect::<Vec<_>>();
        last.reverse();
        return last.join("/").to_lowercase();
    }
    let unknown = || format!("{}:{owner}", facts.text(row.namespace));
    ids.get(&(row.namespace, owner.clone())).cloned().unwrap_or_else(unknown)
}

/// Two Azure resources of one kind and name in the scope in which names are unique.
fn azure_duplicates(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let kind_of: BTreeMap<ObjectOrigin, (Name, Name)> =
        facts.all::<Object<Name>>().map(|row| (row.origin, (row.kind, row.name))).collect();
    let ids = azure_ids(facts, &kind_of);
    let mut seen: BTreeSet<(Name, String, String)> = BTreeSet::new();
    let mut out = vec![];
    for row in facts.all::<AzureName<Name>>() {
        let Some((kind, _)) = kind_of.get(&row.origin) else { continue };
        let Some(scope) = scope(&facts.text(*kind)) else { continue };
        let owner = match scope {
            NameScope::Global | NameScope::Subscription => String::new(),
            NameScope::ResourceGroup | NameScope::Owner => owner_of(facts, &ids, row),
        };
        let name = facts.text(row.name);
        if !seen.insert((*kind, owner, name.to_lowercase())) {
            let message = format!("there is another {} `{name}` in Azure", facts.short(*kind));
            let help = "write another `spec.azureName` in one of the two";
            out.push(facts.diagnostic(row, Code::DuplicateObject, message, help));
        }
    }
    out
}

fn scope(kind: &str) -> Option<NameScope> {
    Some(kinds::of_qualified(kind)?.azure.as_ref()?.name.unique)
}
