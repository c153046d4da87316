//! Names for shell completion and `explain`: environments, keys and tables. Diagnostics of the
//! spec are ignored.

use super::{input::SPEC, schema};
use crate::{
    assets::{self, Assets},
    catalog::Catalog,
    model,
    reference::{self, parts},
    spec::{Layer, Layers, Node, Rank, Shape},
};
use std::{collections::BTreeSet, path::Path};

fn written(dir: &Path) -> Layers {
    let mut layers = Layers::default();
    assets::read(dir, SPEC)
        .into_iter()
        .for_each(|source| layers.add(Layer::parse(&source, Rank::Spec, &mut vec![])));
    layers
}

/// Tables of `platform.toml` with their summaries.
pub fn tables() -> Vec<(String, String)> {
    let builtin = Path::new("");
    let names: Vec<&str> = model::TABLE.iter().map(|row| row.name).collect();
    let catalog = Catalog::load(&Assets::load(builtin, &mut vec![]), &names, &mut vec![]);
    reference::tables(&schema(builtin), &catalog)
}

/// The environments that a spec declares.
pub fn environments(dir: &Path) -> Vec<String> {
    written(dir).stages().into_iter().map(|stage| stage.name).collect()
}

/// Completions of a typed key, one level below its last dot. A table is listed with and without a
/// final dot, so that a shell adds no space after its name.
pub fn keys(dir: &Path, typed: &str) -> Vec<String> {
    let above = typed.rsplit_once('.').map_or("", |(above, _)| above);
    let path = if above.is_empty() { vec![] } else { parts(above) };
    let shape = Shape { schema: schema(dir), ..model::shape() };
    let at = shape.at(&path);
    let mut names: BTreeSet<String> = shape.keys(&path).into_iter().map(str::to_owned).collect();
    if at["additionalProperties"]["properties"].is_object() {
        names.extend(instances(&written(dir), &path));
        names.insert("*".into());
    }
    let whole =
        |name: &String| if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
    let deeper = |name: &&String| {
        let below = shape.at(path.iter().chain([*name]));
        below["properties"].is_object() || below["additionalProperties"]["properties"].is_object()
    };
    let tables = names.iter().filter(deeper).map(|name| format!("{}.", whole(name)));
    names.iter().map(whole).chain(tables).filter(|key| key.starts_with(typed)).collect()
}

/// Names of the instances in a table, in all layers and environments of the spec.
fn instances(layers: &Layers, path: &[String]) -> BTreeSet<String> {
    let at = |tree: &Node| {
        path.iter()
            .try_fold(tree.clone(), |node, key| node.get(key).cloned())
            .and_then(|node| node.table().cloned())
            .unwrap_or_default()
    };
    let environments = |layer: &Layer| {
        layer.tree.get("environments").and_then(Node::table).cloned().unwrap_or_default()
    };
    let all = layers.iter().flat_map(|layer| {
        environments(layer)
            .into_iter()
            .map(|(_, own)| own)
            .chain([layer.tree.clone()])
            .collect::<Vec<_>>()
    });
    all.flat_map(|tree| at(&tree)).map(|(name, _)| name).filter(|name| name != "*").collect()
}
