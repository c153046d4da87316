//! What is closed to the internet is reached by a private endpoint, whose name the network finds.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{LeadsTo, Links, PublicAccess, Resolves},
    verify::facts::{Fact, Name},
};
use std::collections::BTreeSet;

/// Ends of a relation, by namespace.
type Ends = BTreeSet<(Name, String)>;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let reached: Ends =
        facts.all::<LeadsTo<Name>>().map(|row| (row.namespace, facts.text(row.target))).collect();
    let grouped: Ends = facts
        .all::<Resolves<Name>>()
        .map(|row| (row.namespace, facts.text(row.endpoint)))
        .collect();
    let linked: Ends =
        facts.all::<Links<Name>>().map(|row| (row.namespace, facts.text(row.zone))).collect();
    let objects = facts.objects();
    let object = |row: &StatedFact<'_, PublicAccess<Name>>| {
        objects.get(&row.origin).map(|(kind, name)| format!("{kind}/{name}")).unwrap_or_default()
    };
    let mut out = vec![];
    let mut refuse = |row: &Fact, message: String, help: &str| {
        out.push(facts.diagnostic(row, Code::Unreachable, message, help));
    };
    for row in facts.all::<PublicAccess<Name>>().filter(|row| facts.text(row.access) == "Disabled")
    {
        if !reached.contains(&(row.namespace, object(&row))) {
            refuse(
                row.fact,
                "it is closed to the internet, and no private endpoint leads to it".into(),
                "give it a private endpoint, or leave public access on",
            );
        }
    }
    for row in facts
        .all::<LeadsTo<Name>>()
        .filter(|row| !grouped.contains(&(row.namespace, facts.text(row.endpoint))))
    {
        let message = format!(
            "no zone group writes the address of the endpoint `{}` into a private zone",
            facts.text(row.endpoint)
        );
        refuse(
            row.fact,
            message,
            "add one: without it everybody sees the public address, which is closed",
        );
    }
    // A zone of others has no name here, and its links are theirs.
    let ours = |row: &StatedFact<'_, Resolves<Name>>| !facts.text(row.zone).is_empty();
    for row in facts
        .all::<Resolves<Name>>()
        .filter(ours)
        .filter(|row| !linked.contains(&(row.namespace, facts.text(row.zone))))
    {
        let message =
            format!("the private zone `{}` is linked to no network", facts.text(row.zone));
        refuse(row.fact, message, "link it: without that nobody finds the names in it");
    }
    out
}
