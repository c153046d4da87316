//! What is closed to the internet is reached by a private endpoint, whose name the network finds.

use super::{Facts, Verdict};
use crate::{
    diag::Code,
    verify::facts::{Name, Relation, Row},
};
use std::collections::BTreeSet;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let (reached, grouped, linked) = (
        ends(facts, Relation::LeadsTo),
        ends(facts, Relation::Resolves),
        ends(facts, Relation::Links),
    );
    let mut out = vec![];
    let mut refuse = |row: &Row, message: String, help: &str| {
        out.push(facts.verdict(row, Code::Unreachable, message, help))
    };
    for row in facts.of(Relation::PublicAccess).iter().filter(|row| facts.text(row.a) == "Disabled")
    {
        if !reached.contains(&(row.namespace, object(facts, row))) {
            refuse(
                row,
                "it is closed to the internet, and no private endpoint leads to it".into(),
                "give it a private endpoint, or leave public access on",
            );
        }
    }
    for row in facts
        .of(Relation::LeadsTo)
        .iter()
        .filter(|row| !grouped.contains(&(row.namespace, facts.text(row.b))))
    {
        let message = format!(
            "no zone group writes the address of the endpoint `{}` into a private zone",
            facts.text(row.b)
        );
        refuse(
            row,
            message,
            "add one: without it everybody sees the public address, which is closed",
        );
    }
    // A zone of others has no name here, and its links are theirs.
    let ours = |row: &&&Row| !facts.text(row.b).is_empty();
    for row in facts
        .of(Relation::Resolves)
        .iter()
        .filter(ours)
        .filter(|row| !linked.contains(&(row.namespace, facts.text(row.b))))
    {
        let message = format!("the private zone `{}` is linked to no network", facts.text(row.b));
        refuse(row, message, "link it: without that nobody finds the names in it");
    }
    out
}

fn ends(facts: &Facts<'_>, relation: Relation) -> BTreeSet<(Name, String)> {
    facts.of(relation).iter().map(|row| (row.namespace, facts.text(row.a))).collect()
}

/// The object that a row is of, as `Kind/name`.
fn object(facts: &Facts<'_>, row: &Row) -> String {
    let own = facts.of(Relation::Is).iter().find(|is| is.origin == row.origin);
    own.map(|is| format!("{}/{}", facts.text(is.a), facts.text(is.b))).unwrap_or_default()
}
