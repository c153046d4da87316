//! Tables that belong to no single kind: pod templates, values of charts, and objects that every
//! cluster has.

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
static CHART_VALUES: LazyLock<FamilyTable> =
    LazyLock::new(|| toml::from_str(include_str!("chart_values.toml")).expect("our own table"));
static EVERY_CLUSTER: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| toml::from_str(include_str!("every_cluster.toml")).expect("our own table"));

/// Facts of any pod template.
pub fn pod_template() -> &'static [At<ObjectFact<Column>>] {
    &POD_TEMPLATE.facts
}

/// Facts of the values of any chart.
pub fn chart_values() -> &'static [At<ObjectFact<Column>>] {
    &CHART_VALUES.facts
}

/// Returns whether the API server or AKS creates an object in every cluster or namespace.
pub fn is_in_every_cluster(kind: &str, name: &str) -> bool {
    EVERY_CLUSTER.get(kind).is_some_and(|names| names.iter().any(|known| known == name))
}
