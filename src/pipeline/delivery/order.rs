//! Order of the roots during the first provisioning.

use crate::{stage::Stage, tree::Root};

/// Names of the roots that must be ready before a root is applied. No root waits for Azure, because
/// federated credentials need the issuer of the cluster. Objects that need an id or a secret from
/// Azure are retried. Workloads wait for their own namespace only, so that a failing operator or
/// database cannot block a fix of a service.
pub(super) fn depends<'a>(root: &Root, roots: &'a [Root]) -> Vec<&'a str> {
    let of = |stage: Stage| {
        roots.iter().filter(move |other| other.stage == stage.name()).collect::<Vec<_>>()
    };
    // A namespace is in the root of its own folder, or in the root of cluster-scoped objects.
    let has_namespace = |other: &&Root| {
        other.namespace == root.namespace
            || other.namespace == "cluster" && other.has(&root.namespace)
    };
    let before = match Stage::of_name(&root.stage).unwrap_or(Stage::Operators) {
        Stage::OperatorConfig if of(Stage::Addons).is_empty() => of(Stage::Namespaces),
        Stage::Workloads => of(Stage::Namespaces).into_iter().filter(has_namespace).collect(),
        stage => stage.predecessors().iter().flat_map(|stage| of(*stage)).collect(),
    };
    // The namespace of `azure-long-running` is in the stage `azure`.
    let stage = if root.stage == Stage::AzureLongRunning.name() {
        Stage::Azure.name()
    } else {
        &root.stage
    };
    let same = roots.iter().filter(|other| {
        other.stage == stage
            && other.namespace == "cluster"
            && root.namespace != "cluster"
            && other.has(&root.namespace)
    });
    before.into_iter().chain(same).map(|root| root.name.as_str()).collect()
}
