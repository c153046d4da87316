//! Names are accepted and unique, and images are pinned.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{self, AzureName, Image, NameScope, Object, ObjectNameFormat},
    verify::facts::{Name, ObjectOrigin},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = duplicates(facts);
    out.extend(facts.all::<Object<Name>>().filter_map(|row| refused(facts, row)));
    out.extend(azure_duplicates(facts));
    out.extend(facts.all::<Image<Name>>().filter_map(|row| unpinned(facts, row)));
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
            format!("`{name}` is not a name that {} takes", kinds::short(&kind))
        };
        let help = "use lower-case letters, digits and dashes; dots where the kind allows them";
        facts.diagnostic(row, Code::IllegalName, message, help)
    })
}

/// Two Azure resources of one kind and name in the scope in which names are unique.
fn azure_duplicates(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let kind_of: BTreeMap<ObjectOrigin, Name> =
        facts.all::<Object<Name>>().map(|row| (row.origin, row.kind)).collect();
    let mut seen: BTreeSet<(Name, String, String)> = BTreeSet::new();
    let mut out = vec![];
    for row in facts.all::<AzureName<Name>>() {
        let Some(kind) = kind_of.get(&row.origin) else { continue };
        let Some(scope) = scope(&facts.text(*kind)) else { continue };
        let owner = match scope {
            NameScope::Global | NameScope::Subscription => String::new(),
            NameScope::ResourceGroup | NameScope::Owner => facts.text(row.owner),
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

/// An image without a version.
fn unpinned(
    facts: &Facts<'_>,
    row: StatedFact<'_, Image<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let image = facts.text(row.image);
    (!is_pinned(&image)).then(|| {
        let help = "name a version or a digest; `latest` is neither";
        facts.diagnostic(row, Code::UnpinnedImage, format!("`{image}` is not pinned"), help)
    })
}

fn is_pinned(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or_default();
    image.contains("@sha256:")
        || last.split_once(':').is_some_and(|(_, tag)| !tag.is_empty() && tag != "latest")
}
