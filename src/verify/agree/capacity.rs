//! Budgets let nodes drain, and quotas have room for all requests.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Budget, Object, Quota, Replicas, Requests, Scales, Selectable},
    model::text::{cpu, memory},
    verify::{
        facts::{Carries, Name, ObjectOrigin, Selects},
        selector::{LabelMap, Selector},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// Labels, pods and requests of a workload.
struct ScheduledWorkload {
    namespace: Name,
    labels: Arc<LabelMap>,
    least: u64,
    most: u64,
    cpu: u64,
    memory: u64,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let workloads = workloads(facts);
    let mut out = budgets(facts, &workloads);
    out.extend(quotas(facts, &workloads));
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
    let replicas: BTreeMap<ObjectOrigin, u64> = facts
        .all::<Replicas<Name>>()
        .map(|row| (row.origin, number(&facts.text(row.count))))
        .collect();
    let names: BTreeMap<ObjectOrigin, Name> =
        facts.all::<Object<Name>>().map(|row| (row.origin, row.name)).collect();
    let mut requests: BTreeMap<ObjectOrigin, (u64, u64)> = BTreeMap::new();
    for row in facts.all::<Requests<Name>>() {
        let sum = requests.entry(row.origin).or_default();
        sum.0 += cpu(&facts.text(row.cpu)).unwrap_or_default();
        sum.1 += memory(&facts.text(row.memory)).unwrap_or_default();
    }
    let nothing = facts.name("");
    let rendered =
        facts.all::<Carries>().filter(|row| row.what == Selectable::Pods && row.at != nothing);
    rendered
        .map(|row| {
            let fixed = replicas.get(&row.origin).copied().unwrap_or(1);
            let (least, most) = names
                .get(&row.origin)
                .and_then(|name| scaled.get(&(row.namespace, *name)))
                .copied()
                .unwrap_or((fixed, fixed));
            let (cpu, memory) = requests.get(&row.origin).copied().unwrap_or_default();
            let labels = facts.names.labels(row.labels);
            ScheduledWorkload { namespace: row.namespace, labels, least, most, cpu, memory }
        })
        .collect()
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
            let message = format!("with {replicas} pods this budget never allows an eviction");
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

fn quotas(facts: &Facts<'_>, workloads: &[ScheduledWorkload]) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = vec![];
    for row in facts.all::<Quota<Name>>() {
        let (mut pods, mut processor, mut bytes) = (0, 0, 0);
        for workload in workloads.iter().filter(|w| w.namespace == row.namespace) {
            let most = workload.most + 1;
            pods += most;
            processor += workload.cpu * most;
            bytes += workload.memory * most;
        }
        let short = [
            ("requests.cpu", cpu(&facts.text(row.cpu)), processor, "m"),
            (
                "requests.memory",
                memory(&facts.text(row.memory)).map(|bytes| bytes >> 20),
                bytes.div_ceil(1 << 20),
                "Mi",
            ),
            ("pods", facts.text(row.pods).parse().ok(), pods, ""),
        ];
        for (what, has, needs, unit) in short {
            if let Some(has) = has.filter(|has| *has < needs) {
                let message = format!(
                    "the quota holds {has}{unit} of `{what}`, but the pods need {needs}{unit} at their maximum, during a rollout"
                );
                let mut diagnostic = facts.diagnostic(
                    row,
                    Code::QuotaTooSmall,
                    message,
                    "raise the quota, or lower the replicas or requests",
                );
                let pointer = &mut diagnostic.places[0].pointer.0;
                *pointer = format!("{pointer}/{what}");
                out.push(diagnostic);
            }
        }
    }
    out
}
