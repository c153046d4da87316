//! Facts that components share, from the tables of the spec.

use super::Platform;
use super::{
    azure::cluster::{Mode, NodePool},
    secret_delivery::stores::StoreKind,
};
use crate::azure::{
    network::Subnet,
    vm_sizes::{self, Allocatable},
};
use crate::model::{
    shared::{
        AddressRange, ClusterFacts, IngressFacts, IssuerFacts, NetworkFacts, PrometheusFacts,
        RangeUsage, RegistryFacts, ResourceGroupFacts, ServiceFacts, Shared, StoreFacts,
        VaultFacts,
    },
    text::{Cidr, MeshRevision, Name, Plain},
    wiring::Pods,
};
use serde_json::json;

/// Facts of an environment.
pub(crate) fn shared(platform: &Platform, environments: &[String]) -> Shared {
    let vaults: Vec<String> = platform.vaults.keys().cloned().collect();
    Shared {
        cluster: cluster(platform),
        zone: platform.dns.zone.as_ref().map(|zone| zone.as_str().to_owned()),
        zone_owner: zone_owner(platform, environments),
        ingress: ingress(platform),
        issuer: IssuerFacts {
            enabled: platform.issuer.enabled,
            name: platform.issuer.server.issuer(),
        },
        network: network(platform),
        prometheus: prometheus(platform),
        private: platform.private_endpoints.enabled == Some(true),
        resource_group: ResourceGroupFacts {
            name: platform.resource_group.name.as_ref().map(Plain::as_str).map(str::to_owned),
            existing: platform.resource_group.existing,
        },
        container: platform.storage.container.as_str().to_owned(),
        registry: registry(&platform.registry),
        vault: vault(&platform.vault),
        replica_vaults: vaults.iter().filter(|name| !is_read(platform, name)).cloned().collect(),
        vaults,
        stores: platform.stores.iter().map(|(name, store)| (name.clone(), facts(store))).collect(),
        ranges: ranges(platform),
        services: platform.services.iter().map(|(name, it)| (name.clone(), service(it))).collect(),
        longest_termination_seconds: longest_termination(platform),
        generations: platform
            .identities
            .iter()
            .map(|(name, identity)| (name.clone(), identity.generation))
            .collect(),
    }
}

/// Longest `terminationGracePeriodSeconds` of services and jobs.
fn longest_termination(platform: &Platform) -> u32 {
    let services = platform.services.values().map(|service| service.termination_grace_seconds);
    let jobs = platform.jobs.values().map(|job| job.termination_grace_seconds);
    services.chain(jobs).max().unwrap_or_default()
}

fn registry(registry: &super::data::registry::Registry) -> RegistryFacts {
    RegistryFacts {
        owner: registry.owner.as_ref().map(Name::as_str).map(str::to_owned),
        existing: registry.existing.is_some(),
        public_access: registry.public_access,
        repository_namespaces: registry
            .repository_namespaces
            .iter()
            .map(|name| name.as_str().to_owned())
            .collect(),
    }
}

fn vault(vault: &super::secret_delivery::vault::Vault) -> VaultFacts {
    VaultFacts {
        sku: json!(vault.sku),
        soft_delete_days: vault.soft_delete_days,
        allowed_ranges: vault.allowed_ranges.clone(),
        existing: vault.existing.is_some(),
    }
}

/// Owner of the DNS zone: the named environment, `production`, or the only one.
fn zone_owner(platform: &Platform, environments: &[String]) -> Option<String> {
    let only = environments.len() == 1;
    let natural = || environments.iter().find(|name| *name == "production" || only).cloned();
    platform.dns.owner.as_ref().map(|owner| owner.as_str().to_owned()).or_else(natural)
}

fn cluster(platform: &Platform) -> ClusterFacts {
    let cluster = &platform.cluster;
    let pools = || cluster.pools.values();
    ClusterFacts {
        version: cluster.version.as_str().to_owned(),
        pod_cidr: cluster.pod_cidr.clone(),
        service_cidr: cluster.service_cidr.clone(),
        fqdn_policies: cluster.fqdn_policies,
        has_spot_nodes: pools().any(|pool| pool.spot),
        maintenance_hours: cluster.maintenance.hours_of_week(),
        largest_node: largest_node(pools().filter(|pool| pool.mode == Mode::User)),
        most_nodes: pools()
            .filter(|pool| pool.mode == Mode::User && !pool.spot)
            .map(|pool| u64::from(pool.max))
            .sum(),
        has_workload_nodes: pools().any(|pool| pool.mode == Mode::User && !pool.spot),
    }
}

/// CPU and memory of the largest node; none where the size of a pool is not known.
fn largest_node<'a>(pools: impl Iterator<Item = &'a NodePool>) -> Option<Allocatable> {
    let sizes = pools.map(|pool| vm_sizes::of(pool.vm_size.as_str()));
    let nodes: Option<Vec<Allocatable>> = sizes.map(|size| Some(size?.allocatable())).collect();
    let nodes = nodes?;
    let cpu = nodes.iter().map(|node| node.cpu).max()?;
    Some(Allocatable { cpu, memory: nodes.iter().map(|node| node.memory).max()? })
}

fn ingress(platform: &Platform) -> IngressFacts {
    let gateway = &platform.gateway;
    IngressFacts {
        enabled: gateway.enabled,
        namespace: gateway.namespace.as_str().to_owned(),
        pods: gateway.pods(),
        revisions: gateway.revisions.iter().map(MeshRevision::as_str).map(str::to_owned).collect(),
    }
}

fn network(platform: &Platform) -> NetworkFacts {
    let network = &platform.network;
    let existing = network.existing.as_ref();
    NetworkFacts {
        cidr: network.cidr.clone(),
        outbound_type: network.egress.outbound_type(),
        egress_ranges: network.egress_ranges.clone(),
        existing: existing.map(|own| own.nodes.id.network().to_owned()).unwrap_or_default(),
        existing_subnets: Subnet::ALL
            .into_iter()
            .filter_map(|role| Some((role, existing?.subnet(role)?.id.as_str().to_owned())))
            .collect(),
        subnets: Subnet::ALL
            .into_iter()
            .filter_map(|role| Some((role, network.range(role)?)))
            .collect(),
    }
}

fn prometheus(platform: &Platform) -> PrometheusFacts {
    let prometheus = &platform.prometheus;
    let labels =
        prometheus.labels.iter().map(|(key, value)| (key.clone(), value.as_str().to_owned()));
    PrometheusFacts {
        namespace: prometheus.namespace.as_str().to_owned(),
        pods: Pods::new(prometheus.namespace.as_str(), labels),
        release: prometheus.release.as_str().to_owned(),
        runbooks: prometheus.runbooks.as_ref().map(Plain::as_str).map(str::to_owned),
    }
}

fn is_read(platform: &Platform, vault: &str) -> bool {
    platform.stores.values().any(|store| store.vault.as_ref().map(Name::as_str) == Some(vault))
}

fn facts(store: &super::secret_delivery::stores::Store) -> StoreFacts {
    StoreFacts {
        in_cluster: store.kind == StoreKind::Kubernetes,
        vault: store.vault.as_ref().map(Name::as_str).map(str::to_owned),
    }
}

fn ranges(platform: &Platform) -> Vec<AddressRange> {
    let lists: [(&str, &[Cidr]); 4] = [
        ("cluster.authorized_ranges", &platform.cluster.authorized_ranges),
        ("vault.allowed_ranges", &platform.vault.allowed_ranges),
        ("storage.allowed_ranges", &platform.storage.allowed_ranges),
        ("network.egress_ranges", &platform.network.egress_ranges),
    ];
    let clients = lists.into_iter().flat_map(|(path, ranges)| {
        ranges.iter().enumerate().map(move |(i, cidr)| AddressRange {
            path: format!("{path}.{i}"),
            cidr: cidr.clone(),
            usage: RangeUsage::Clients,
        })
    });
    let destinations = platform.external.iter().filter_map(|(name, external)| {
        Some(AddressRange {
            path: format!("external.{name}.cidr"),
            cidr: external.cidr.clone()?,
            usage: RangeUsage::Destination,
        })
    });
    clients.chain(destinations).collect()
}

fn service(service: &super::workloads::services::Service) -> ServiceFacts {
    let (metrics, slo) = (service.metrics.as_ref(), service.slo.as_ref());
    ServiceFacts {
        exposed: service.expose.is_some(),
        requests: metrics.map(|metrics| {
            (metrics.requests.as_str().to_owned(), metrics.status_label.as_str().to_owned())
        }),
        availability: slo.is_some_and(|slo| slo.availability.is_some()),
        latency: slo
            .and_then(|slo| slo.latency.as_ref())
            .map(|latency| latency.histogram.as_str().to_owned()),
        objectives: slo.is_some(),
    }
}
