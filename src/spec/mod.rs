//! Layers of TOML, merged into one plain tree per environment. Depends on no component.

mod layer;
mod merge;
mod missing_keys;
mod origin;
mod shape;
mod star;
mod suggest;
mod unknown_key;
mod validate;
mod whole;
mod wording;

pub use layer::{Data, Entries, Layer, Node, Rank};
pub use origin::LayerOrigin;
pub use shape::{Shape, TextFormat};
pub use validate::SchemaValidator;

use std::collections::BTreeMap;

/// One environment of the layers, before it is decoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnvironmentLayer {
    /// Name.
    pub name: String,
    /// Profile; empty if the spec sets none.
    pub profile: String,
}

/// All layers, the lowest first.
#[derive(Debug, Default)]
pub struct Layers {
    all: Vec<Layer>,
}

impl Layers {
    /// Adds a layer.
    pub fn add(&mut self, layer: Layer) {
        self.all.push(layer);
    }

    /// The layers in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Layer> {
        self.all.iter()
    }

    /// The environments that the spec declares, by name.
    pub fn stages(&self) -> Vec<EnvironmentLayer> {
        let mut stages: BTreeMap<String, String> = BTreeMap::new();
        for layer in self.all.iter().filter(|l| l.rank >= Rank::Spec) {
            for (name, node) in
                layer.tree.get("environments").and_then(Node::table).into_iter().flatten()
            {
                let profile = node.get("profile").and_then(Node::text);
                let known = stages.entry(name.clone()).or_default();
                if let Some(profile) = profile {
                    profile.clone_into(known);
                }
            }
        }
        stages.into_iter().map(|(name, profile)| EnvironmentLayer { name, profile }).collect()
    }

    /// The tables that make up one environment, lowest first.
    fn stack<'a>(&'a self, stage: &EnvironmentLayer) -> Vec<(&'a Layer, &'a Node, Rank)> {
        let mut stack = vec![];
        for layer in &self.all {
            if layer.rank == Rank::Profile && layer.profile() != stage.profile {
                continue;
            }
            stack.push((layer, &layer.tree, layer.rank));
            if let Some(own) = layer.tree.get("environments").and_then(|e| e.get(&stage.name)) {
                stack.push((
                    layer,
                    own,
                    if layer.rank == Rank::Set { Rank::Set } else { Rank::Environment },
                ));
            }
        }
        stack.sort_by_key(|(_, _, rank)| *rank);
        stack
    }
}
