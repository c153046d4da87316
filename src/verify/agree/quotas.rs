//! Quotas that are large enough for all pods of a namespace at their maximum, during a rollout.

use super::{
    Facts, ObjectPlace, StatedFact,
    capacity::{ContainerRequest, ScheduledWorkload},
    requested::{CPU, MEMORY, RequestedResource},
};
use crate::{
    diag::{Code, Diagnostic},
    kinds::Quota,
    verify::{
        facts::Name,
        quantity::{bytes, millicores},
    },
};
use std::{cmp::Reverse, collections::BTreeMap};

/// Maximum number of containers to name.
const SHOWN: usize = 3;

/// All containers with one name in a namespace.
struct ContainerDemand {
    container: ContainerRequest,
    /// Requests of all pods, in base units.
    total: u64,
    /// Number of pods.
    pods: u64,
}

pub(super) fn check(
    facts: &Facts<'_>,
    workloads: &[ScheduledWorkload],
) -> Vec<Diagnostic<ObjectPlace>> {
    let mut diagnostics = vec![];
    for row in facts.all::<Quota<Name>>() {
        let own: Vec<&ScheduledWorkload> =
            workloads.iter().filter(|workload| workload.namespace == row.namespace).collect();
        let [hard_cpu, hard_memory, hard_pods] =
            [row.cpu, row.memory, row.pods].map(|name| facts.text(name));
        diagnostics.extend(resource(facts, row, &CPU, millicores(&hard_cpu), &own));
        diagnostics.extend(resource(facts, row, &MEMORY, bytes(&hard_memory), &own));
        diagnostics.extend(pods(facts, row, hard_pods.parse().ok(), &own));
    }
    diagnostics
}

/// Pods of a workload during a rollout.
const fn rollout_pods(workload: &ScheduledWorkload) -> u64 {
    workload.most + workload.rollout
}

fn pods(
    facts: &Facts<'_>,
    quota: StatedFact<'_, Quota<Name>>,
    hard: Option<u64>,
    workloads: &[&ScheduledWorkload],
) -> Option<Diagnostic<ObjectPlace>> {
    let needs: u64 = workloads.iter().map(|workload| rollout_pods(workload)).sum();
    let hard = hard.filter(|hard| *hard < needs)?;
    let help = format!("raise the quota to {needs}, or lower the replicas");
    Some(too_small(facts, quota, "pods", &format!("{hard}"), &format!("{needs}"), &help))
}

fn resource(
    facts: &Facts<'_>,
    quota: StatedFact<'_, Quota<Name>>,
    resource: &RequestedResource,
    hard: Option<u64>,
    workloads: &[&ScheduledWorkload],
) -> Option<Diagnostic<ObjectPlace>> {
    let demands = demands(resource, workloads);
    let total = demands.iter().fold(0, |sum: u64, demand| sum.saturating_add(demand.total));
    let (hard, needs) = (hard? / resource.scale, total.div_ceil(resource.scale));
    if hard >= needs {
        return None;
    }
    let (unit, top) = (resource.unit, demands.first()?);
    let needed = format!("{needs}{unit}");
    let amount = format!("{needed} ({})", shares(facts, resource, &demands));
    // Request of the top container for which the quota is large enough.
    let others = needs - top.total / resource.scale;
    let lower = hard.saturating_sub(others).checked_div(top.pods).unwrap_or_default();
    let name = facts.text(top.container.name);
    let help = if lower > 0 {
        format!(
            "lower `{}` of the container `{name}` to {lower}{unit}, or raise the quota to {needed}",
            resource.key
        )
    } else {
        format!("raise the quota to {needed}, or lower the replicas or requests")
    };
    let mut diagnostic =
        too_small(facts, quota, resource.key, &format!("{hard}{unit}"), &amount, &help)
            .caused_by(resource.place(facts, &top.container));
    // The smallest request is large enough for all quotas with this cause.
    diagnostic.effects.weight = u64::MAX - lower;
    Some(diagnostic)
}

/// The largest requests, with the names of their containers.
fn shares(facts: &Facts<'_>, resource: &RequestedResource, demands: &[ContainerDemand]) -> String {
    let share = |demand: &ContainerDemand| {
        let amount = demand.total.div_ceil(resource.scale);
        format!(
            "{amount}{} for the container `{}`",
            resource.unit,
            facts.text(demand.container.name)
        )
    };
    let shown = demands.iter().take(SHOWN).map(share).collect::<Vec<_>>().join(", ");
    if demands.len() > SHOWN { format!("{shown}, and others") } else { shown }
}

/// Requests by name of the container, the largest first.
fn demands(resource: &RequestedResource, workloads: &[&ScheduledWorkload]) -> Vec<ContainerDemand> {
    let mut demands: BTreeMap<(Name, u64), ContainerDemand> = BTreeMap::new();
    for workload in workloads {
        for container in &workload.containers {
            let request = (resource.of)(container);
            let demand = demands.entry((container.name, request)).or_insert(ContainerDemand {
                container: *container,
                total: 0,
                pods: 0,
            });
            let more = request.saturating_mul(rollout_pods(workload));
            demand.total = demand.total.saturating_add(more);
            demand.pods += rollout_pods(workload);
        }
    }
    let mut demands: Vec<ContainerDemand> = demands.into_values().collect();
    demands.sort_by_key(|demand| (Reverse(demand.total), demand.container.origin));
    demands
}

fn too_small(
    facts: &Facts<'_>,
    quota: StatedFact<'_, Quota<Name>>,
    key: &str,
    hard: &str,
    needs: &str,
    help: &str,
) -> Diagnostic<ObjectPlace> {
    let message = format!(
        "the quota allows {hard} of `{key}`, but the pods need {needs} at their maximum, during a rollout"
    );
    let mut diagnostic = facts.diagnostic(quota, Code::QuotaTooSmall, message, help);
    let pointer = &mut diagnostic.places[0].pointer.0;
    *pointer = format!("{pointer}/{key}");
    diagnostic
}
