//! Every selector selects something, and the ports that it names exist.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{PodPort, Selectable, ServicePort},
    verify::{
        facts::{Carries, Name, ObjectOrigin, Selects, SelectsPort},
        selector::{LabelMap, Selector},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An object that selectors can find.
struct SelectableTarget {
    labels: Arc<LabelMap>,
    /// Names and numbers of its ports.
    ports: BTreeSet<Name>,
}

/// Targets by type and namespace.
type Targets = BTreeMap<(Selectable, Name), Vec<SelectableTarget>>;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let targets = targets(facts);
    let mut out = vec![];
    for row in facts.all::<Selects>() {
        let selector = facts.names.selector(row.selector);
        if selector.is_empty()
            || selected(&targets, row.what, row.namespace, &selector).next().is_some()
        {
            continue;
        }
        out.push(facts.diagnostic(
            row,
            Code::SelectsNothing,
            format!("`{}` selects no {}", selector.words(", "), row.what.word()),
            "compare it with the labels of the objects that it must select",
        ));
    }
    for row in facts.all::<SelectsPort>() {
        let selector = facts.names.selector(row.selector);
        let mut found = selected(&targets, row.what, row.namespace, &selector).peekable();
        if found.peek().is_some() && !found.any(|target| target.ports.contains(&row.port)) {
            let (kind, port) = (row.what.word(), facts.text(row.port));
            out.push(facts.diagnostic(
                row,
                Code::DanglingPort,
                format!("no selected {kind} has the port `{port}`"),
                "name one of its ports, or its number",
            ));
        }
    }
    out
}

fn selected<'a>(
    targets: &'a Targets,
    what: Selectable,
    namespace: Name,
    selector: &'a Selector,
) -> impl Iterator<Item = &'a SelectableTarget> {
    let here = targets.get(&(what, namespace)).into_iter().flatten();
    here.filter(|target| selector.matches(&target.labels))
}

fn targets(facts: &Facts<'_>) -> Targets {
    let mut ports: BTreeMap<ObjectOrigin, BTreeSet<Name>> = BTreeMap::new();
    for row in facts.all::<PodPort<Name>>() {
        ports.entry(row.origin).or_default().extend([row.name, row.number]);
    }
    for row in facts.all::<ServicePort<Name>>() {
        ports.entry(row.origin).or_default().extend([row.name, row.number]);
    }
    let mut out = Targets::new();
    for row in facts.all::<Carries>() {
        let labels = facts.names.labels(row.labels);
        let ports = ports.get(&row.origin).cloned().unwrap_or_default();
        out.entry((row.what, row.namespace)).or_default().push(SelectableTarget { labels, ports });
    }
    out
}
