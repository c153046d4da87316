//! Layers that set a value. Origins are found in the layers; the merge records none.

use super::{Data, EnvironmentLayer, Layers, Node, Rank};
use crate::diag::{Label, Source};
use std::{ops::Range, sync::Arc};

/// One layer that set a path.
#[derive(Debug, Clone)]
pub struct LayerOrigin {
    /// Text of the layer.
    pub source: Arc<Source>,
    /// Precedence of the layer.
    pub rank: Rank,
    /// The bytes of the key.
    pub key: Range<usize>,
    /// The bytes of the value.
    pub value: Range<usize>,
}

impl Layers {
    /// All layers that set a path, the strongest first.
    pub fn origins<S: AsRef<str>>(&self, stage: &EnvironmentLayer, path: &[S]) -> Vec<LayerOrigin> {
        let mut origins: Vec<LayerOrigin> = vec![];
        for (layer, tree, rank) in self.stack(stage).into_iter().rev() {
            for node in [find(tree, path, false), find(tree, path, true)].into_iter().flatten() {
                let new = LayerOrigin {
                    source: layer.source.clone(),
                    rank,
                    key: node.key.clone(),
                    value: node.span.clone(),
                };
                if !origins.iter().any(|o| o.source.name == new.source.name && o.key == new.key) {
                    origins.push(new);
                }
            }
        }
        origins
    }

    /// The key to report for a path: that of the strongest layer, or the nearest table above it in
    /// the spec.
    pub fn label<S: AsRef<str>>(&self, stage: &EnvironmentLayer, path: &[S]) -> Option<Label> {
        self.find_label(stage, path, false)
    }

    /// The same place with the value instead of the key.
    pub fn label_value<S: AsRef<str>>(
        &self,
        stage: &EnvironmentLayer,
        path: &[S],
    ) -> Option<Label> {
        self.find_label(stage, path, true)
    }

    fn find_label<S: AsRef<str>>(
        &self,
        stage: &EnvironmentLayer,
        path: &[S],
        value: bool,
    ) -> Option<Label> {
        for length in (1..=path.len()).rev() {
            let hits = self.origins(stage, &path[..length]);
            let mut written = hits.iter().filter(|hit| hit.rank >= Rank::Spec);
            // A table above the path is shown in the lowest layer that has it.
            let hit = if length == path.len() {
                written.next().or(hits.first())
            } else {
                written.next_back()
            };
            if let Some(hit) = hit {
                let span =
                    if value && length == path.len() { hit.value.clone() } else { hit.key.clone() };
                return Some(Label::new(&hit.source, span));
            }
        }
        self.whole(stage)
    }

    /// The table of the environment, or the start of the spec.
    fn whole(&self, stage: &EnvironmentLayer) -> Option<Label> {
        let spec = self.all.iter().find(|l| l.rank == Rank::Spec)?;
        let own = spec.tree.get("environments").and_then(|e| e.get(&stage.name));
        Some(Label::new(&spec.source, own.map_or(0..0, |node| node.key.clone())))
    }
}

/// The node at a path; with `star`, below `"*"` in place of an instance.
fn find<'a, S: AsRef<str>>(tree: &'a Node, path: &[S], star: bool) -> Option<&'a Node> {
    let mut node = tree;
    for (depth, key) in path.iter().enumerate() {
        let key = key.as_ref();
        node = match &node.data {
            Data::Table(table) if star && depth > 0 && table.contains_key("*") => table.get("*")?,
            Data::Table(table) => table.get(key)?,
            Data::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            Data::Leaf(_) => return None,
        };
    }
    Some(node)
}
