//! Virtual network of an environment, and its subnets.

mod cross_environment;
mod validate;
mod view;

use crate::azure::{network::Subnet, roles};
use crate::components::operator_names::AZURE_IDENTITY;
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceType, View, WireContext,
    provisioning::{OWNER, Phase, ProvisioningStep},
    text::{Cidr, Plain, SubnetId},
    wiring::{ResourceRef, Wiring},
};
use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Virtual network and its subnets.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Name of the network in Azure; derived from platform and environment by default.
    pub name: Option<Plain>,
    /// `addressSpace`: address range of the network. Each subnet has a fixed place in the range.
    /// The profiles `dev`, `staging` and `production` have different ranges, because networks with
    /// common addresses cannot be peered later.
    pub cidr: Cidr,
    /// Path of outbound traffic to the internet.
    pub egress: Egress,
    /// Number of public addresses of the NAT gateway. Each address allows 64,512 connections to one
    /// destination.
    #[schemars(range(min = 1, max = 16))]
    pub nat_addresses: u32,
    /// Public addresses of outbound traffic, such as those of the NAT gateway or of a firewall.
    /// They are added to `cluster.authorized_ranges`, `vault.allowed_ranges` and
    /// `storage.allowed_ranges`, where these are set.
    pub egress_ranges: Vec<Cidr>,
    /// Subnets that another team owns. No network is rendered, and `cidr` is the range of the
    /// existing network.
    pub existing: Option<Existing>,
}

/// Path of outbound traffic to the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Egress {
    /// Load balancer of the cluster.
    LoadBalancer,
    /// NAT gateway: fixed public addresses and more connections. An existing subnet must have a NAT
    /// gateway.
    NatGateway,
}

impl Egress {
    /// `networkProfile.outboundType` of the cluster.
    pub const fn outbound_type(self) -> &'static str {
        match self {
            Egress::LoadBalancer => "loadBalancer",
            Egress::NatGateway => "userAssignedNATGateway",
        }
    }
}

/// Subnets that another team owns, all in one virtual network.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Existing {
    /// Subnet of the nodes, without delegation. The owner assigns the role Network Contributor on
    /// the subnet to the identity of the cluster.
    pub nodes: ExistingSubnet,
    /// Subnet of private endpoints.
    pub private_endpoints: Option<ExistingSubnet>,
    /// Subnet of databases, delegated to `Microsoft.DBforPostgreSQL/flexibleServers`.
    pub postgres: Option<ExistingSubnet>,
}

/// A subnet that another team owns.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExistingSubnet {
    /// ARM ID of the subnet.
    pub id: SubnetId,
    /// Address range of the subnet.
    pub cidr: Cidr,
}

impl Existing {
    pub(crate) fn subnet(&self, role: Subnet) -> Option<&ExistingSubnet> {
        match role {
            Subnet::Nodes => Some(&self.nodes),
            Subnet::PrivateEndpoints => self.private_endpoints.as_ref(),
            Subnet::Postgres => self.postgres.as_ref(),
        }
    }
}

impl Network {
    /// Address range of a subnet; `None` if it does not exist or `cidr` is too small.
    pub fn range(&self, role: Subnet) -> Option<Ipv4Net> {
        match &self.existing {
            Some(existing) => existing.subnet(role).map(|subnet| subnet.cidr.net()),
            None => role.within(self.cidr.net()),
        }
    }
}

const NETWORK: ResourceType = ResourceType {
    group: "network.azure.com",
    kind: "VirtualNetwork",
    arm: "Microsoft.Network/virtualNetworks",
    version: "2024-03-01",
};

const SUBNET: ResourceType = ResourceType {
    group: "network.azure.com",
    kind: "VirtualNetworksSubnet",
    arm: "Microsoft.Network/virtualNetworks/subnets",
    version: "2024-03-01",
};

/// A subnet as the scope of a role.
fn subnet(role: Subnet) -> ResourceRef {
    ResourceRef::single("network").child(role as usize)
}

impl Network {
    fn azure_name(&self, env: &Env) -> String {
        let default = || format!("vnet-{}", env.names().stem());
        self.name.as_ref().map_or_else(default, |name| name.as_str().to_owned())
    }

    fn described(&self, env: &Env) -> Resource {
        let existing = self.existing.as_ref().map(|existing| existing.nodes.id.network());
        Resource::new(&NETWORK, "network", self.azure_name(env), env).or_existing(existing)
    }
}

impl Component for Network {
    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring
            .identity("cluster", "network")
            .roles
            .insert((roles::NETWORK_CONTRIBUTOR, subnet(Subnet::Nodes)));
        // Azure Service Operator needs a role to place resources in subnets of another team.
        let named = |existing: &Existing| {
            Subnet::ALL
                .into_iter()
                .filter(|role| existing.subnet(*role).is_some())
                .collect::<Vec<_>>()
        };
        let joined = self.existing.as_ref().map(named).unwrap_or_default();
        wiring
            .identity(AZURE_IDENTITY, "network")
            .roles
            .extend(joined.into_iter().map(|role| (roles::NETWORK_CONTRIBUTOR, subnet(role))));
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        validate::check(self, env, diagnostics);
    }

    fn validate_across(&self, _: &str, env: &Env, all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
        cross_environment::check(env, all).into_iter().collect()
    }

    fn resource(&self, _: &str, env: &Env) -> Option<Resource> {
        Some(self.described(env))
    }

    fn child_resource(&self, position: usize, env: &Env) -> Option<Resource> {
        let (role, network) = (Subnet::ALL.get(position)?, self.described(env));
        let existing = self.existing.as_ref().and_then(|existing| existing.subnet(*role));
        let (azure_name, object) = (role.azure_name(), role.name().to_owned());
        let id = existing.map_or_else(
            || format!("{}/subnets/{azure_name}", network.id),
            |subnet| subnet.id.as_str().to_owned(),
        );
        Some(Resource { kind: &SUBNET, object, azure_name, id, ..network })
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let what = format!("network `{}` with the subnet of the nodes", self.azure_name(env));
        let step = ProvisioningStep::new("network", Phase::Bootstrap, what, "Bicep", OWNER);
        self.existing.is_none().then(|| step.after(&["group"])).into_iter().collect()
    }

    fn view(&self, _: &str, env: &Env) -> View {
        view::view(self, env)
    }
}
