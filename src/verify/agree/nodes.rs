//! Pods that fit on a node of the cluster.

use super::{
    Facts, ObjectPlace,
    capacity::ScheduledWorkload,
    requested::{CPU, MEMORY, RequestedResource},
};
use crate::diag::{Code, Diagnostic};

/// Reports pods that request more than the largest node offers: they stay `Pending`.
pub(super) fn check(
    facts: &Facts<'_>,
    workloads: &[ScheduledWorkload],
) -> Vec<Diagnostic<ObjectPlace>> {
    let Some(node) = facts.declared.largest_node else { return vec![] };
    let offers = [(&CPU, node.cpu), (&MEMORY, node.memory)];
    let pairs = workloads.iter().flat_map(|workload| offers.map(|offer| (workload, offer)));
    pairs
        .filter_map(|(workload, (resource, offered))| exceeds(facts, workload, resource, offered))
        .collect()
}

fn exceeds(
    facts: &Facts<'_>,
    workload: &ScheduledWorkload,
    resource: &RequestedResource,
    offered: u64,
) -> Option<Diagnostic<ObjectPlace>> {
    let requests = workload.containers.iter().map(resource.of);
    let total = requests.fold(0, u64::saturating_add);
    if total <= offered {
        return None;
    }
    let largest = workload.containers.iter().max_by_key(|one| (resource.of)(one))?;
    let amount = |amount: u64| format!("{}{}", amount / resource.scale, resource.unit);
    let message = format!(
        "a pod requests {} of {}, and the largest node offers {}",
        amount(total),
        resource.request,
        amount(offered),
    );
    let help = "lower the request, or add a pool of `cluster.pools` with a larger `vm_size`";
    let diagnostic = Diagnostic::new(Code::PodExceedsNode, message).help(help);
    Some(diagnostic.at(resource.place(facts, largest)))
}
