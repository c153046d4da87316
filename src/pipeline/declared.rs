//! Declarations of an environment that rules compare with its objects. Reads no object.

use crate::{
    model::{
        Env,
        wiring::{Pods, PortSource, object},
    },
    verify::Declared,
};
use std::collections::BTreeMap;

/// Declarations of an environment.
pub(super) fn of(env: &Env) -> Declared<'_> {
    let shared = &env.shared;
    let (prometheus, gateway) = (shared.prometheus.pods.clone(), shared.ingress.pods.clone());
    let dns = Pods::new("kube-system", [("k8s-app".to_owned(), "kube-dns".to_owned())]);
    let mut declared = Declared {
        connections: env.wiring.connections().collect(),
        ingress: Some(gateway.clone()),
        neighbours: vec![gateway, prometheus.clone(), dns.clone()],
        namespaces: vec![
            "kube-system",
            "default",
            env.gitops().namespace(),
            shared.ingress.namespace.as_str(),
            shared.prometheus.namespace.as_str(),
        ],
        sources: sources(env),
        seeds: seeds(env),
        foreign: foreign(env),
        severities: env.wiring.alert_severities,
        release: Some(shared.prometheus.release.as_str()),
        open: vec![],
        scraped: vec![],
        api_clients: &env.wiring.api_clients,
        dns,
        fqdn_policies: shared.cluster.fqdn_policies,
        largest_node: shared.cluster.largest_node,
        most_nodes: shared.cluster.most_nodes,
    };
    allowed_ports(env, &prometheus, &mut declared);
    declared
}

/// Adds the ports of operators that other pods reach.
fn allowed_ports(env: &Env, prometheus: &Pods, declared: &mut Declared<'_>) {
    for (namespace, need) in &env.wiring.namespaces {
        for allowed in &need.allowed_ports {
            let pods = Pods::new(namespace, allowed.labels.clone());
            match &allowed.from {
                PortSource::Anyone => declared.open.push((pods, allowed.port)),
                PortSource::Prometheus => {
                    declared.scraped.push((prometheus.clone(), pods, "TCP", allowed.port));
                }
                PortSource::SameNamespace(labels) => {
                    let near = Pods::new(namespace, labels.clone());
                    declared.scraped.extend(
                        allowed
                            .protocols
                            .iter()
                            .map(|protocol| (near.clone(), pods.clone(), *protocol, allowed.port)),
                    );
                }
            }
        }
    }
}

/// Secrets that are created manually in the vaults, by store.
fn seeds(env: &Env) -> BTreeMap<&str, Vec<&str>> {
    let of = |store: &str| {
        env.wiring
            .required_secrets
            .iter()
            .filter(|seed| seed.store == store)
            .map(|seed| seed.secret.as_str())
            .collect()
    };
    env.wiring
        .stores
        .keys()
        .filter(|store| env.wiring.secret_namespace(store).is_none())
        .map(|store| (store.as_str(), of(store)))
        .collect()
}

/// Resources of other owners, as kind and name in Azure. No object of this tree describes them.
fn foreign(env: &Env) -> Vec<(&'static str, String)> {
    let external = env.resources().filter(|(_, resource)| !resource.is_own());
    external.map(|(_, resource)| (resource.kind.kind, resource.azure_name)).collect()
}

/// Secrets that are created manually in the cluster, as sources of stores.
fn sources(env: &Env) -> Vec<(&str, String, &'static str)> {
    let inside = env
        .wiring
        .required_secrets
        .iter()
        .filter_map(|seed| Some((env.wiring.secret_namespace(&seed.store)?, seed)));
    inside
        .flat_map(|(namespace, seed)| {
            seed.form.keys().iter().map(move |key| (namespace, object(&seed.secret), *key))
        })
        .collect()
}
