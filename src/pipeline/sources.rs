//! Spec paths that set the values of all views.

use super::{Input, Request};
use crate::{
    diag::Diagnostic,
    model::{Env, TABLE, View, wiring::SpecKey},
};
use std::collections::BTreeSet;

/// A value of a view with one of its sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecSource {
    /// The component.
    pub component: &'static str,
    /// The name of the value.
    pub value: String,
    /// The spec path.
    pub path: SpecKey,
}

/// Sources of all values, over all environments and instances.
///
/// # Errors
/// Diagnostics of the spec.
pub fn sources(request: &Request) -> Result<BTreeSet<SpecSource>, Vec<Diagnostic>> {
    let input = Input::load(request)?;
    Ok(input.envs.iter().flat_map(of).collect())
}

fn of(env: &Env) -> BTreeSet<SpecSource> {
    let views = TABLE.iter().flat_map(|row| {
        let one = move |(name, component): (&str, &dyn crate::model::Component)| {
            (row.name, component.view(name, env))
        };
        env.instances(row).into_iter().map(one).collect::<Vec<_>>()
    });
    views.flat_map(|(component, view)| listed(component, &view)).collect()
}

fn listed(component: &'static str, view: &View) -> Vec<SpecSource> {
    let all = view
        .values
        .keys()
        .flat_map(|value| view.sources(value).into_iter().map(move |path| (value.clone(), path)));
    all.map(|(value, path)| SpecSource { component, value, path }).collect()
}
