//! The names of Azure resources, in one place, so that whoever refers to one says the same. Never checks them.

use super::{Env, wiring::Scope};
use crate::azure::naming::{short, suffix};

/// The names of one environment.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a>(pub &'a Env);

impl Names<'_> {
    fn platform(&self) -> &str {
        self.0.platform.platform.name.as_str()
    }

    /// `shop-dev`: platform and environment.
    pub fn stem(&self) -> String {
        format!("{}-{}", self.platform(), self.0.name)
    }

    /// The namespace of the Azure resources of this environment.
    pub fn azure_namespace(&self) -> String {
        format!("azure-{}", self.stem())
    }

    /// The resource group.
    pub fn resource_group(&self) -> String {
        let own = self.0.platform.resource_group.name.as_ref();
        own.map_or_else(|| format!("rg-{}", self.stem()), |n| n.as_str().to_owned())
    }

    /// The cluster.
    pub fn cluster(&self) -> String {
        let own = self.0.platform.cluster.name.as_ref();
        own.map_or_else(|| format!("aks-{}", self.stem()), |n| n.as_str().to_owned())
    }

    /// The virtual network.
    pub fn network(&self) -> String {
        let own = self.0.platform.network.name.as_ref();
        own.map_or_else(|| format!("vnet-{}", self.stem()), |n| n.as_str().to_owned())
    }

    /// The vault: 24 characters at most, unique in the world.
    pub fn vault(&self) -> String {
        let own = self.0.platform.vault.name.as_ref();
        let made = || format!("kv-{}-{}-{}", short(self.platform(), 9), short(&self.0.name, 4), self.suffix());
        own.map_or_else(made, |n| n.as_str().to_owned())
    }

    /// The storage account: 24 lower-case letters and digits at most, unique in the world.
    pub fn storage(&self) -> String {
        let own = self.0.platform.storage.name.as_ref();
        let made = || format!("st{}{}{}", short(self.platform(), 10), short(&self.0.name, 4), self.suffix()).replace('-', "");
        own.map_or_else(made, |n| n.as_str().to_owned())
    }

    /// The registry: 50 letters and digits at most, unique in the world. The same one for all environments that share it.
    pub fn registry(&self) -> String {
        let registry = &self.0.platform.registry;
        let owner = registry.owner.as_ref().map_or(self.0.name.as_str(), |owner| owner.as_str());
        // Not the subscription: environments that share a registry may have several.
        let suffix = suffix(self.0.platform.azure.tenant_id.as_str(), self.platform(), owner);
        let made = || format!("acr{}{}{suffix}", short(self.platform(), 30), short(owner, 8)).replace('-', "");
        let given = registry.name.as_ref().map(|n| n.as_str().to_owned());
        registry.existing.as_ref().map(|id| id.name().to_owned()).or(given).unwrap_or_else(made).to_lowercase()
    }

    /// A managed identity.
    pub fn identity(&self, name: &str) -> String {
        format!("id-{}-{name}", self.stem())
    }

    /// The id of this environment's group.
    pub fn group_id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.0.platform.azure.subscription_id.as_str(), self.resource_group())
    }

    /// The DNS zone; empty where there is none.
    pub fn zone(&self) -> &str {
        self.0.platform.dns.zone.as_ref().map_or("", |zone| zone.as_str())
    }

    /// The environment that owns the DNS zone.
    pub fn zone_owner(&self) -> Option<&str> {
        let all = &self.0.environments;
        let natural = || all.iter().find(|name| *name == "production" || all.len() == 1).map(String::as_str);
        self.0.platform.dns.owner.as_ref().map(super::text::Name::as_str).or_else(natural)
    }

    /// Does this environment own the DNS zone, so that it renders it?
    pub fn owns_zone(&self) -> bool {
        let dns = &self.0.platform.dns;
        dns.zone.is_some() && dns.existing.is_none() && self.zone_owner() == Some(self.0.name.as_str())
    }

    /// The id of the DNS zone, which may be in the resource group of another environment.
    pub fn zone_id(&self) -> String {
        let kind = "Microsoft.Network/dnsZones";
        match (&self.0.platform.dns.existing, self.owns_zone()) {
            (Some(id), _) => id.as_str().to_owned(),
            (None, true) => self.id(kind, self.zone()),
            (None, false) => {
                let subscription = self.0.platform.azure.subscription_id.as_str();
                let group = format!("rg-{}-{}", self.platform(), self.zone_owner().unwrap_or_default());
                format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{}", self.zone())
            }
        }
    }

    /// What the hosts of this environment end in: those of the owner stand right below the zone.
    pub fn host_suffix(&self) -> String {
        let right_below = self.zone_owner() == Some(self.0.name.as_str());
        if right_below { self.zone().to_owned() } else { format!("{}.{}", self.0.name, self.zone()) }
    }

    /// Can Azure Service Operator of this environment give a role there?
    pub fn is_ours(&self, scope: &Scope) -> bool {
        !matches!(scope, Scope::Zone | Scope::ZoneGroup) || self.owns_zone()
    }

    /// The id of a scope.
    pub fn scope_id(&self, scope: &Scope) -> String {
        match scope {
            Scope::Vault => self.id("Microsoft.KeyVault/vaults", &self.vault()),
            Scope::Storage => self.id("Microsoft.Storage/storageAccounts", &self.storage()),
            Scope::ResourceGroup => self.group_id(),
            Scope::Registry => self.id("Microsoft.ContainerRegistry/registries", &self.registry()),
            Scope::Subnet(subnet) => {
                format!("{}/subnets/{}", self.id("Microsoft.Network/virtualNetworks", &self.network()), super::network::azure_name(*subnet))
            }
            Scope::Zone => self.zone_id(),
            Scope::ZoneGroup => self.zone_id().split("/providers/").next().unwrap_or_default().to_owned(),
            Scope::Identity(other) => self.id("Microsoft.ManagedIdentity/userAssignedIdentities", &self.identity(other)),
        }
    }

    /// The id of a resource of this environment's group.
    pub fn id(&self, kind: &str, name: &str) -> String {
        format!("{}/providers/{kind}/{name}", self.group_id())
    }

    fn suffix(self) -> String {
        suffix(self.0.platform.azure.subscription_id.as_str(), self.platform(), &self.0.name)
    }
}

/// An Azure name as the name of a Kubernetes object.
pub(super) fn object(azure: &str) -> String {
    let name: String = azure.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    name.trim_matches('-').to_owned()
}
