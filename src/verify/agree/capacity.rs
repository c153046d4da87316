//! Budgets that let nodes drain, and quotas that hold what is asked for.

use super::{Facts, Verdict};
use crate::{
    diag::Code,
    model::text::{cpu, memory},
    verify::facts::{Name, Origin, Relation},
};
use std::collections::{BTreeMap, BTreeSet};

/// A workload, as far as capacity is concerned.
struct Workload {
    namespace: Name,
    labels: BTreeSet<String>,
    least: u64,
    most: u64,
    cpu: u64,
    memory: u64,
}

pub(super) fn check(facts: &Facts<'_>) -> Vec<Verdict> {
    let workloads = workloads(facts);
    let mut out = budgets(facts, &workloads);
    out.extend(quotas(facts, &workloads));
    out
}

fn workloads(facts: &Facts<'_>) -> Vec<Workload> {
    let mut scaled: BTreeMap<(Name, Name), (u64, u64)> = BTreeMap::new();
    for row in facts.of(Relation::Scales) {
        scaled.insert(
            (row.namespace, row.a),
            (number(&facts.text(row.b)), number(&facts.text(row.c))),
        );
    }
    let replicas: BTreeMap<Origin, u64> = facts
        .of(Relation::Replicas)
        .iter()
        .map(|row| (row.origin, number(&facts.text(row.a))))
        .collect();
    let names: BTreeMap<Origin, Name> =
        facts.of(Relation::Is).iter().map(|row| (row.origin, row.b)).collect();
    let mut requests: BTreeMap<Origin, (u64, u64)> = BTreeMap::new();
    for row in facts.of(Relation::Requests) {
        let sum = requests.entry(row.origin).or_default();
        sum.0 += cpu(&facts.text(row.a)).unwrap_or_default();
        sum.1 += memory(&facts.text(row.b)).unwrap_or_default();
    }
    let nothing = facts.name("");
    let rendered = facts.of(Relation::Pods).iter().filter(|row| row.at != nothing);
    rendered
        .map(|row| {
            let fixed = replicas.get(&row.origin).copied().unwrap_or(1);
            let (least, most) = names
                .get(&row.origin)
                .and_then(|name| scaled.get(&(row.namespace, *name)))
                .copied()
                .unwrap_or((fixed, fixed));
            let (cpu, memory) = requests.get(&row.origin).copied().unwrap_or_default();
            let labels = facts.text(row.a).split(',').map(str::to_owned).collect();
            Workload { namespace: row.namespace, labels, least, most, cpu, memory }
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

fn budgets(facts: &Facts<'_>, workloads: &[Workload]) -> Vec<Verdict> {
    let mut out = vec![];
    for row in facts.of(Relation::Budget) {
        let wanted: BTreeSet<String> = facts.text(row.a).split(',').map(str::to_owned).collect();
        let covered = workloads
            .iter()
            .filter(|w| w.namespace == row.namespace && wanted.is_subset(&w.labels));
        let replicas: u64 = covered.map(|w| w.least).sum();
        let (unavailable, available) = (facts.text(row.b), facts.text(row.c));
        let allowed = if unavailable.is_empty() {
            replicas.saturating_sub(share(&available, replicas))
        } else {
            share(&unavailable, replicas)
        };
        if replicas > 0 && allowed == 0 {
            let message = format!("with {replicas} pods this budget never allows an eviction");
            out.push(facts.verdict(
                row,
                Code::BudgetBlocksDrain,
                message,
                "allow one pod to be away, or run one more",
            ));
        }
        if replicas == 1 && allowed > 0 {
            let message = "a budget over a single pod protects nothing".to_owned();
            out.push(facts.verdict(
                row,
                Code::BudgetBlocksDrain,
                message,
                "run two pods, or leave the budget out",
            ));
        }
    }
    out
}

fn quotas(facts: &Facts<'_>, workloads: &[Workload]) -> Vec<Verdict> {
    let mut out = vec![];
    for row in facts.of(Relation::Quota) {
        let (mut pods, mut processor, mut bytes) = (0, 0, 0);
        for workload in workloads.iter().filter(|w| w.namespace == row.namespace) {
            let most = workload.most + 1;
            pods += most;
            processor += workload.cpu * most;
            bytes += workload.memory * most;
        }
        let short = [
            ("requests.cpu", cpu(&facts.text(row.a)), processor, "m"),
            (
                "requests.memory",
                memory(&facts.text(row.b)).map(|bytes| bytes >> 20),
                bytes.div_ceil(1 << 20),
                "Mi",
            ),
            ("pods", facts.text(row.c).parse().ok(), pods, ""),
        ];
        for (what, has, needs, unit) in short {
            if let Some(has) = has.filter(|has| *has < needs) {
                let message = format!(
                    "the quota holds {has}{unit} of `{what}`, but the pods need {needs}{unit} at their maximum, during a rollout"
                );
                let mut verdict = facts.verdict(
                    row,
                    Code::QuotaTooSmall,
                    message,
                    "raise the quota, or lower the replicas or requests",
                );
                verdict.pointer = format!("{}/{what}", verdict.pointer);
                out.push(verdict);
            }
        }
    }
    out
}
