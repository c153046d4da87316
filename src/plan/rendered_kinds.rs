//! API groups and kinds of the rendered objects, for operators that install CRDs by group.

use crate::{
    catalog::{Catalog, Output, OutputKind},
    kinds,
    model::{ComponentRow, Env, TABLE, View},
};
use serde_json::Value;
use std::{cell::LazyCell, collections::BTreeSet};

/// API groups with an ending that an environment has objects of, and the `groups` of the view, as
/// `<group>/*` joined by `;`.
pub(super) fn pattern(ending: &str, view: &View, env: &Env, catalog: &Catalog) -> String {
    let named = view
        .values
        .get("groups")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned);
    let groups: BTreeSet<String> =
        all(ending, env, catalog).into_iter().map(|(group, _)| group).chain(named).collect();
    groups.iter().map(|group| format!("{group}/*")).collect::<Vec<_>>().join(";")
}

/// The same kinds by their resource names in the API server.
pub(super) fn resources(ending: &str, env: &Env, catalog: &Catalog) -> Vec<String> {
    all(ending, env, catalog).iter().map(|(group, kind)| kinds::resource(group, kind)).collect()
}

/// Group and kind of every object whose group has an ending.
fn all(ending: &str, env: &Env, catalog: &Catalog) -> BTreeSet<(String, String)> {
    TABLE.iter().flat_map(|row| of(row, ending, env, catalog)).collect()
}

fn of(
    row: &ComponentRow,
    ending: &str,
    env: &Env,
    catalog: &Catalog,
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    // Few components have such objects; the views of the others are not needed.
    if !catalog.templates(row.name).any(|template| {
        group(&catalog.source(template).text).is_some_and(|(group, _)| group.ends_with(ending))
    }) {
        return found;
    }
    for (name, component) in env.instances(row) {
        let view = LazyCell::new(|| component.view(name, env));
        for output in catalog
            .manifest(row.name)
            .outputs
            .iter()
            .filter(|output| output.kind == OutputKind::Object)
        {
            let template = catalog.template(row.name, name, &output.template);
            let Some((group, kind)) =
                group(&catalog.source(&template).text).filter(|(group, _)| group.ends_with(ending))
            else {
                continue;
            };
            let kind = (group.to_owned(), kind.to_owned());
            if !found.contains(&kind) && (is_always(output) || is_made(output, &view)) {
                found.insert(kind);
            }
        }
    }
    found
}

/// Checks that an output is made for every view.
fn is_always(output: &Output) -> bool {
    output.when.is_none() && output.each.is_none()
}

/// Checks that an output is made for a view.
fn is_made(output: &Output, view: &View) -> bool {
    let some = |list: &String| {
        view.values.get(list).and_then(Value::as_array).is_some_and(|list| !list.is_empty())
    };
    super::steps::is_wanted(output, view) && output.each.as_ref().is_none_or(some)
}

/// Group and kind of the objects of a template; each is a literal in it.
fn group(template: &str) -> Option<(&str, &str)> {
    let field = |name: &str| template.lines().find_map(|line| line.strip_prefix(name));
    Some((field("apiVersion: ")?.split_once('/')?.0, field("kind: ")?))
}
