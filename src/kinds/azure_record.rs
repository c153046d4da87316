//! Columns of an Azure resource.

use super::record::optional;
use regex_lite::Regex;
use serde::Deserialize;

/// Columns of an Azure resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureRecord {
    /// Type in Azure Resource Manager, such as `Microsoft.KeyVault/vaults`.
    #[serde(rename = "type", deserialize_with = "optional")]
    pub arm_type: Option<String>,
    /// Name of the resource in prose, such as `key vault`.
    pub title: String,
    /// Kinds that can own it, as `group/Kind`; `*` stands for any letters.
    pub owners: Vec<String>,
    /// Names that Azure accepts.
    pub name: NameConstraint,
    /// Fields of `spec` that identify the resource: another value is another resource.
    pub identity: Vec<String>,
    /// JSON pointer of the switch of access from the internet.
    #[serde(deserialize_with = "optional")]
    pub public_access: Option<String>,
    /// JSON pointer of the delegated subnet that it joins instead of having a private endpoint.
    #[serde(deserialize_with = "optional")]
    pub subnet_injection: Option<String>,
    /// Sub-resources that a private endpoint can reach, with their private DNS zone.
    pub private_link: Vec<PrivateLink>,
    /// Its removal revokes a right and loses no data.
    pub revocable: bool,
}

/// Names that Azure accepts for a resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameConstraint {
    /// Shortest length, in characters.
    pub least: usize,
    /// Longest length, in characters.
    pub most: usize,
    /// Regular expression.
    pub pattern: String,
    /// Scope in which a name is unique.
    pub unique: NameScope,
    /// The pattern in words.
    pub words: String,
}

impl NameConstraint {
    /// Returns whether Azure accepts a name.
    pub fn accepts(&self, name: &str) -> bool {
        self.has_length(name) && Regex::new(&self.pattern).is_ok_and(|p| p.is_match(name))
    }

    /// Returns whether a name is neither too short nor too long.
    pub fn has_length(&self, name: &str) -> bool {
        (self.least..=self.most).contains(&name.chars().count())
    }
}

/// Scope in which the name of an Azure resource is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameScope {
    /// All of Azure.
    Global,
    /// The subscription.
    Subscription,
    /// The resource group.
    ResourceGroup,
    /// The resource that owns it.
    Owner,
}

/// A sub-resource that a private endpoint can reach.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateLink {
    /// Group id, such as `vault`.
    pub group: String,
    /// Private DNS zone, such as `privatelink.vaultcore.azure.net`.
    pub zone: String,
}
