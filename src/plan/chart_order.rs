//! Order in which charts are installed.

use crate::{
    catalog::{Catalog, ChartManifest},
    model::{Env, TABLE},
};

/// Charts of an environment that are installed before a chart.
pub(super) fn before<'a>(chart: &'a ChartManifest, env: &Env, catalog: &Catalog) -> Vec<&'a str> {
    chart.after.iter().map(String::as_str).filter(|name| of(name, env, catalog).is_some()).collect()
}

/// Length of the longest chain of charts before a chart.
pub(super) fn rank(chart: &ChartManifest, env: &Env, catalog: &Catalog) -> usize {
    let ranks = chart
        .after
        .iter()
        .filter_map(|name| of(name, env, catalog))
        .map(|other| rank(other, env, catalog) + 1);
    ranks.max().unwrap_or(0)
}

/// Chart by name, if the environment has it.
fn of<'a>(name: &str, env: &Env, catalog: &'a Catalog) -> Option<&'a ChartManifest> {
    let here = TABLE.iter().filter(|row| !env.instances(row).is_empty());
    here.filter_map(|row| catalog.manifest(row.name).chart.as_ref())
        .find(|chart| chart.name == name)
}
