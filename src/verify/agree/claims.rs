//! Secrets, priorities and subjects that only one object can have.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Federates, Owns, Ranked},
    verify::facts::{Fact, Name, ObjectOrigin},
};
use std::collections::BTreeMap;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let objects = facts.objects();
    let secret = |row: StatedFact<'_, Owns<Name>>| {
        let secret = facts.text(row.secret);
        let help = "name another Secret in one of the two";
        (vec![secret.clone()], format!("writes the Secret `{secret}`"), help)
    };
    let rank = |row: StatedFact<'_, Ranked<Name>>| {
        let (rank, owner) = (facts.text(row.rank), facts.text(row.owner));
        let claim = format!("has the {rank} in `{owner}`");
        (vec![owner, rank], claim, "Azure refuses it: choose another priority")
    };
    let trust = |row: StatedFact<'_, Federates<Name>>| {
        let [subject, identity, issuer] =
            [row.subject, row.identity, row.issuer].map(|name| facts.text(name));
        let claim = format!("trusts `{subject}` for the identity `{identity}`");
        (vec![subject, identity, issuer], claim, "Azure refuses it: remove one of the two")
    };
    let mut out =
        twice(facts, &objects, facts.all::<Owns<Name>>().map(|row| (row.fact, secret(row))));
    out.extend(twice(
        facts,
        &objects,
        facts.all::<Ranked<Name>>().map(|row| (row.fact, rank(row))),
    ));
    let trusts = facts.all::<Federates<Name>>().map(|row| (row.fact, trust(row)));
    out.extend(twice(facts, &objects, trusts));
    out
}

/// Key of a claim within its namespace, the claim in words, and the fix.
type Claim = (Vec<String>, String, &'static str);

/// Claims that an earlier object has as well.
fn twice<'a>(
    facts: &Facts<'_>,
    objects: &BTreeMap<ObjectOrigin, (String, String)>,
    claims: impl Iterator<Item = (&'a Fact, Claim)>,
) -> Vec<Diagnostic<ObjectPlace>> {
    let mut first: BTreeMap<(Name, Vec<String>), ObjectOrigin> = BTreeMap::new();
    let mut out = vec![];
    for (fact, (key, claim, help)) in claims {
        let origin = *first.entry((fact.namespace, key)).or_insert(fact.origin);
        if origin == fact.origin {
            continue;
        }
        let other = objects.get(&origin).map(|(kind, name)| format!("{kind} `{name}`"));
        let message = format!("{} {claim} as well", other.unwrap_or_default());
        out.push(facts.diagnostic(fact, Code::ConflictingObjects, message, help));
    }
    out
}
