//! Types of a record. A column that does not apply holds `none`, `nothing` or an empty list.

use super::{At, AzureRecord, ObjectFact, Provides, Reads, References, column::Column};
use serde::{Deserialize, Deserializer, de::Error as _};

/// Record of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRecord {
    /// Plural name of the resource in the API.
    pub plural: String,
    /// Scope of its objects.
    pub scope: ObjectScope,
    /// Format of `metadata.name`.
    pub object_name: ObjectNameFormat,
    /// Versions that a supported release of its operator serves.
    pub versions: Vec<String>,
    /// Objects that selectors of others can select.
    pub selectable: Selectable,
    /// Format of its network policy rules.
    pub network_policy: NetworkPolicy,
    /// Fields with PromQL expressions.
    pub promql: Promql,
    /// Data that is lost with the object.
    pub holds_data: HoldsData,
    /// Deleting the file must not delete the object: it needs annotations that keep it.
    pub delete_protection: bool,
    /// Source of its health.
    pub health: HealthSource,
    /// JSON pointers of fields that the API server or Azure never changes.
    pub immutable: Vec<String>,
    /// Pointers of the name, the values and the namespace of a chart release.
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

impl KindRecord {
    /// Objects of the kind can hold data, as a whole or in a part.
    pub fn has_data(&self) -> bool {
        let is_holder = |row: &At<ObjectFact<Column>>| matches!(row.relation, ObjectFact::Holds(_));
        self.holds_data != HoldsData::Nothing || self.facts.iter().any(is_holder)
    }
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

/// Objects that selectors can find.
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

impl Selectable {
    /// One selected object, in words.
    pub fn word(self) -> &'static str {
        if self == Selectable::Services { "Service" } else { "pod" }
    }
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

/// Format of the names of objects. Source: Kubernetes documentation on object names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectNameFormat {
    /// RFC 1035 label: at most 63 lower-case letters, digits and dashes, a letter first.
    Label,
    /// RFC 1123 subdomain: at most 253 characters, labels with dots between them.
    Subdomain,
    /// Any text without `/` and `%`.
    PathSegment,
}

impl ObjectNameFormat {
    /// Maximum number of characters, if the API server has one.
    pub fn most(self) -> Option<usize> {
        match self {
            ObjectNameFormat::Label => Some(63),
            ObjectNameFormat::Subdomain => Some(253),
            ObjectNameFormat::PathSegment => None,
        }
    }

    /// Returns whether the API server accepts a name.
    pub fn accepts(self, name: &str) -> bool {
        match self {
            ObjectNameFormat::Label => {
                is_label(name) && name.starts_with(|c: char| c.is_ascii_lowercase())
            }
            ObjectNameFormat::Subdomain => name.len() <= 253 && name.split('.').all(is_label),
            ObjectNameFormat::PathSegment => !name.is_empty() && !name.contains(['/', '%']),
        }
    }
}

fn is_label(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_letter)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Fields with PromQL expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promql {
    /// None.
    None,
    /// `spec.groups[].rules[].expr`.
    Rules,
    /// Panels of Grafana dashboards in `data`.
    Dashboards,
}

/// Source of the health of an object.
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

/// JSON pointers of the name, the values and the namespace of a chart release.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartFields {
    /// Name of the chart.
    pub name: String,
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
    /// Selected objects.
    pub selects: Selectable,
    /// JSON pointer of ports that the selected objects must have.
    #[serde(deserialize_with = "optional")]
    pub ports: Option<String>,
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
pub(super) fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let value = toml::Value::deserialize(from)?;
    if value.as_str() == Some("none") {
        return Ok(None);
    }
    T::deserialize(value).map(Some).map_err(D::Error::custom)
}
