//! From layers to one tree. Never knows which keys exist.

use super::{Data, EnvironmentLayer, Layers, Node, Rank, Shape};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

type TomlTable = Map<String, Value>;

impl Layers {
    /// What one environment says, with every default filled in.
    pub fn resolve(&self, stage: &EnvironmentLayer, shape: &Shape) -> Value {
        let stack: Vec<(&Node, Rank)> =
            self.stack(stage).into_iter().map(|(_, tree, rank)| (tree, rank)).collect();
        let mut out = merge(&stack, TomlTable::new(), shape);
        out.remove("environments");
        out.remove("profile");
        out.into()
    }

    /// The same of one table, with instances that no one wrote.
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
        let mut out = TomlTable::new();
        for name in instances {
            table_at(table_at(&mut out, table), name);
        }
        merge(&stack, out, shape).remove(table).unwrap_or_else(|| TomlTable::new().into())
    }
}

fn merge(stack: &[(&Node, Rank)], mut out: TomlTable, shape: &Shape) -> TomlTable {
    let written = || stack.iter().filter(|(_, rank)| *rank > Rank::Default).map(|(tree, _)| *tree);
    written().for_each(|tree| name_instances(tree, &mut out));
    written().for_each(|tree| lay_over(&mut out, tree));
    let mut off = BTreeSet::new();
    switch_off(&mut out, &mut vec![], shape, &mut off);
    for (tree, _) in stack.iter().filter(|(_, rank)| *rank == Rank::Default) {
        underlay(&mut out, tree, &mut vec![], shape, &off);
    }
    out
}

fn table_at<'a>(parent: &'a mut TomlTable, key: &str) -> &'a mut TomlTable {
    let slot = parent.entry(key.to_owned()).or_insert_with(|| TomlTable::new().into());
    if !slot.is_object() {
        *slot = TomlTable::new().into();
    }
    slot.as_object_mut().expect("made one above")
}

/// Makes every instance that any layer names, so that `"*"` of a lower layer reaches those of a
/// higher one.
fn name_instances(tree: &Node, out: &mut TomlTable) {
    for (component, node) in
        tree.table().into_iter().flatten().filter(|(key, _)| *key != "environments")
    {
        for (name, _) in node
            .table()
            .into_iter()
            .flatten()
            .filter(|(key, node)| *key != "*" && node.table().is_some())
        {
            table_at(table_at(out, component), name);
        }
    }
}

/// The higher over the lower: tables merge, `"*"` reaches every sibling first, all else replaces.
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

/// `false` removes a table that may be absent: an optional one, or an instance. Anywhere else it
/// stays, for the schema to refuse.
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

/// Defaults fill what is missing; they never bring an optional table into being that nothing
/// implies, nor one that was switched off.
fn underlay(
    out: &mut TomlTable,
    defaults: &Node,
    path: &mut Vec<String>,
    shape: &Shape,
    off: &BTreeSet<Vec<String>>,
) {
    // What is said of one instance comes before what is said of all.
    let (all, some): (Vec<_>, Vec<_>) =
        defaults.table().into_iter().flatten().partition(|(key, _)| *key == "*");
    for (key, node) in some.into_iter().chain(all) {
        path.push(key.clone());
        if key == "*" {
            out.values_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|sibling| underlay(sibling, node, path, shape, off));
        } else {
            let absent =
                off.contains(path) || (shape.is_optional(path) && !shape.is_implied(path, out));
            match (out.get_mut(key), &node.data) {
                (Some(Value::Object(inner)), Data::Table(_)) => {
                    underlay(inner, node, path, shape, off);
                }
                (Some(_), _) => {}
                (None, Data::Table(_)) if absent => {}
                (None, Data::Table(_)) => underlay(table_at(out, key), node, path, shape, off),
                (None, _) => {
                    out.insert(key.clone(), node.plain());
                }
            }
        }
        path.pop();
    }
}
