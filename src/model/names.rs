//! The names of Azure resources, in one place, so that whoever refers to one says the same. Never
//! checks them.

use super::{
    Env,
    text::{AccountId, Name, Plain, PrivateZoneId, RegistryId, VaultId},
    wiring::RoleScope,
};
use crate::azure::{
    ids,
    naming::{short, suffix},
};

use serde_json::{Value, json};
use std::collections::BTreeSet;

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";
const STORAGE: &str = "Microsoft.Storage/storageAccounts";
/// The ARM type of a public DNS zone.
pub(crate) const DNS_ZONE: &str = "Microsoft.Network/dnsZones";

/// The ARM type of a private DNS zone.
const PRIVATE_ZONE: &str = "Microsoft.Network/privateDnsZones";

/// The private DNS zone of all PostgreSQL servers.
pub(crate) const POSTGRES_ZONE: &str = "postgres";

const VAULT: &str = "Microsoft.KeyVault/vaults";

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
        let vault = &self.0.platform.vault;
        let own =
            vault.existing.as_ref().map(VaultId::name).or(vault.name.as_ref().map(Plain::as_str));
        let made = || {
            format!("kv-{}-{}-{}", short(self.platform(), 9), short(&self.0.name, 4), self.suffix())
        };
        own.map_or_else(made, str::to_owned)
    }

    /// A further vault.
    pub fn other_vault(&self, name: &str) -> String {
        let vault = self.0.platform.vaults.get(name);
        let own = vault.and_then(|vault| {
            vault.existing.as_ref().map(VaultId::name).or(vault.name.as_ref().map(Plain::as_str))
        });
        let unique = || {
            suffix(
                self.0.platform.azure.subscription_id.as_str(),
                self.platform(),
                &format!("{}/{name}", self.0.name),
            )
        };
        own.map_or_else(
            || format!("kv-{}-{}-{}", short(self.platform(), 9), short(name, 4), unique()),
            str::to_owned,
        )
    }

    /// The storage account: 24 lower-case letters and digits at most, unique in the world.
    pub fn storage(&self) -> String {
        let storage = &self.0.platform.storage;
        let own = storage
            .existing
            .as_ref()
            .map(AccountId::name)
            .or(storage.name.as_ref().map(Plain::as_str));
        let made = || {
            format!("st{}{}{}", short(self.platform(), 10), short(&self.0.name, 4), self.suffix())
                .replace('-', "")
        };
        own.map_or_else(made, str::to_owned)
    }

    /// The registry: 50 letters and digits at most, unique in the world. The same one for all
    /// environments that share it.
    pub fn registry(&self) -> String {
        let registry = &self.0.platform.registry;
        let owner = registry.owner.as_ref().map_or(self.0.name.as_str(), |owner| owner.as_str());
        // Not the subscription: environments that share a registry may have several.
        let suffix = suffix(self.0.platform.azure.tenant_id.as_str(), self.platform(), owner);
        let made = || {
            format!("acr{}{}{suffix}", short(self.platform(), 30), short(owner, 8)).replace('-', "")
        };
        let given = registry.name.as_ref().map(|n| n.as_str().to_owned());
        registry
            .existing
            .as_ref()
            .map(|id| id.name().to_owned())
            .or(given)
            .unwrap_or_else(made)
            .to_lowercase()
    }

    /// The login server of the registry.
    pub fn registry_host(&self) -> String {
        format!("{}.azurecr.io", self.registry())
    }

    /// The name of a private DNS zone. Source: the documentation of private endpoints; the zone of
    /// PostgreSQL may be any name below `postgres.database.azure.com` that is no name of a server.
    pub fn private_zone(&self, name: &str) -> String {
        match name {
            "vault" => "privatelink.vaultcore.azure.net".into(),
            "storage" => "privatelink.blob.core.windows.net".into(),
            "registry" => "privatelink.azurecr.io".into(),
            _ => format!("{}.private.postgres.database.azure.com", self.stem()),
        }
    }

    /// A reference to a private DNS zone: the object, or the resource id of an existing zone.
    pub fn private_zone_reference(&self, name: &str) -> Value {
        let existing = self.0.shared.existing_private_zones.get(name);
        json!({"name": name, "id": existing.map(String::as_str).unwrap_or_default()})
    }

    /// A managed identity.
    pub fn identity(&self, name: &str) -> String {
        format!("id-{}-{name}", self.stem())
    }

    /// The id of this environment's group.
    pub fn group_id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.0.platform.azure.subscription_id.as_str(),
            self.resource_group()
        )
    }

    /// The DNS zone; empty where there is none.
    pub fn zone(&self) -> &str {
        self.0.platform.dns.zone.as_ref().map_or("", |zone| zone.as_str())
    }

    /// The environment that owns the DNS zone.
    pub fn zone_owner(&self) -> Option<&str> {
        self.0.shared.zone_owner.as_deref()
    }

    /// Does this environment own the DNS zone, so that it renders it?
    pub fn owns_zone(&self) -> bool {
        let dns = &self.0.platform.dns;
        dns.zone.is_some()
            && dns.existing.is_none()
            && self.zone_owner() == Some(self.0.name.as_str())
    }

    /// The id of the DNS zone.
    pub fn zone_id(&self) -> String {
        let existing = self.0.platform.dns.existing.as_ref().map(Plain::as_str);
        self.shared_id(existing, self.zone_owner(), DNS_ZONE, self.zone())
    }

    /// The id of the registry.
    pub fn registry_id(&self) -> String {
        let registry = &self.0.platform.registry;
        self.shared_id(
            registry.existing.as_ref().map(RegistryId::as_str),
            registry.owner.as_ref().map(Name::as_str),
            REGISTRY,
            &self.registry(),
        )
    }

    /// The id of what may exist already, or be in the resource group of the environment that owns
    /// it.
    fn shared_id(
        self,
        existing: Option<&str>,
        owner: Option<&str>,
        kind: &str,
        name: &str,
    ) -> String {
        match (existing, owner) {
            (Some(id), _) => id.to_owned(),
            (None, Some(owner)) if owner != self.0.name => {
                let subscription = self.0.platform.azure.subscription_id.as_str();
                format!(
                    "/subscriptions/{subscription}/resourceGroups/rg-{}-{owner}/providers/{kind}/{name}",
                    self.platform()
                )
            }
            (None, _) => self.id(kind, name),
        }
    }

    /// Everything that this environment makes under a name that nobody else may have: where the
    /// name comes from, and the name.
    pub fn unique(&self) -> Vec<(String, String)> {
        let ours = |component, scope: &RoleScope| self.0.has(component) && self.is_ours(scope);
        let one = |component: &str, name: String| (format!("{component}.name"), name);
        let mut out = vec![("resource_group.name".to_owned(), self.group_id())];
        out.extend(self.linked());
        out.extend(ours("vault", &RoleScope::Vault).then(|| one("vault", self.vault())));
        let others = self
            .0
            .platform
            .vaults
            .keys()
            .filter(|name| self.is_ours(&RoleScope::OtherVault((*name).clone())));
        out.extend(others.map(|name| one(&format!("vaults.{name}"), self.other_vault(name))));
        out.extend(ours("storage", &RoleScope::Storage).then(|| one("storage", self.storage())));
        out.extend(
            ours("registry", &RoleScope::Registry).then(|| one("registry", self.registry())),
        );
        out.extend(
            self.0.platform.postgres.iter().map(|(name, server)| {
                one(&format!("postgres.{name}"), server.server(name, self.0))
            }),
        );
        out
    }

    /// The zones that a network of others is linked to: it takes one of each name.
    fn linked(self) -> Vec<(String, String)> {
        let network = self.0.shared.network.existing.clone();
        let ours = self
            .0
            .wiring
            .targets
            .values()
            .map(|(zone, _)| *zone)
            .filter(|zone| self.is_ours(&RoleScope::PrivateZone((*zone).to_owned())));
        let one = |zone: &str| {
            ("network.existing".to_owned(), format!("{network}/{}", self.private_zone(zone)))
        };
        ours.map(one).filter(|_| !network.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What the hosts of this environment end in: those of the owner stand right below the zone.
    pub fn host_suffix(&self) -> String {
        self.0.shared.host_suffix(&self.0.name)
    }

    /// Can Azure Service Operator of this environment give a role there?
    pub fn is_ours(&self, scope: &RoleScope) -> bool {
        let platform = &self.0.platform;
        match scope {
            RoleScope::Vault => platform.vault.existing.is_none(),
            RoleScope::OtherVault(name) => {
                platform.vaults.get(name).is_none_or(|vault| vault.existing.is_none())
            }
            RoleScope::Storage => platform.storage.existing.is_none(),
            RoleScope::Registry => self.0.shared.registry.is_own(&self.0.name),
            RoleScope::Subnet(_) | RoleScope::Network => platform.network.existing.is_none(),
            RoleScope::PrivateZone(name) => {
                platform.private_zones.get(name).is_none_or(|zone| zone.existing.is_none())
            }
            RoleScope::Zone | RoleScope::ZoneGroup => self.owns_zone(),
            RoleScope::ResourceGroup | RoleScope::Identity(_) => true,
        }
    }

    /// The id of a scope.
    pub fn scope_id(&self, scope: &RoleScope) -> String {
        let platform = &self.0.platform;
        match scope {
            RoleScope::Vault => self.shared_id(
                platform.vault.existing.as_ref().map(VaultId::as_str),
                None,
                VAULT,
                &self.vault(),
            ),
            RoleScope::OtherVault(name) => {
                let existing = platform.vaults.get(name).and_then(|vault| vault.existing.as_ref());
                self.shared_id(existing.map(VaultId::as_str), None, VAULT, &self.other_vault(name))
            }
            RoleScope::Storage => self.shared_id(
                platform.storage.existing.as_ref().map(AccountId::as_str),
                None,
                STORAGE,
                &self.storage(),
            ),
            RoleScope::ResourceGroup => self.group_id(),
            RoleScope::Registry => self.registry_id(),
            RoleScope::Subnet(subnet) => match self.0.shared.network.existing_subnet(*subnet) {
                "" => format!(
                    "{}/subnets/{}",
                    self.scope_id(&RoleScope::Network),
                    subnet.azure_name()
                ),
                id => id.to_owned(),
            },
            RoleScope::Network => match self.0.shared.network.existing.clone() {
                id if id.is_empty() => {
                    self.id("Microsoft.Network/virtualNetworks", &self.network())
                }
                id => id,
            },
            RoleScope::PrivateZone(name) => {
                let existing = platform
                    .private_zones
                    .get(name)
                    .and_then(|zone| zone.existing.as_ref())
                    .map(PrivateZoneId::as_str);
                self.shared_id(existing, None, PRIVATE_ZONE, &self.private_zone(name))
            }
            RoleScope::Zone => self.zone_id(),
            RoleScope::ZoneGroup => ids::scope_of_group(&self.zone_id()).to_owned(),
            RoleScope::Identity(other) => {
                self.id("Microsoft.ManagedIdentity/userAssignedIdentities", &self.identity(other))
            }
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
pub(crate) fn object(azure: &str) -> String {
    let name: String = azure
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    name.trim_matches('-').to_owned()
}
