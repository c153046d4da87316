//! The names of Azure resources, in one place, so that whoever refers to one says the same. Never checks them.

use super::Env;
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

    /// The id of a resource of this environment's group.
    pub fn id(&self, kind: &str, name: &str) -> String {
        let subscription = self.0.platform.azure.subscription_id.as_str();
        format!("/subscriptions/{subscription}/resourceGroups/{}/providers/{kind}/{name}", self.resource_group())
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
