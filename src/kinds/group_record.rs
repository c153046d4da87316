//! Records of one API group, and the columns that they lack.

use super::KindRecord;
use serde::Deserialize;
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

impl GroupRecord {
    /// Parses the file of a group.
    ///
    /// # Errors
    /// Names each missing column, one per line, or the column that is invalid.
    pub fn parse(name: &str, text: &str) -> Result<GroupRecord, String> {
        let group: GroupRecord = toml::from_str(text).map_err(|error| {
            let missing = missing_columns(name, text);
            let message = || format!("the records of `{name}`: {error}");
            if missing.is_empty() { message() } else { missing.join("\n") }
        })?;
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

/// Columns that every record has.
const COLUMNS: [&str; 17] = [
    "plural",
    "scope",
    "object_name",
    "versions",
    "selectable",
    "network_policy",
    "promql",
    "holds_data",
    "delete_protection",
    "health",
    "immutable",
    "chart",
    "selectors",
    "references",
    "reads",
    "provides",
    "facts",
];

/// Columns of `azure`, which every record of an Azure resource has.
const AZURE_COLUMNS: [&str; 9] = [
    "title",
    "type",
    "owners",
    "name",
    "identity",
    "public_access",
    "subnet_injection",
    "private_link",
    "revocable",
];

/// One message per missing column of a file.
fn missing_columns(group: &str, text: &str) -> Vec<String> {
    let parsed: toml::Table = toml::from_str(text).unwrap_or_default();
    let kinds = parsed.get("kinds").and_then(toml::Value::as_table).into_iter().flatten();
    let mut out = vec![];
    for (kind, record) in kinds {
        let mut lacks = |column: String| {
            out.push(format!("the record of `{group}/{kind}` lacks the column `{column}`"));
        };
        COLUMNS.iter().filter(|c| record.get(c).is_none()).for_each(|c| lacks((*c).to_owned()));
        let azure = record.get("azure").into_iter();
        azure
            .flat_map(|azure| AZURE_COLUMNS.iter().filter(|c| azure.get(c).is_none()))
            .for_each(|c| lacks(format!("azure.{c}")));
    }
    out
}
