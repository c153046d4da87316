//! The cluster and its node pools. Never the network around it.

use crate::azure::{guid, naming, network::Subnet, regions, roles, versions};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    checks::{check_azure_name, check_cluster_is_admitted, check_reserved_range},
    text::{Address, Cidr, Clock, Plain, share},
    wiring::{RoleScope, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// The cluster and its node pools.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Its name in Azure; made from platform and environment where it is not given.
    pub name: Option<Plain>,
    /// Azure `nodeResourceGroup`: the resource group that AKS creates for nodes, disks and load
    /// balancers, at most 63 characters; `rg-<platform>-<environment>-nodes` by default. Azure
    /// cannot rename it later.
    pub node_resource_group: Option<Plain>,
    /// The minor version of Kubernetes; patches come by the upgrade channel.
    #[schemars(extend("examples" = versions::KUBERNETES))]
    pub version: Plain,
    /// The pricing tier: `Free` has no guarantee of availability.
    pub tier: Tier,
    /// Node pools by name: one `system` pool at least.
    pub pools: Each<NodePool>,
    /// The addresses of pods.
    pub pod_cidr: Cidr,
    /// The addresses of Services.
    pub service_cidr: Cidr,
    /// The address of the cluster's DNS, inside `service_cidr`.
    pub dns_address: Address,
    /// Who may reach the API server; empty for everyone with credentials.
    pub authorized_ranges: Vec<Cidr>,
    /// When Azure may upgrade the cluster and its nodes, every week.
    pub maintenance: Maintenance,
    /// Policies may name hosts: needs Advanced Container Networking Services, which cost extra.
    pub fqdn_policies: bool,
}

/// The pricing tier.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Tier {
    /// No guarantee of availability.
    Free,
    /// 99.95 % with zones.
    Standard,
}

/// When Azure may upgrade the cluster and its nodes.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Maintenance {
    /// The day of the week.
    pub day: Day,
    /// When it begins, in UTC.
    pub start: Clock,
    /// How long it lasts; Azure wants four hours at least.
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
    /// The hours of a week, counted from Monday 00:00 UTC, that the window touches.
    pub fn hours_of_week(&self) -> Vec<u32> {
        let start = self.day as u32 * 24 + self.start.hour();
        let last = self.hours + u32::from(!self.start.as_str().ends_with(":00"));
        (start..start + last).map(|hour| hour % (7 * 24)).collect()
    }
}

/// The maintenance configurations of a cluster: our name, and the one of two that Azure knows.
/// Source: AKS documentation on planned maintenance.
const WINDOWS: [(&str, &str); 2] = [
    ("upgrades", "aksManagedAutoUpgradeSchedule"),
    ("node-images", "aksManagedNodeOSUpgradeSchedule"),
];

/// What a pool runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Mode {
    /// Only what the cluster itself needs.
    System,
    /// Everything else.
    User,
}

/// A node pool.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodePool {
    /// What it runs.
    pub mode: Mode,
    /// The size of its machines.
    pub vm_size: Plain,
    /// Nodes at least; a `System` pool has one.
    #[schemars(range(max = 1000))]
    pub min: u32,
    /// Nodes at most.
    #[schemars(range(min = 1, max = 1000))]
    pub max: u32,
    /// Machines that Azure may take back at any time, at a fraction of the price. Only services
    /// with `spot = true` run there.
    pub spot: bool,
    /// The zones that it spreads over; empty in a region without zones.
    pub zones: Vec<Zone>,
}

/// A zone of the region.
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
        own.roles.insert((roles::MANAGED_IDENTITY_OPERATOR, RoleScope::Identity("kubelet".into())));
        wiring.subnet(Subnet::Nodes, self.most_nodes(), "cluster.pools");
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(&naming::CLUSTER, &env.names().cluster(), "cluster.name", diagnostics);
        check_azure_name(
            &naming::NODE_RESOURCE_GROUP,
            &self.node_resource_group(env),
            "cluster.node_resource_group",
            diagnostics,
        );
        if !versions::KUBERNETES.contains(&self.version.as_str()) {
            let message = format!("Kubernetes `{}` is not supported", self.version.as_str());
            diagnostics.push(Diagnostic::in_spec(
                Code::UnsupportedVersion,
                "cluster.version",
                message,
                format!("supported: {}", versions::KUBERNETES.join(", ")),
            ));
        }
        if !self.pools.values().any(|pool| pool.mode == Mode::System) {
            diagnostics.push(Diagnostic::in_spec(
                Code::UnsuitableNodePool,
                "cluster.pools",
                "no pool has the mode `System`",
                "a cluster needs one for its own pods",
            ));
        }
        for (name, pool) in &self.pools {
            check_azure_name(&naming::POOL, name, &format!("cluster.pools.{name}"), diagnostics);
            if pool.mode == Mode::System && pool.min == 0 {
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnsuitableNodePool,
                    format!("cluster.pools.{name}.min"),
                    format!("the system pool `{name}` may shrink to nothing"),
                    "keep one node at least, better two",
                ));
            }
            if pool.spot && pool.mode == Mode::System {
                let path = format!("cluster.pools.{name}.spot");
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnsuitableNodePool,
                    path,
                    format!("the system pool `{name}` may be taken away at any time"),
                    "only a pool of mode `User` can be spot",
                ));
            }
            if pool.max < pool.min {
                let path = format!("cluster.pools.{name}.max");
                diagnostics.push(Diagnostic::in_spec(
                    Code::InvertedLimits,
                    path,
                    format!("`max` of pool `{name}` is less than `min`"),
                    "raise `max`, or lower `min`",
                ));
            }
        }
        if env.shared.network.outbound_type != "loadBalancer" {
            let path = "cluster.authorized_ranges";
            check_cluster_is_admitted(path, &self.authorized_ranges, env, diagnostics);
        }
        self.addresses(diagnostics);
        self.check_zones(env.azure().location.as_str(), diagnostics);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("cluster", "cluster", self, env);
        view.set("azure_name", env.names().cluster(), ["cluster.name", "platform.name"]);
        view.set(
            "node_resource_group",
            self.node_resource_group(env),
            ["cluster.node_resource_group", "platform.name"],
        );
        view.set("dns_prefix", env.names().stem(), ["platform.name"]);
        let admins = env.azure().admins.as_str();
        let scope =
            env.names().id("Microsoft.ContainerService/managedClusters", &env.names().cluster());
        view.set("admins", admins, ["azure.admins"]);
        view.set(
            "admins_guid",
            guid::role_assignment(&scope, admins, roles::CLUSTER_ADMIN, 1),
            ["azure.admins"],
        );
        view.set("admins_role", roles::definition(roles::CLUSTER_ADMIN), ["azure.admins"]);
        view.set("restricted", !self.authorized_ranges.is_empty(), ["cluster.authorized_ranges"]);
        view.set(
            "authorized_ranges",
            json!(env.shared.network.clients(&self.authorized_ranges)),
            ["cluster.authorized_ranges", "network.egress_ranges"],
        );
        let pools = |mode: Mode| {
            self.pools.iter().filter(move |(_, pool)| pool.mode == mode).map(|(name, pool)| {
                described(name, pool, env.shared.cluster.first_pool.as_ref() != Some(name))
            })
        };
        view.set("system_pools", pools(Mode::System).collect::<Value>(), ["cluster.pools"]);
        view.set(
            "windows",
            WINDOWS
                .iter()
                .map(|(name, azure)| json!({"name": name, "azure_name": azure}))
                .collect::<Value>(),
            ["cluster.maintenance"],
        );
        view.set("nodes_subnet", env.shared.network.reference(Subnet::Nodes), ["network"]);
        view.set("outbound_type", env.shared.network.outbound_type, ["network.egress"]);
        view.set("mesh", env.has("gateway"), ["gateway", "services"]);
        view.set("mesh_revisions", json!(env.shared.ingress.revisions), ["gateway.revisions"]);
        view.set("user_pools", pools(Mode::User).collect::<Value>(), ["cluster.pools"]);
        view
    }
}

/// `added` says that the bootstrap does not make it.
fn described(name: &str, pool: &NodePool, added: bool) -> Value {
    json!({"name": name, "added": added, "vm_size": pool.vm_size, "min": pool.min, "max": pool.max, "zones": pool.zones, "zonal": !pool.zones.is_empty(), "spot": pool.spot})
}

impl Cluster {
    /// Azure `nodeResourceGroup`. The name that AKS makes from group, cluster and region can be
    /// longer than Azure accepts.
    fn node_resource_group(&self, env: &Env) -> String {
        let own = self.node_resource_group.as_ref().map(|name| name.as_str().to_owned());
        own.unwrap_or_else(|| format!("rg-{}-nodes", env.names().stem()))
    }

    /// All pools at their maximum, while they are upgraded: every pool surges by a third.
    fn most_nodes(&self) -> u32 {
        self.pools.values().map(|pool| pool.max.saturating_add(pool.max.div_ceil(3))).sum()
    }

    /// Reports pools with zones in a region without zones.
    fn check_zones(&self, region: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if regions::has_zones(region) != Some(false) {
            return;
        }
        for (name, _) in self.pools.iter().filter(|(_, pool)| !pool.zones.is_empty()) {
            let diagnostic = Diagnostic::in_spec(
                Code::CapabilityMissing,
                format!("cluster.pools.{name}.zones"),
                format!("the region `{region}` has no zones"),
                "write `zones = []`, or choose another region",
            );
            diagnostics.push(diagnostic.and("azure.location"));
        }
    }

    fn addresses(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let (pods, services) = (self.pod_cidr.net(), self.service_cidr.net());
        if share(pods, services) {
            let mut diagnostic = Diagnostic::in_spec(
                Code::OverlappingRanges,
                "cluster.service_cidr",
                "`service_cidr` overlaps `pod_cidr`",
                "choose another range",
            );
            diagnostic = diagnostic.and("cluster.pod_cidr");
            diagnostics.push(diagnostic);
        }
        check_reserved_range("cluster.pod_cidr", pods, diagnostics);
        check_reserved_range("cluster.service_cidr", services, diagnostics);
        let dns: Ipv4Addr = self.dns_address.as_str().parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
        if !services.contains(&dns) || services.hosts().next() == Some(dns) {
            let message =
                format!("`dns_address` is not inside `{services}`, or is its first address");
            diagnostics.push(Diagnostic::in_spec(
                Code::AddressOutsideRange,
                "cluster.dns_address",
                message,
                "take the tenth address of `service_cidr`",
            ));
        }
        let most = self.most_nodes();
        let room = 1_u32
            .checked_shl(24_u32.saturating_sub(u32::from(pods.prefix_len())))
            .unwrap_or(u32::MAX);
        if pods.prefix_len() > 24 || most > room {
            let message = format!(
                "`pod_cidr` has room for {room} nodes, but the pools grow to {most} while they upgrade"
            );
            diagnostics.push(Diagnostic::in_spec(
                Code::CidrTooSmall,
                "cluster.pod_cidr",
                message,
                "every node takes a /24: choose a larger range",
            ));
        }
    }
}
