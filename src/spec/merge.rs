//! Merge of layers into one tree. Keys are not validated.

use super::{Data, EnvironmentLayer, Layers, Node, Rank, Shape};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

type TomlTable = Map<String, Value>;

impl Layers {
    /// The merged tree of one environment, with all defaults.
    pub fn resolve(&self, stage: &EnvironmentLayer, shape: &Shape) -> Value {
        let stack: Vec<(&Node, Rank)> =
            self.stack(stage).into_iter().map(|(_, tree, rank)| (tree, rank)).collect();
        let mut merged = merge(&stack, TomlTable::new(), shape);
        merged.remove("environments");
        merged.remove("profile");
        merged.into()
    }

    /// One merged table, with derived instances that are in no layer.
    pub fn resolve_table(
        &self,
        stage: &EnvironmentLayer,
        table: &str,
        instances: &[&str],
        shape: &Shape,
    ) -> Value {
        let picked: Vec<(Node, Rank)> = self
            .stack(stage)
            .into_iter()
            .filter_map(|(_, tree, rank)| Some((tree.pick(table)?, rank)))
            .collect();
        let stack: Vec<(&Node, Rank)> = picked.iter().map(|(tree, rank)| (tree, *rank)).collect();
        let mut merged = TomlTable::new();
        for name in instances {
            table_at(table_at(&mut merged, table), name);
        }
        merge(&stack, merged, shape).remove(table).unwrap_or_else(|| TomlTable::new().into())
    }
}

fn merge(stack: &[(&Node, Rank)], mut merged: TomlTable, shape: &Shape) -> TomlTable {
    let written = || stack.iter().filter(|(_, rank)| *rank > Rank::Default).map(|(tree, _)| *tree);
    written().for_each(|tree| name_instances(tree, &mut merged));
    written().for_each(|tree| lay_over(&mut merged, tree));
    let mut off = BTreeSet::new();
    switch_off(&mut merged, &mut vec![], shape, &mut off);
    for (tree, _) in stack.iter().filter(|(_, rank)| *rank == Rank::Default) {
        underlay(&mut merged, tree, &mut vec![], shape, &off);
    }
    merged
}

fn table_at<'a>(parent: &'a mut TomlTable, key: &str) -> &'a mut TomlTable {
    let slot = parent.entry(key.to_owned()).or_insert_with(|| TomlTable::new().into());
    if !slot.is_object() {
        *slot = TomlTable::new().into();
    }
    slot.as_object_mut().expect("made one above")
}

/// Adds every instance that a layer names, so that `"*"` of a lower layer applies to instances of a
/// higher one.
fn name_instances(tree: &Node, merged: &mut TomlTable) {
    for (component, node) in
        tree.table().into_iter().flatten().filter(|(key, _)| *key != "environments")
    {
        for (name, _) in node
            .table()
            .into_iter()
            .flatten()
            .filter(|(key, node)| *key != "*" && node.table().is_some())
        {
            table_at(table_at(merged, component), name);
        }
    }
}

/// Merges a higher layer. Tables merge, `"*"` applies to all siblings first, and other values
/// replace.
fn lay_over(low: &mut TomlTable, high: &Node) {
    if let Some(star) = high.get("*").filter(|star| star.table().is_some()) {
        low.values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(|sibling| lay_over(sibling, star));
    }
    for (key, node) in high.table().into_iter().flatten().filter(|(key, _)| *key != "*") {
        match (low.get_mut(key), &node.data) {
            (Some(Value::Object(inner)), Data::Table(_)) => lay_over(inner, node),
            (_, Data::Table(_)) => lay_over(table_at(low, key), node),
            (_, _) => {
                low.insert(key.clone(), node.plain());
            }
        }
    }
}

/// Removes optional tables and instances that are `false`. The schema rejects `false` in the place
/// of other tables.
fn switch_off(
    table: &mut TomlTable,
    path: &mut Vec<String>,
    shape: &Shape,
    gone: &mut BTreeSet<Vec<String>>,
) {
    table.retain(|key, value| {
        path.push(key.clone());
        let off =
            *value == Value::Bool(false) && (shape.is_optional(path) || shape.is_instance(path));
        if let Value::Object(inner) = value {
            switch_off(inner, path, shape, gone);
        }
        if off {
            gone.insert(path.clone());
        }
        path.pop();
        !off
    });
}

/// Sets missing values to their defaults. Defaults do not create an optional table that is not
/// implied, or a table that is disabled.
fn underlay(
    merged: &mut TomlTable,
    defaults: &Node,
    path: &mut Vec<String>,
    shape: &Shape,
    off: &BTreeSet<Vec<String>>,
) {
    // The defaults of one instance come before those of all.
    let (all, some): (Vec<_>, Vec<_>) =
        defaults.table().into_iter().flatten().partition(|(key, _)| *key == "*");
    for (key, node) in some.into_iter().chain(all) {
        path.push(key.clone());
        if key == "*" {
            merged
                .values_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|sibling| underlay(sibling, node, path, shape, off));
        } else {
            let absent =
                off.contains(path) || (shape.is_optional(path) && !shape.is_implied(path, merged));
            match (merged.get_mut(key), &node.data) {
                (Some(Value::Object(inner)), Data::Table(_)) => {
                    underlay(inner, node, path, shape, off);
                }
                (Some(_), _) => {}
                (None, Data::Table(_)) if absent => {}
                (None, Data::Table(_)) => underlay(table_at(merged, key), node, path, shape, off),
                (None, _) => {
                    merged.insert(key.clone(), node.plain());
                }
            }
        }
        path.pop();
    }
}
