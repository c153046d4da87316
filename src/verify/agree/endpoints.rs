//! A resource without public access has a private endpoint, and the network resolves its name.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{self, AzureName, ConnectsTo, Links, Object, PrivateLink, PublicAccess, Resolves},
    verify::facts::{Fact, Name, ObjectOrigin},
};
use std::collections::{BTreeMap, BTreeSet};

/// Ends of a relation, by namespace.
type Ends = BTreeSet<(Name, String)>;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = closed(facts);
    out.extend(sub_resources(facts));
    out.extend(without_zone_group(facts));
    out.extend(wrong_zones(facts));
    out.extend(unlinked_zones(facts));
    out
}

fn unreachable(
    facts: &Facts<'_>,
    row: &Fact,
    message: String,
    help: &str,
) -> Diagnostic<ObjectPlace> {
    facts.diagnostic(row, Code::Unreachable, message, help)
}

/// Resources without public access and without a private endpoint.
fn closed(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let reached: Ends = facts
        .all::<ConnectsTo<Name>>()
        .map(|row| (row.namespace, facts.text(row.target)))
        .collect();
    let objects = facts.objects();
    let object = |row: &StatedFact<'_, PublicAccess<Name>>| {
        objects.get(&row.origin).map(|(kind, name)| format!("{kind}/{name}")).unwrap_or_default()
    };
    let rows = facts.all::<PublicAccess<Name>>();
    rows.filter(|row| facts.text(row.access) == "Disabled")
        .filter(|row| !reached.contains(&(row.namespace, object(row))))
        .map(|row| {
            let message = "it is closed to the internet, and it has no private endpoint";
            let help = "give it a private endpoint, or leave public access on";
            unreachable(facts, row.fact, message.into(), help)
        })
        .collect()
}

/// Endpoints of sub-resources that the target does not have.
fn sub_resources(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let wrong = |row: StatedFact<'_, ConnectsTo<Name>>| {
        let (links, part) = (links(facts, &row)?, facts.text(row.part));
        let known: Vec<&str> = links.iter().map(|link| link.group.as_str()).collect();
        (!known.contains(&part.as_str())).then(|| {
            let kind = facts.short(row.kind);
            let message = format!("private endpoints of {kind} have no sub-resource `{part}`");
            let help = match known[..] {
                [] => "remove the endpoint: Azure Private Link does not support the kind".into(),
                _ => format!("write one of these in `groupIds`: {}", known.join(", ")),
            };
            unreachable(facts, row.fact, message, &help)
        })
    };
    facts.all::<ConnectsTo<Name>>().filter_map(wrong).collect()
}

/// Sub-resources of the target of an endpoint; nothing for an Azure id or an unknown kind.
fn links(
    facts: &Facts<'_>,
    row: &StatedFact<'_, ConnectsTo<Name>>,
) -> Option<&'static [PrivateLink]> {
    Some(&kinds::of_qualified(&facts.text(row.kind))?.azure.as_ref()?.private_link)
}

/// Endpoints whose address is in no private zone.
fn without_zone_group(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let grouped: Ends = facts
        .all::<Resolves<Name>>()
        .map(|row| (row.namespace, facts.text(row.endpoint)))
        .collect();
    let rows = facts.all::<ConnectsTo<Name>>();
    rows.filter(|row| !grouped.contains(&(row.namespace, facts.text(row.endpoint))))
        .map(|row| {
            let message = format!(
                "no zone group writes the address of the endpoint `{}` into a private zone",
                facts.text(row.endpoint)
            );
            let help =
                "add one: without it the name resolves to the public address, which is closed";
            unreachable(facts, row.fact, message, help)
        })
        .collect()
}

/// Zone groups that register an address in a zone in which clients do not look it up.
fn wrong_zones(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let zones = zones(facts);
    let mut out = vec![];
    for group in facts.all::<Resolves<Name>>() {
        let Some(zone) = zones.get(&(group.namespace, group.kind, group.zone)) else { continue };
        let endpoints = facts.all::<ConnectsTo<Name>>();
        let endpoints = endpoints
            .filter(|row| (row.namespace, row.endpoint) == (group.namespace, group.endpoint));
        for wanted in endpoints.map(|row| zones_of(facts, &row)) {
            if !wanted.is_empty() && !wanted.contains(&zone.as_str()) {
                let message = format!("clients do not look the endpoint up in the zone `{zone}`");
                let help = format!("register it in the zone `{}`", wanted.join("` or `"));
                out.push(unreachable(facts, group.fact, message, &help));
            }
        }
    }
    out
}

/// Names in Azure, by namespace, kind and name of the object.
fn zones(facts: &Facts<'_>) -> BTreeMap<(Name, Name, Name), String> {
    let names: BTreeMap<ObjectOrigin, Name> =
        facts.all::<AzureName<Name>>().map(|row| (row.origin, row.name)).collect();
    let zone = |row: StatedFact<'_, Object<Name>>| {
        let name = names.get(&row.origin)?;
        Some(((row.namespace, row.kind, row.name), facts.text(*name)))
    };
    facts.all::<Object<Name>>().filter_map(zone).collect()
}

/// Private DNS zones in which clients look an endpoint up.
fn zones_of(facts: &Facts<'_>, row: &StatedFact<'_, ConnectsTo<Name>>) -> Vec<&'static str> {
    let part = facts.text(row.part);
    let links = links(facts, row).unwrap_or_default().iter();
    links.filter(|link| link.group == part).map(|link| link.zone.as_str()).collect()
}

/// Private zones that no network is linked to. A zone of another team has no name here.
fn unlinked_zones(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let linked: Ends =
        facts.all::<Links<Name>>().map(|row| (row.namespace, facts.text(row.zone))).collect();
    let ours = facts.all::<Resolves<Name>>().filter(|row| !facts.text(row.zone).is_empty());
    ours.filter(|row| !linked.contains(&(row.namespace, facts.text(row.zone))))
        .map(|row| {
            let message =
                format!("the private zone `{}` is linked to no network", facts.text(row.zone));
            let help = "link it: without a link the names in it do not resolve";
            unreachable(facts, row.fact, message, help)
        })
        .collect()
}
