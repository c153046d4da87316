//! Registry of kinds: one record per kind, in one TOML file per API group.
//!
//! Sources of the records: the CRDs of each operator, the `OpenAPI` document of Kubernetes, the
//! Azure resource reference and the Azure resource name rules. A file is parsed when an object of
//! its group is first met.

mod api_rule;
mod azure_record;
mod column;
mod define;
mod group_record;
mod plural;
mod record;
mod relation;
mod row;
mod shared;

pub use api_rule::{ApiCheck, ApiFormat, ApiRule, api_rule_subjects, api_rules};
pub use azure_record::{AzureRecord, NameConstraint, NameScope, PrivateLink};
pub use column::{Column, Piece};
pub use group_record::GroupRecord;
pub use record::{
    ChartFields, HealthSource, HoldsData, KindRecord, NetworkPolicy, ObjectNameFormat, ObjectScope,
    Promql, Selectable, SelectorField,
};
pub use relation::*;
pub use row::{At, Variant};
pub use shared::{ChartFacts, ReferenceField, is_in_every_cluster, pod_template, reference_field};

use include_dir::{Dir, include_dir};
use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/kinds/groups");

/// Every group with a file, parsed on first use.
static GROUPS: LazyLock<BTreeMap<&str, (&str, OnceLock<GroupRecord>)>> = LazyLock::new(|| {
    let group = |file: &'static include_dir::File<'_>| {
        let name = file.path().to_str()?.strip_suffix(".toml")?;
        Some((name, (file.contents_utf8()?, OnceLock::new())))
    };
    FILES.files().filter_map(group).collect()
});

/// Names of the groups that have records; `core` is the group without a name.
pub fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS.keys().copied()
}

/// The record of a group.
///
/// # Panics
/// If a built-in file is invalid; a test parses all of them.
pub fn group(name: &str) -> Option<&'static GroupRecord> {
    let (text, parsed) = GROUPS.get(if name.is_empty() { "core" } else { name })?;
    let parse = || GroupRecord::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
    Some(parsed.get_or_init(parse))
}

/// The record of a kind.
pub fn of(group: &str, kind: &str) -> Option<&'static KindRecord> {
    self::group(group)?.kinds.get(kind)
}

/// Whether the registry has a kind with this version.
pub fn serves(api_version: &str, kind: &str) -> bool {
    let version = api_version.rsplit_once('/').map_or(api_version, |(_, version)| version);
    let has = |record: &KindRecord| record.versions.iter().any(|known| known == version);
    of_object(api_version, kind).is_some_and(has)
}

/// API group of an `apiVersion`; empty for the core group.
pub fn group_of(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// The record of the kind of an object.
pub fn of_object(api_version: &str, kind: &str) -> Option<&'static KindRecord> {
    of(group_of(api_version), kind)
}

/// The record of a `group/Kind`.
pub fn of_qualified(qualified: &str) -> Option<&'static KindRecord> {
    let (group, kind) = qualified.split_once('/')?;
    of(group, kind)
}

/// Private DNS zone of a sub-resource that a private endpoint reaches.
pub fn private_zone(group: &str, kind: &str, part: &str) -> Option<&'static str> {
    let links = of(group, kind)?.azure.as_ref()?.private_link.iter();
    links.filter(|link| link.group == part).map(|link| link.zone.as_str()).next()
}

/// `group/Kind`, as references and tables write it.
pub fn qualified(api_version: &str, kind: &str) -> String {
    let group = group_of(api_version);
    format!("{}/{kind}", if group.is_empty() { "core" } else { group })
}

/// `Kind` of `group/Kind`.
pub fn short(qualified: &str) -> &str {
    qualified.rsplit_once('/').map_or(qualified, |(_, kind)| kind)
}

/// Whether `group/Kind` fits a pattern, in which `*` is any text within a group or a kind.
pub fn is_like(pattern: &str, qualified: &str) -> bool {
    let Some(((group, kind), (own_group, own_kind))) =
        pattern.split_once('/').zip(qualified.split_once('/'))
    else {
        return false;
    };
    part_is_like(group, own_group) && part_is_like(kind, own_kind)
}

fn part_is_like(pattern: &str, text: &str) -> bool {
    pattern.split_once('*').map_or(pattern == text, |(start, end)| {
        text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    })
}

/// The first release of its operator that serves an `apiVersion`.
pub fn served_since(api_version: &str) -> Option<&'static str> {
    let (group, version) = api_version.split_once('/')?;
    self::group(group)?.releases.get(version).map(String::as_str)
}

/// Name of a kind's resource in the API, such as `registries.containerregistry.azure.com`.
pub fn resource(group: &str, kind: &str) -> String {
    let plural = of(group, kind).map_or_else(|| plural::of(kind), |record| record.plural.clone());
    format!("{plural}.{group}")
}

/// Operator or platform that installs the CRD of a kind: the name of a chart, for an operator that
/// the platform installs.
pub fn crd_source(group: &str, kind: &str) -> Option<&'static str> {
    let record = self::group(group)?;
    record.kinds.contains_key(kind).then_some(record.crd.as_str())
}

/// Azure resource providers to register for some groups. Azure registers those of resource groups
/// and of role assignments in every subscription.
pub fn providers<'a>(groups: impl Iterator<Item = &'a str>) -> Vec<&'static str> {
    let azure = groups.filter_map(|name| group(name)?.azure.as_ref());
    azure.filter(|azure| azure.register).map(|azure| azure.provider.as_str()).collect()
}

#[cfg(test)]
mod tests;
