//! AKS cluster and its node pools.

mod validate;

use crate::azure::{guid, network::Subnet, roles, versions};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    provisioning::{OWNER, Phase, ProvisioningStep},
    text::{Address, Cidr, Clock, Plain},
    wiring::{ResourceRef, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// AKS cluster and its node pools.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Name of the cluster in Azure; derived from platform and environment by default.
    pub name: Option<Plain>,
    /// `nodeResourceGroup`: resource group that AKS creates for nodes, disks and load balancers;
    /// `rg-<platform>-<environment>-nodes` by default. Azure cannot rename it later.
    pub node_resource_group: Option<Plain>,
    /// `kubernetesVersion`: minor version of Kubernetes. AKS installs patch versions by the upgrade
    /// channel.
    #[schemars(extend("examples" = versions::KUBERNETES))]
    pub version: Plain,
    /// `sku.tier`: pricing tier of the control plane.
    pub tier: Tier,
    /// Node pools by name. At least one has the mode `System`.
    pub pools: Each<NodePool>,
    /// `networkProfile.podCidr`: address range of pods.
    pub pod_cidr: Cidr,
    /// `networkProfile.serviceCidr`: address range of Services.
    pub service_cidr: Cidr,
    /// `networkProfile.dnsServiceIP`: address of the cluster DNS, inside `service_cidr`.
    pub dns_address: Address,
    /// `apiServerAccessProfile.authorizedIPRanges`: public addresses that may reach the API server.
    /// An empty list allows all addresses.
    pub authorized_ranges: Vec<Cidr>,
    /// Weekly maintenance window for upgrades of the cluster and its node images.
    pub maintenance: Maintenance,
    /// Restrict outbound traffic by host name with `CiliumNetworkPolicy`. Requires Advanced
    /// Container Networking Services at extra cost.
    pub fqdn_policies: bool,
}

/// Pricing tier of the control plane.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Tier {
    /// No SLA.
    Free,
    /// SLA of 99.95 % with availability zones, and 99.9 % without.
    Standard,
}

/// Weekly maintenance window.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Maintenance {
    /// `dayOfWeek`.
    pub day: Day,
    /// `startTime` in UTC.
    pub start: Clock,
    /// `durationHours`. Azure requires at least four.
    #[schemars(range(min = 4, max = 24))]
    pub hours: u32,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Maintenance {
    /// Hours of the week inside the window, counted from Monday 00:00 UTC.
    pub fn hours_of_week(&self) -> Vec<u32> {
        let start = self.day as u32 * 24 + self.start.hour();
        let last = self.hours + u32::from(!self.start.as_str().ends_with(":00"));
        (start..start + last).map(|hour| hour % (7 * 24)).collect()
    }
}

/// Maintenance configurations of a cluster: name of the object, and name in Azure. Source: AKS
/// documentation on planned maintenance.
const WINDOWS: [(&str, &str); 2] = [
    ("upgrades", "aksManagedAutoUpgradeSchedule"),
    ("node-images", "aksManagedNodeOSUpgradeSchedule"),
];

/// Mode of a node pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Mode {
    /// Nodes for system pods of AKS.
    System,
    /// Nodes for all other pods.
    User,
}

/// A node pool.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodePool {
    /// Mode of the node pool.
    pub mode: Mode,
    /// `vmSize`: Azure VM size of the nodes.
    pub vm_size: Plain,
    /// `orchestratorVersion`: minor version of Kubernetes on the nodes; `cluster.version` by default.
    /// Set it to keep the pool behind while the control plane is upgraded.
    #[schemars(extend("examples" = versions::KUBERNETES))]
    pub version: Option<Plain>,
    /// `minCount`: minimum number of nodes; at least 1 in a `System` pool.
    #[schemars(range(max = 1000))]
    pub min: u32,
    /// `maxCount`: maximum number of nodes.
    #[schemars(range(min = 1, max = 1000))]
    pub max: u32,
    /// `count` of a pool that is added to a running cluster: Azure requires it to create the pool.
    /// Remove the key when the pool exists, because the value resets the autoscaler.
    #[schemars(range(min = 1, max = 1000))]
    pub initial_count: Option<u32>,
    /// `scaleSetPriority: Spot`: cheaper nodes that Azure can evict at any time. Only services with
    /// `spot = true` tolerate them.
    pub spot: bool,
    /// All images are built for `arm64` as well. A pool of Arm sizes requires this, because AKS
    /// does not taint its nodes.
    pub arm64_images: bool,
    /// `availabilityZones`; empty in a region without zones.
    pub zones: Vec<Zone>,
}

/// Availability zone of the region.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Zone {
    /// Zone 1.
    #[serde(rename = "1")]
    One,
    /// Zone 2.
    #[serde(rename = "2")]
    Two,
    /// Zone 3.
    #[serde(rename = "3")]
    Three,
}

impl Component for Cluster {
    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.identity("kubelet", "cluster").protect = true;
        let own = wiring.identity("cluster", "cluster");
        own.protect = true;
        own.roles
            .insert((roles::MANAGED_IDENTITY_OPERATOR, ResourceRef::of("identities", "kubelet")));
        wiring.subnet(Subnet::Nodes, self.most_nodes(), "cluster.pools");
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        validate::check(self, env, diagnostics);
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let what = format!("cluster `{}` with its node pools", self.azure_name(env));
        let step = ProvisioningStep::new("cluster", Phase::Bootstrap, what, "Bicep", OWNER);
        vec![step.after(&["identities"])]
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("cluster", "cluster", self, env);
        view.set("azure_name", self.azure_name(env), ["cluster.name", "platform.name"]);
        let group = ["cluster.node_resource_group", "platform.name"];
        view.set("node_resource_group", self.node_resource_group(env), group);
        view.set("dns_prefix", env.names().stem(), ["platform.name"]);
        self.set_admins(env, &mut view);
        view.set("restricted", !self.authorized_ranges.is_empty(), ["cluster.authorized_ranges"]);
        let ranges = env.shared.network.clients(&self.authorized_ranges);
        let sources = ["cluster.authorized_ranges", "network.egress_ranges"];
        view.set("authorized_ranges", json!(ranges), sources);
        let sources = ["cluster.pools", "cluster.version"];
        view.set("system_pools", self.pools_of(&[Mode::System]), sources);
        view.set("user_pools", self.pools_of(&[Mode::User]), sources);
        view.set("pool_list", self.pools_of(&[Mode::System, Mode::User]), sources);
        view.set("drain_minutes", drain_minutes(env), ["services", "jobs"]);
        let window = |(name, azure): &(&str, &str)| json!({"name": name, "azure_name": azure});
        let windows: Value = WINDOWS.iter().map(window).collect();
        view.set("windows", windows, ["cluster.maintenance"]);
        view.set("nodes_subnet", env.shared.network.reference(Subnet::Nodes), ["network"]);
        view.set("outbound_type", env.shared.network.outbound_type, ["network.egress"]);
        view.set("mesh", env.has("gateway"), ["gateway", "services"]);
        view.set("mesh_revisions", json!(env.shared.ingress.revisions), ["gateway.revisions"]);
        view
    }
}

/// Values of a node pool. `version` is that of its nodes.
fn described(name: &str, pool: &NodePool, version: &str) -> Value {
    json!({
        "version": version, "name": name, "mode": pool.mode, "system": pool.mode == Mode::System,
        "initial_count": pool.initial_count, "vm_size": pool.vm_size, "min": pool.min,
        "max": pool.max, "zones": pool.zones, "zonal": !pool.zones.is_empty(), "spot": pool.spot,
    })
}

/// Minutes that a drain waits for pods (`drainTimeoutInMinutes`): 30, the default of AKS, or longer
/// than the longest termination grace period.
fn drain_minutes(env: &Env) -> u32 {
    const DEFAULT: u32 = 30;
    const MARGIN: u32 = 5;
    DEFAULT.max(env.shared.longest_termination_seconds.div_ceil(60) + MARGIN)
}

impl Cluster {
    /// Name of the cluster in Azure.
    pub(super) fn azure_name(&self, env: &Env) -> String {
        let default = || format!("aks-{}", env.names().stem());
        self.name.as_ref().map_or_else(default, |name| name.as_str().to_owned())
    }

    /// Name of the node resource group. The default of AKS joins the names of group, cluster and
    /// region, and can be longer than Azure accepts.
    pub(super) fn node_resource_group(&self, env: &Env) -> String {
        let default = || format!("rg-{}-nodes", env.names().stem());
        self.node_resource_group.as_ref().map_or_else(default, |name| name.as_str().to_owned())
    }

    /// Sets the role assignment of the administrators.
    fn set_admins(&self, env: &Env, view: &mut View) {
        let admins = env.azure().admins.as_str();
        let kind = "Microsoft.ContainerService/managedClusters";
        let scope = env.names().id(kind, &self.azure_name(env));
        let guid = guid::role_assignment(&scope, admins, roles::CLUSTER_ADMIN, 1);
        view.set("admins", admins, ["azure.admins"]);
        view.set("admins_guid", guid, ["azure.admins"]);
        view.set("admins_role", roles::definition(roles::CLUSTER_ADMIN), ["azure.admins"]);
    }

    /// Maximum number of nodes during an upgrade, when each pool surges by a third.
    fn most_nodes(&self) -> u32 {
        self.pools.values().map(|pool| pool.max.saturating_add(pool.max.div_ceil(3))).sum()
    }

    /// Minor version of Kubernetes on the nodes of a pool.
    fn version_of<'a>(&'a self, pool: &'a NodePool) -> &'a str {
        pool.version.as_ref().unwrap_or(&self.version).as_str()
    }

    /// Values of the node pools with one of the modes.
    fn pools_of(&self, modes: &[Mode]) -> Value {
        let pools = self.pools.iter().filter(|(_, pool)| modes.contains(&pool.mode));
        pools.map(|(name, pool)| described(name, pool, self.version_of(pool))).collect()
    }
}
