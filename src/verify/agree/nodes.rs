//! Pods that fit on a node of the cluster.

use super::{
    Facts, ObjectPlace,
    capacity::{ContainerRequest, ScheduledWorkload},
};
use crate::diag::{Code, Diagnostic};

/// Reports pods that request more than the largest node offers: they stay `Pending`.
pub(super) fn check(
    facts: &Facts<'_>,
    workloads: &[ScheduledWorkload],
) -> Vec<Diagnostic<ObjectPlace>> {
    let Some(node) = facts.declared.largest_node else { return vec![] };
    let resources: [(&str, u64, fn(&ContainerRequest) -> u64, fn(u64) -> String); 2] = [
        ("cpu", node.cpu, |one| one.cpu, |milli| format!("{milli}m")),
        ("memory", node.memory, |one| one.memory, |bytes| format!("{}Mi", bytes >> 20)),
    ];
    let mut diagnostics = vec![];
    for workload in workloads {
        for (name, offered, request, words) in resources {
            let total: u64 = workload.containers.iter().map(request).sum();
            let largest = workload.containers.iter().max_by_key(|one| request(one));
            let Some(container) = largest.filter(|_| total > offered) else { continue };
            let message = format!(
                "a pod requests {} of {name}, and the largest node offers {}",
                words(total),
                words(offered),
            );
            let pointer = format!("{}/resources/requests/{name}", facts.text(container.at));
            let help =
                "lower the request, or add a pool of `cluster.pools` with a larger `vm_size`";
            diagnostics.push(
                Diagnostic::new(Code::PodExceedsNode, message)
                    .help(help)
                    .at(ObjectPlace::new(container.origin, pointer)),
            );
        }
    }
    diagnostics
}
