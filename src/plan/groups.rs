//! The API groups and kinds of what is rendered, for an operator that has to be told of them. Never
//! renders.

use crate::{
    azure::kinds,
    catalog::{Catalog, Kind, Output},
    model::{ComponentRow, Env, TABLE, View},
};
use serde_json::Value;
use std::{cell::LazyCell, collections::BTreeSet};

/// Every kind of the groups with this ending that an environment has objects of, and of those that
/// the view names besides.
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

/// The same kinds, by the names that the API server lists them under.
pub(super) fn resources(ending: &str, env: &Env, catalog: &Catalog) -> Vec<String> {
    all(ending, env, catalog).iter().map(|(group, kind)| kinds::resource(group, kind)).collect()
}

/// Group and kind of everything that is rendered of the groups with this ending.
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
        for output in
            catalog.manifest(row.name).outputs.iter().filter(|output| output.kind == Kind::Object)
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

/// Is an output made whatever the view says?
fn is_always(output: &Output) -> bool {
    output.when.is_none() && output.each.is_none()
}

/// Does this view make anything of an output?
fn is_made(output: &Output, view: &View) -> bool {
    let some = |list: &String| {
        view.values.get(list).and_then(Value::as_array).is_some_and(|list| !list.is_empty())
    };
    super::is_wanted(output, view) && output.each.as_ref().is_none_or(some)
}

/// The group and the kind that a template's objects have; they stand there as they are.
fn group(template: &str) -> Option<(&str, &str)> {
    let field = |name: &str| template.lines().find_map(|line| line.strip_prefix(name));
    Some((field("apiVersion: ")?.split_once('/')?.0, field("kind: ")?))
}
