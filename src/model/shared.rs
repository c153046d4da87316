//! Facts that components share, with one struct per capability. They are filled from the spec
//! before wiring, so a component reads facts instead of the table of another component.

use super::{text::Cidr, wiring::Pods, wiring::SpecKey};
use crate::azure::{network::Subnet, vm_sizes::Allocatable};
use ipnet::Ipv4Net;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Facts of one environment.
#[derive(Debug)]
pub struct Shared {
    /// The AKS cluster.
    pub cluster: ClusterFacts,
    /// The public DNS zone, if there is one.
    pub zone: Option<String>,
    /// The environment that owns the DNS zone.
    pub zone_owner: Option<String>,
    /// The ingress gateway.
    pub ingress: IngressFacts,
    /// The certificate issuer.
    pub issuer: IssuerFacts,
    /// The virtual network.
    pub network: NetworkFacts,
    /// Prometheus.
    pub prometheus: PrometheusFacts,
    /// Vault, storage account and registry have private endpoints.
    pub private: bool,
    /// The resource group.
    pub resource_group: ResourceGroupFacts,
    /// The blob container for backups.
    pub container: String,
    /// The container registry.
    pub registry: RegistryFacts,
    /// Settings of all key vaults.
    pub vault: VaultFacts,
    /// Further key vaults, by name.
    pub vaults: Vec<String>,
    /// Further key vaults that no store reads: each replicates the first vault.
    pub replica_vaults: Vec<String>,
    /// Secret stores, by name.
    pub stores: BTreeMap<String, StoreFacts>,
    /// Address ranges of the spec.
    pub ranges: Vec<AddressRange>,
    /// Services, by name.
    pub services: BTreeMap<String, ServiceFacts>,
    /// Longest `terminationGracePeriodSeconds` of services and jobs.
    pub longest_termination_seconds: u32,
    /// Generations of identities, by name.
    pub generations: BTreeMap<String, u32>,
}

/// Facts of the resource group.
#[derive(Debug)]
pub struct ResourceGroupFacts {
    /// Its name in Azure, where the spec sets it.
    pub name: Option<String>,
    /// It already exists.
    pub existing: bool,
}

/// Facts of the AKS cluster.
#[derive(Debug)]
pub struct ClusterFacts {
    /// The minor version of Kubernetes.
    pub version: String,
    /// `networkProfile.podCidr`.
    pub pod_cidr: Cidr,
    /// `networkProfile.serviceCidr`.
    pub service_cidr: Cidr,
    /// Network policies may select host names.
    pub fqdn_policies: bool,
    /// A pool consists of spot nodes.
    pub has_spot_nodes: bool,
    /// Hours of the week, from Monday 00:00 UTC, in which Azure may upgrade the cluster.
    pub maintenance_hours: Vec<u32>,
    /// CPU and memory of the largest workload node; none where the size of a pool is not known.
    pub largest_node: Option<Allocatable>,
    /// Maximum number of nodes of mode `User` that Azure does not evict.
    pub most_nodes: u64,
    /// A pool of mode `User` has nodes that Azure does not evict.
    pub has_workload_nodes: bool,
}

/// Facts of the ingress gateway.
#[derive(Debug)]
pub struct IngressFacts {
    /// Whether AKS runs the gateway; `None` if it does when a service is exposed.
    pub enabled: Option<bool>,
    /// The namespace of its pods.
    pub namespace: String,
    /// Its pods.
    pub pods: Pods,
    /// Revisions of the Istio add-on.
    pub revisions: Vec<String>,
}

/// Facts of the certificate issuer.
#[derive(Debug)]
pub struct IssuerFacts {
    /// Whether there is an issuer; `None` if there is when a host needs a certificate.
    pub enabled: Option<bool>,
    /// The name of the `ClusterIssuer`.
    pub name: &'static str,
}

/// Facts of the virtual network.
#[derive(Debug)]
pub struct NetworkFacts {
    /// `network.cidr`.
    pub cidr: Cidr,
    /// `networkProfile.outboundType` of the cluster.
    pub outbound_type: &'static str,
    /// Public addresses of the cluster's outbound traffic, where the spec names them.
    pub egress_ranges: Vec<Cidr>,
    /// The resource id of an existing network; empty for a network that is rendered.
    pub existing: String,
    /// Resource ids of existing subnets.
    pub existing_subnets: BTreeMap<Subnet, String>,
    /// Ranges of subnets.
    pub subnets: BTreeMap<Subnet, Ipv4Net>,
}

impl NetworkFacts {
    /// The clients that a firewall of Azure admits: the given ranges and the cluster itself. Empty,
    /// and so open, where no ranges are given.
    pub fn clients<'a>(&'a self, ranges: &'a [Cidr]) -> Vec<&'a Cidr> {
        let own = self.egress_ranges.iter().filter(|own| !ranges.contains(own));
        if ranges.is_empty() { vec![] } else { ranges.iter().chain(own).collect() }
    }

    /// The resource id of an existing subnet; empty for a subnet that is rendered.
    pub fn existing_subnet(&self, subnet: Subnet) -> &str {
        self.existing_subnets.get(&subnet).map(String::as_str).unwrap_or_default()
    }

    /// A reference to a subnet: the object, or the resource id of an existing subnet.
    pub fn reference(&self, subnet: Subnet) -> Value {
        json!({"name": subnet.name(), "id": self.existing_subnet(subnet)})
    }
}

/// Facts of Prometheus.
#[derive(Debug)]
pub struct PrometheusFacts {
    /// The namespace.
    pub namespace: String,
    /// Its pods.
    pub pods: Pods,
    /// The value of the label `release` that selects rules and monitors.
    pub release: String,
    /// The address of the runbooks.
    pub runbooks: Option<String>,
}

/// Facts of the container registry.
#[derive(Debug)]
pub struct RegistryFacts {
    /// The environment that renders the registry; absent if each environment has its own.
    pub owner: Option<String>,
    /// The registry already exists.
    pub existing: bool,
    /// `publicNetworkAccess`, where the spec sets it.
    pub public_access: Option<bool>,
    /// First parts of the names of its repositories.
    pub repository_namespaces: Vec<String>,
}

impl RegistryFacts {
    /// An environment renders the registry.
    pub fn is_own(&self, environment: &str) -> bool {
        !self.existing && self.owner.as_ref().is_none_or(|owner| owner == environment)
    }

    /// The registry refuses clients on the internet. `private`: it has a private endpoint.
    pub fn is_closed(&self, private: bool) -> bool {
        !self.public_access.unwrap_or(!private || self.owner.is_some())
    }
}

/// Settings of all key vaults.
#[derive(Debug)]
pub struct VaultFacts {
    /// The SKU, as the spec has it.
    pub sku: Value,
    /// Key Vault `softDeleteRetentionInDays`.
    pub soft_delete_days: u32,
    /// Client ranges that the firewall allows.
    pub allowed_ranges: Vec<Cidr>,
    /// The first vault already exists.
    pub existing: bool,
}

/// Facts of a secret store.
#[derive(Debug)]
pub struct StoreFacts {
    /// The store reads Secrets of the cluster, not a key vault.
    pub in_cluster: bool,
    /// The further key vault that it reads; absent for the first vault.
    pub vault: Option<String>,
}

/// An address range with its spec path.
#[derive(Debug)]
pub struct AddressRange {
    /// The spec path.
    pub path: SpecKey,
    /// The range.
    pub cidr: Cidr,
    /// Its use.
    pub usage: RangeUsage,
}

/// The use of an address range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeUsage {
    /// Clients that a firewall of Azure allows.
    Clients,
    /// A dependency outside the cluster.
    Destination,
}

/// Facts of a service that rules over several components read.
#[derive(Debug)]
pub struct ServiceFacts {
    /// The gateway routes a host to it.
    pub exposed: bool,
    /// The counter of requests and its label with the status code.
    pub requests: Option<(String, String)>,
    /// It has an availability objective.
    pub availability: bool,
    /// The histogram of its latency objective.
    pub latency: Option<String>,
    /// It has objectives.
    pub objectives: bool,
}

impl Shared {
    /// The suffix of the hosts of an environment: the zone for its owner, and a subdomain for every
    /// other environment.
    pub fn host_suffix(&self, environment: &str) -> String {
        let zone = self.zone.as_deref().unwrap_or_default();
        if self.zone_owner.as_deref() == Some(environment) {
            zone.to_owned()
        } else {
            format!("{environment}.{zone}")
        }
    }
}
