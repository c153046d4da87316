//! Declarations of an environment that rules compare with its objects. Reads no object.

use crate::{
    model::{
        Env,
        general::SEVERITIES,
        wiring::{Pods, PortSource, RoleScope, object},
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
        severities: if env.has("prometheus") { &SEVERITIES } else { &[] },
        open: vec![],
        scraped: vec![],
        dns,
        fqdn_policies: shared.cluster.fqdn_policies,
    };
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
    declared
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

/// Azure resources that other teams own, by kind and name.
fn foreign(env: &Env) -> Vec<(&'static str, String)> {
    let names = env.names();
    let others = env
        .shared
        .vaults
        .iter()
        .map(|name| ("Vault", RoleScope::OtherVault(name.clone()), names.other_vault(name)));
    let all = [
        ("Vault", RoleScope::Vault, names.vault()),
        ("StorageAccount", RoleScope::Storage, names.storage()),
        ("DnsZone", RoleScope::Zone, names.zone().to_owned()),
    ];
    all.into_iter()
        .chain(others)
        .filter(|(_, scope, _)| !names.is_ours(scope))
        .map(|(kind, _, name)| (kind, name))
        .collect()
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
