//! Tables that belong to no single kind: pod templates, references by field name, and objects
//! that every cluster has.

use super::{At, Column, ObjectFact};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyTable {
    facts: Vec<At<ObjectFact<Column>>>,
}

static POD_TEMPLATE: LazyLock<FamilyTable> =
    LazyLock::new(|| toml::from_str(include_str!("pod_template.toml")).expect("our own table"));
static EVERY_CLUSTER: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| toml::from_str(include_str!("every_cluster.toml")).expect("our own table"));

static REFERENCE_FIELDS: LazyLock<BTreeMap<String, ReferenceField>> =
    LazyLock::new(|| toml::from_str(include_str!("reference_fields.toml")).expect("our own table"));

/// Defaults of a reference whose field name decides what it can name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceField {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
}

/// Defaults of the references in fields of a name.
pub fn reference_field(field: &str) -> Option<&'static ReferenceField> {
    REFERENCE_FIELDS.get(field)
}

/// Facts of any pod template.
pub fn pod_template() -> &'static [At<ObjectFact<Column>>] {
    &POD_TEMPLATE.facts
}

/// Facts of the values of each chart, by the name of the chart.
pub type ChartFacts = BTreeMap<String, Vec<At<ObjectFact<Column>>>>;

/// Returns whether the API server or AKS creates an object in every cluster or namespace.
pub fn is_in_every_cluster(kind: &str, name: &str) -> bool {
    EVERY_CLUSTER.get(kind).is_some_and(|names| names.iter().any(|known| known == name))
}
