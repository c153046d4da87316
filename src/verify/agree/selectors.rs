//! Every selector selects something, and the ports it speaks of are there.

use super::{Facts, Verdict};
use crate::{
    diag::Code,
    verify::facts::{Name, Origin, Relation},
};
use std::collections::{BTreeMap, BTreeSet};

/// What can be selected in a namespace: the labels, and the ports by name and number.
struct Target {
    labels: BTreeSet<String>,
    ports: BTreeSet<String>,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let pods = targets(facts, Relation::Pods, Relation::PodPort);
    let services = targets(facts, Relation::ServiceLabels, Relation::ServicePort);
    let service = facts.name("Service");
    let mut out = vec![];
    for row in facts.of(Relation::Selects).iter().chain(facts.of(Relation::SelectsPort)) {
        let kind = if row.a == service { "Service" } else { "pod" };
        let known = if row.a == service { &services } else { &pods };
        let wanted: Vec<String> =
            facts.text(row.b).split(',').map(str::to_owned).filter(|l| !l.is_empty()).collect();
        let here = known.get(&row.namespace).map(Vec::as_slice).unwrap_or_default();
        let selected: Vec<&Target> =
            here.iter().filter(|t| wanted.iter().all(|l| t.labels.contains(l))).collect();
        if row.relation == Relation::Selects && selected.is_empty() {
            out.push(facts.verdict(
                row,
                Code::SelectsNothing,
                format!("`{}` selects no {kind}", wanted.join(", ")),
                "compare it with the labels of what it is meant for",
            ));
        }
        let port = facts.text(row.c);
        if row.relation == Relation::SelectsPort
            && !selected.is_empty()
            && !selected.iter().any(|t| t.ports.contains(&port))
        {
            out.push(facts.verdict(
                row,
                Code::DanglingPort,
                format!("no selected {kind} has the port `{port}`"),
                "name one of its ports, or its number",
            ));
        }
    }
    out
}

fn targets(facts: &Facts<'_>, labels: Relation, ports: Relation) -> BTreeMap<Name, Vec<Target>> {
    let mut by_origin: BTreeMap<Origin, BTreeSet<String>> = BTreeMap::new();
    for row in facts.of(ports) {
        by_origin.entry(row.origin).or_default().extend([facts.text(row.a), facts.text(row.b)]);
    }
    let mut out: BTreeMap<Name, Vec<Target>> = BTreeMap::new();
    for row in facts.of(labels) {
        let labels = facts.text(row.a).split(',').map(str::to_owned).collect();
        let ports = by_origin.get(&row.origin).cloned().unwrap_or_default();
        out.entry(row.namespace).or_default().push(Target { labels, ports });
    }
    out
}
