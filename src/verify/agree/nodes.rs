//! Pods that fit on a node of the cluster.

use super::{
    Facts, ObjectPlace,
    capacity::{ContainerRequest, ScheduledWorkload},
};
use crate::diag::{Code, Diagnostic};

/// A resource of a node that containers request.
struct NodeResource {
    /// Key in `resources.requests`.
    name: &'static str,
    /// Amount that pods of the largest node can request.
    offered: u64,
    /// Request of a container.
    request: fn(&ContainerRequest) -> u64,
    /// An amount with its unit.
    words: fn(u64) -> String,
}

/// Reports pods that request more than the largest node offers: they stay `Pending`.
pub(super) fn check(
    facts: &Facts<'_>,
    workloads: &[ScheduledWorkload],
) -> Vec<Diagnostic<ObjectPlace>> {
    let Some(node) = facts.declared.largest_node else { return vec![] };
    let resources = [
        NodeResource {
            name: "cpu",
            offered: node.cpu,
            request: |one| one.cpu,
            words: |milli| format!("{milli}m"),
        },
        NodeResource {
            name: "memory",
            offered: node.memory,
            request: |one| one.memory,
            words: |bytes| format!("{}Mi", bytes >> 20),
        },
    ];
    let mut diagnostics = vec![];
    for workload in workloads {
        for NodeResource { name, offered, request, words } in &resources {
            let (request, offered) = (*request, *offered);
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
