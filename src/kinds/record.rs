//! Types of a record. A column that does not apply holds `none`, `nothing` or an empty list.

use super::{At, ObjectFact, Provides, Reads, References, column::Column};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::collections::BTreeMap;

/// Records of one API group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord {
    /// Operator or platform that installs the CRDs; `kubernetes` for built-in kinds.
    pub crd: String,
    /// Azure resource provider; only for groups of Azure Service Operator.
    pub azure: Option<Provider>,
    /// First release of Azure Service Operator that serves a version of the group. Source:
    /// `$supportedFrom` in the resource tables of the operator.
    #[serde(default)]
    pub releases: BTreeMap<String, String>,
    /// Records by kind.
    pub kinds: BTreeMap<String, KindRecord>,
}

/// Azure resource provider of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Namespace of the provider, such as `Microsoft.KeyVault`.
    pub provider: String,
    /// A subscription must register it; `false` where Azure registers it everywhere.
    pub register: bool,
}

/// Record of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRecord {
    /// Plural name of the resource in the API.
    pub plural: String,
    /// Scope of its objects.
    pub scope: ObjectScope,
    /// Versions that a supported release of its operator serves.
    pub versions: Vec<String>,
    /// Objects that selectors of others can select.
    pub selectable: Selectable,
    /// Format of its network policy rules.
    pub network_policy: NetworkPolicy,
    /// Data that is lost with the object.
    pub holds_data: HoldsData,
    /// Deleting the file must not delete the object: it needs annotations that keep it.
    pub delete_protection: bool,
    /// How its health is known.
    pub health: HealthSource,
    /// JSON pointers of fields that the API server or Azure never changes.
    pub immutable: Vec<String>,
    /// Where a release of a chart keeps values and namespace.
    #[serde(deserialize_with = "optional")]
    pub chart: Option<ChartFields>,
    /// Label selectors.
    pub selectors: Vec<SelectorField>,
    /// References to objects, apart from those that their shape shows.
    pub references: Vec<At<References<Column>>>,
    /// Keys of Secrets and `ConfigMaps` that it reads.
    pub reads: Vec<At<Reads<Column>>>,
    /// Keys of Secrets and `ConfigMaps` that it writes.
    pub provides: Vec<At<Provides<Column>>>,
    /// Facts that single rules need.
    pub facts: Vec<At<ObjectFact<Column>>>,
    /// Columns of an Azure resource; required in groups of Azure Service Operator.
    pub azure: Option<AzureRecord>,
}

/// Scope of the objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectScope {
    /// Objects are in a namespace.
    Namespaced,
    /// Objects belong to the whole cluster.
    Cluster,
}

/// What selectors can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selectable {
    /// Nothing.
    None,
    /// Pods.
    Pods,
    /// Services.
    Services,
}

/// Format of network policy rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkPolicy {
    /// The kind is no network policy.
    None,
    /// `networking.k8s.io`.
    Kubernetes,
    /// `cilium.io`.
    Cilium,
}

/// How the health of an object is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HealthSource {
    /// An engine waits for its `Ready` or `Available` condition.
    Awaited,
    /// It is ready when it is applied, or engines do not wait for it.
    None,
}

/// Data that an object holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldsData {
    /// None.
    Nothing,
    /// The whole object is data, without a size.
    All,
    /// The size of the data is at this JSON pointer.
    Sized(String),
}

/// Where a release of a chart keeps values and namespace, as JSON pointers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartFields {
    /// Values of the chart.
    pub values: String,
    /// Namespace of the release.
    pub namespace: String,
}

/// A label selector in a field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectorField {
    /// JSON pointer of the selector, in which `*` is any element.
    pub at: String,
    /// What it selects.
    pub selects: Selectable,
    /// JSON pointer of ports that what it selects must have.
    #[serde(deserialize_with = "optional")]
    pub ports: Option<String>,
}

/// Columns of an Azure resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureRecord {
    /// Type in Azure Resource Manager, such as `Microsoft.KeyVault/vaults`.
    #[serde(rename = "type", deserialize_with = "optional")]
    pub arm_type: Option<String>,
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
    /// Deleting it revokes a right and loses nothing.
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
    /// Scope in which a name is unique: `global`, `subscription`, `resource-group` or `owner`.
    pub unique: String,
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

impl GroupRecord {
    /// Parses the file of a group.
    ///
    /// # Errors
    /// Names the group, and the column that is missing or invalid.
    pub fn parse(name: &str, text: &str) -> Result<GroupRecord, String> {
        let group: GroupRecord =
            toml::from_str(text).map_err(|error| format!("the records of `{name}`: {error}"))?;
        let azure = name.ends_with(".azure.com");
        if group.azure.is_some() != azure {
            return Err(format!("the records of `{name}`: `azure` is for groups of Azure only"));
        }
        match group.kinds.iter().find(|(_, kind)| kind.azure.is_some() != azure) {
            Some((kind, _)) => {
                Err(format!("the record of `{name}/{kind}` lacks the columns of `azure`"))
            }
            None => Ok(group),
        }
    }
}

impl<'de> Deserialize<'de> for HoldsData {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<HoldsData, D::Error> {
        match String::deserialize(from)? {
            text if text == "nothing" => Ok(HoldsData::Nothing),
            text if text == "all" => Ok(HoldsData::All),
            text if text.starts_with('/') => Ok(HoldsData::Sized(text)),
            text => Err(D::Error::custom(format!("`{text}` is no JSON pointer"))),
        }
    }
}

/// Reads `none` as nothing.
fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let value = toml::Value::deserialize(from)?;
    if value.as_str() == Some("none") {
        return Ok(None);
    }
    T::deserialize(value).map(Some).map_err(D::Error::custom)
}
