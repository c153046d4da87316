//! Names that Azure accepts, from the kind registry. Source of the records: the Azure resource name
//! rules, and the validators of the Terraform provider where those are stricter.

use crate::kinds::{self, AzureRecord};
use sha2::{Digest, Sha256};

/// Names of one kind of Azure resource. The record of the kind has the constraint.
#[derive(Debug)]
pub struct AzureNameRule {
    group: &'static str,
    kind: &'static str,
}

/// Resource groups.
pub const RESOURCE_GROUP: AzureNameRule = AzureNameRule::of("resources.azure.com", "ResourceGroup");
/// Managed clusters.
pub const CLUSTER: AzureNameRule =
    AzureNameRule::of("containerservice.azure.com", "ManagedCluster");
/// Action groups.
pub const ACTION_GROUP: AzureNameRule = AzureNameRule::of("insights.azure.com", "ActionGroup");
/// Linux node pools.
pub const POOL: AzureNameRule =
    AzureNameRule::of("containerservice.azure.com", "ManagedClustersAgentPool");
/// Key vaults.
pub const VAULT: AzureNameRule = AzureNameRule::of("keyvault.azure.com", "Vault");
/// Storage accounts.
pub const STORAGE: AzureNameRule = AzureNameRule::of("storage.azure.com", "StorageAccount");
/// Blob containers.
pub const CONTAINER: AzureNameRule =
    AzureNameRule::of("storage.azure.com", "StorageAccountsBlobServicesContainer");
/// User-assigned identities.
pub const IDENTITY: AzureNameRule =
    AzureNameRule::of("managedidentity.azure.com", "UserAssignedIdentity");
/// Virtual networks.
pub const NETWORK: AzureNameRule = AzureNameRule::of("network.azure.com", "VirtualNetwork");
/// Container registries.
pub const REGISTRY: AzureNameRule = AzureNameRule::of("containerregistry.azure.com", "Registry");
/// PostgreSQL servers.
pub const POSTGRES: AzureNameRule =
    AzureNameRule::of("dbforpostgresql.azure.com", "FlexibleServer");
/// Databases and users of PostgreSQL.
pub const DATABASE: AzureNameRule =
    AzureNameRule::of("dbforpostgresql.azure.com", "FlexibleServersDatabase");

impl AzureNameRule {
    /// The rule of a kind.
    pub const fn of(group: &'static str, kind: &'static str) -> AzureNameRule {
        AzureNameRule { group, kind }
    }

    /// Reason why Azure refuses a name; nothing if it accepts the name.
    pub fn refuse(&self, name: &str) -> Option<String> {
        let azure = self.record();
        let (title, rule) = (&azure.title, &azure.name);
        if rule.accepts(name) {
            return None;
        }
        if rule.has_length(name) {
            return Some(format!("`{name}` is not a valid name of a {title}: {}", rule.words));
        }
        Some(format!(
            "`{name}` has {} characters; the name of a {title} has {} to {}",
            name.chars().count(),
            rule.least,
            rule.most
        ))
    }

    /// Accepted lengths and characters.
    pub fn words(&self) -> String {
        let rule = &self.record().name;
        format!("{} to {} characters; {}", rule.least, rule.most, rule.words)
    }

    fn record(&self) -> &'static AzureRecord {
        let record = kinds::of(self.group, self.kind).and_then(|kind| kind.azure.as_ref());
        record.unwrap_or_else(|| panic!("`{}/{}` has no Azure record", self.group, self.kind))
    }
}

/// Five characters that make a name globally unique. They depend on the subscription, the platform
/// and the environment only.
pub fn suffix(subscription: &str, platform: &str, environment: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    // Azure compares GUIDs without case.
    let digest =
        Sha256::digest(format!("{}|{platform}|{environment}", subscription.to_lowercase()));
    digest[..5].iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % 32])).collect()
}

/// At most the first `most` characters of a name, without a dash at the end.
pub fn short(name: &str, most: usize) -> &str {
    name.get(..most).unwrap_or(name).trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_validated_by_length_and_form() {
        for (rule, good, bad) in [
            (VAULT, "kv-shop-dev-ab12c", "kv--shop"),
            (VAULT, "abc", "abcdefghijklmnopqrstuvwxy"),
            (STORAGE, "stshopdev", "st-shop"),
            (POOL, "system", "System"),
            (POOL, "abcdefghijkl", "abcdefghijklm"),
            (RESOURCE_GROUP, "rg-shop", "rg."),
            (CLUSTER, "aks-shop", "-aks"),
            (CONTAINER, "velero", "ve--lero"),
            (IDENTITY, "id-shop-velero", "_id"),
            (REGISTRY, "acrshopdev", "acr-shop"),
            (POSTGRES, "psql-shop-dev", "psql_shop"),
            (DATABASE, "orders", "1orders"),
            (NETWORK, "vnet-shop-dev", "vnet-"),
        ] {
            assert_eq!(rule.refuse(good), None);
            assert!(rule.refuse(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn the_suffix_depends_on_all_three() {
        let base = suffix("s", "p", "e");
        assert_eq!(base, suffix("s", "p", "e"));
        assert_eq!(base.len(), 5);
        for other in [suffix("x", "p", "e"), suffix("s", "x", "e"), suffix("s", "p", "x")] {
            assert_ne!(base, other);
        }
    }
}
