//! One disruption budget per pod. The eviction API answers with an error for a pod that several
//! budgets select. Source: Kubernetes documentation on API-initiated eviction.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Budget, Selectable},
    verify::{
        facts::{Carries, Name, ObjectOrigin, Selects},
        selector::Selector,
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// A budget and the pods that it selects.
struct SelectedBudget<'a> {
    row: StatedFact<'a, Budget<Name>>,
    selector: Arc<Selector>,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let selectors: BTreeMap<ObjectOrigin, Arc<Selector>> = facts
        .all::<Selects>()
        .map(|row| (row.origin, facts.names.selector(row.selector)))
        .collect();
    let mut budgets: BTreeMap<Name, Vec<SelectedBudget<'_>>> = BTreeMap::new();
    for row in facts.all::<Budget<Name>>() {
        if let Some(selector) = selectors.get(&row.origin).cloned() {
            budgets.entry(row.namespace).or_default().push(SelectedBudget { row, selector });
        }
    }
    let objects = facts.objects();
    // The second budget of some pods, and the first one.
    let mut shared: BTreeMap<ObjectOrigin, (StatedFact<'_, Budget<Name>>, ObjectOrigin)> =
        BTreeMap::new();
    for pods in facts.all::<Carries>().filter(|row| row.what == Selectable::Pods) {
        let labels = facts.names.labels(pods.labels);
        let near = budgets.get(&pods.namespace).into_iter().flatten();
        let mut selecting = near.filter(|budget| budget.selector.matches(&labels));
        let Some(first) = selecting.next() else { continue };
        for more in selecting {
            shared.entry(more.row.origin).or_insert((more.row, first.row.origin));
        }
    }
    let named = |origin| objects.get(&origin).map_or("", |(_, name)| name.as_str());
    shared
        .into_values()
        .map(|(row, first)| {
            let message = format!(
                "the budget `{}` selects some of these pods as well, so that no eviction of them works",
                named(first)
            );
            let help = "let each pod have one budget: narrow the selector, or remove one of the two";
            facts.diagnostic(row, Code::BudgetBlocksDrain, message, help)
        })
        .collect()
}
