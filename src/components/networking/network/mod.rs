//! The virtual network that an environment lives in, and its subnets. Never joins two environments.

mod validate;
mod view;

use crate::azure::{network::Subnet, roles};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    operators::AZURE_IDENTITY,
    text::{Cidr, Plain, SubnetId},
    wiring::{RoleScope, Wiring},
};
use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The virtual network and its subnets.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Its name in Azure; made from platform and environment where it is not given.
    pub name: Option<Plain>,
    /// Its addresses. Every subnet has its own place in there, so that none moves when another
    /// comes. Networks that are to be joined must not overlap: give each environment a range of its
    /// own then.
    pub cidr: Cidr,
    /// How pods reach the internet.
    pub egress: Egress,
    /// The public addresses of the NAT gateway: each has room for 64,512 connections to one and the
    /// same service.
    #[schemars(range(min = 1, max = 16))]
    pub nat_addresses: u32,
    /// Public addresses from which nodes and pods reach Azure and the internet, such as those of
    /// the NAT gateway or of a firewall. They are added to `cluster.authorized_ranges`,
    /// `vault.allowed_ranges` and `storage.allowed_ranges`, where these are set.
    pub egress_ranges: Vec<Cidr>,
    /// Subnets that somebody else made: nothing of the network is rendered then, and `cidr` says
    /// where theirs is.
    pub existing: Option<Existing>,
}

/// How pods reach the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Egress {
    /// Through the load balancer of the cluster.
    LoadBalancer,
    /// Through a NAT gateway: known addresses, and more connections. An existing subnet must have
    /// one already.
    NatGateway,
}

impl Egress {
    /// As AKS calls it.
    pub const fn outbound_type(self) -> &'static str {
        match self {
            Egress::LoadBalancer => "loadBalancer",
            Egress::NatGateway => "userAssignedNATGateway",
        }
    }
}

/// Subnets that somebody else made, all in one virtual network.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Existing {
    /// For the nodes of the cluster, delegated to nobody. Its owner gives the cluster's identity
    /// the role Network Contributor on it.
    pub nodes: ExistingSubnet,
    /// For private endpoints.
    pub private_endpoints: Option<ExistingSubnet>,
    /// Delegated to `Microsoft.DBforPostgreSQL/flexibleServers`.
    pub postgres: Option<ExistingSubnet>,
}

/// A subnet that somebody else made.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExistingSubnet {
    /// Its id in Azure.
    pub id: SubnetId,
    /// Its addresses.
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
    /// The addresses of a subnet; nothing where there is none, or no room for one.
    pub fn range(&self, role: Subnet) -> Option<Ipv4Net> {
        match &self.existing {
            Some(existing) => existing.subnet(role).map(|subnet| subnet.cidr.net()),
            None => role.within(self.cidr.net()),
        }
    }
}

impl Component for Network {
    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring
            .identity("cluster", "network")
            .roles
            .insert((roles::NETWORK_CONTRIBUTOR, RoleScope::Subnet(Subnet::Nodes)));
        // In a network of others the operator may put nothing into a subnet, unless its owner lets
        // it.
        let named = |existing: &Existing| {
            Subnet::ALL
                .into_iter()
                .filter(|role| existing.subnet(*role).is_some())
                .collect::<Vec<_>>()
        };
        let joined = self.existing.as_ref().map(named).unwrap_or_default();
        wiring.identity(AZURE_IDENTITY, "network").roles.extend(
            joined.into_iter().map(|role| (roles::NETWORK_CONTRIBUTOR, RoleScope::Subnet(role))),
        );
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        validate::check(self, env, diagnostics);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        view::view(self, env)
    }
}
