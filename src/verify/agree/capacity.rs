//! Disruption budgets that allow node drains, and quotas that are large enough.

use super::{Facts, ObjectPlace, StatedFact, nodes, quotas, requested, stores};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Budget, NodeLabel, Object, Replicas, Scales, Selectable},
    verify::{
        facts::{Carries, Name, ObjectOrigin, Selects},
        selector::{LabelMap, Selector},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// A workload with its number of pods and its resource requests.
pub(super) struct ScheduledWorkload {
    /// Origin.
    pub origin: ObjectOrigin,
    /// Namespace.
    pub namespace: Name,
    /// Labels of the pods.
    labels: Arc<LabelMap>,
    /// Minimum number of pods.
    least: u64,
    /// Maximum number of pods.
    pub most: u64,
    /// Additional pods during a rollout or of a second run.
    pub rollout: u64,
    /// Requests of one pod. An init container has what it requests above the others.
    pub containers: Vec<ContainerRequest>,
}

/// Resource requests of one container.
#[derive(Clone, Copy)]
pub(super) struct ContainerRequest {
    /// Origin of the workload.
    pub origin: ObjectOrigin,
    /// JSON pointer of the container.
    pub at: Name,
    /// Name of the container.
    pub name: Name,
    /// CPU in millicores.
    pub cpu: u64,
    /// Memory in bytes.
    pub memory: u64,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let workloads = workloads(facts);
    let mut out = budgets(facts, &workloads);
    out.extend(quotas::check(facts, &workloads));
    out.extend(nodes::check(facts, &workloads));
    out.extend(stores::check(facts, &workloads));
    out
}

fn workloads(facts: &Facts<'_>) -> Vec<ScheduledWorkload> {
    let mut scaled: BTreeMap<(Name, Name), (u64, u64)> = BTreeMap::new();
    for row in facts.all::<Scales<Name>>() {
        scaled.insert(
            (row.namespace, row.target),
            (number(&facts.text(row.least)), number(&facts.text(row.most))),
        );
    }
    let replicas: BTreeMap<ObjectOrigin, (u64, u64)> =
        facts.all::<Replicas<Name>>().map(|row| (row.origin, pods_of(facts, row))).collect();
    let names: BTreeMap<ObjectOrigin, Name> =
        facts.all::<Object<Name>>().map(|row| (row.origin, row.name)).collect();
    let requests = requested::by_workload(facts);
    let nothing = facts.name("");
    let rendered =
        facts.all::<Carries>().filter(|row| row.what == Selectable::Pods && row.at != nothing);
    rendered
        .map(|row| {
            let (fixed, rollout) = replicas.get(&row.origin).copied().unwrap_or((1, 1));
            let (least, most) = names
                .get(&row.origin)
                .and_then(|name| scaled.get(&(row.namespace, *name)))
                .copied()
                .unwrap_or((fixed, fixed));
            let containers = requests.get(&row.origin).cloned().unwrap_or_default();
            let labels = facts.names.labels(row.labels);
            ScheduledWorkload {
                origin: row.origin,
                namespace: row.namespace,
                labels,
                least,
                most,
                rollout,
                containers,
            }
        })
        .collect()
}

/// Number of pods, and additional pods during a rollout or of a second run.
fn pods_of(facts: &Facts<'_>, row: StatedFact<'_, Replicas<Name>>) -> (u64, u64) {
    const ON_EVERY_NODE: &str = "node";
    let most = facts.text(row.most).parse().unwrap_or(u64::MAX);
    let (count, rollout) = (facts.text(row.count), number(&facts.text(row.rollout)));
    let count = if count == ON_EVERY_NODE {
        let selects = facts.all::<NodeLabel<Name>>().any(|label| label.origin == row.origin);
        if selects { 0 } else { facts.declared.most_nodes }
    } else {
        number(&count)
    };
    (count.min(most), rollout.min(most))
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}

/// Percentages round up. Source: Kubernetes documentation on disruption budgets.
fn share(text: &str, of: u64) -> u64 {
    match text.strip_suffix('%') {
        Some(percent) => (number(percent) * of).div_ceil(100),
        None => number(text),
    }
}

fn budgets(facts: &Facts<'_>, workloads: &[ScheduledWorkload]) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = vec![];
    let selectors: BTreeMap<ObjectOrigin, Arc<Selector>> = facts
        .all::<Selects>()
        .map(|row| (row.origin, facts.names.selector(row.selector)))
        .collect();
    for row in facts.all::<Budget<Name>>() {
        let Some(selector) = selectors.get(&row.origin) else { continue };
        let covered = workloads
            .iter()
            .filter(|w| w.namespace == row.namespace && selector.matches(&w.labels));
        let replicas: u64 = covered.map(|w| w.least).sum();
        let (unavailable, available) = (facts.text(row.unavailable), facts.text(row.available));
        let allowed = if unavailable.is_empty() {
            replicas.saturating_sub(share(&available, replicas))
        } else {
            share(&unavailable, replicas)
        };
        if replicas > 0 && allowed == 0 {
            let pods = if replicas == 1 { "1 pod".into() } else { format!("{replicas} pods") };
            let message = format!("with {pods} this budget never allows an eviction");
            out.push(facts.diagnostic(
                row,
                Code::BudgetBlocksDrain,
                message,
                "allow one pod to be away, or run one more",
            ));
        }
        if replicas == 1 && allowed > 0 {
            let message = "a budget over a single pod protects nothing".to_owned();
            out.push(facts.diagnostic(
                row,
                Code::BudgetBlocksDrain,
                message,
                "run two pods, or leave the budget out",
            ));
        }
    }
    out
}
