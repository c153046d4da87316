//! The key at a line of the spec.

use super::super::SPEC;
use crate::{
    assets,
    diag::{Code, Diagnostic, Source},
    spec::{Layer, Node, Rank},
};
use std::path::Path;

/// Key at a line of the spec, as `explain` takes it; with a column, the last key before it.
///
/// # Errors
/// If the spec cannot be read, or the line has no key.
pub fn key_at(dir: &Path, line: usize, column: Option<usize>) -> Result<String, Vec<Diagnostic>> {
    let source = assets::read(dir, SPEC).map_err(|diagnostic| vec![diagnostic])?;
    let tree = Layer::parse(&source, Rank::Spec, &mut vec![]).tree;
    let before = column.unwrap_or_else(|| end_of_key(&source, line));
    let mut keys = vec![];
    collect(&tree, &mut vec![], &mut keys);
    let on_line = keys.into_iter().filter(|(start, _)| {
        let (own, column) = source.position(*start);
        own == line && column <= before
    });
    on_line.max().map(|(_, path)| joined(&path)).ok_or_else(|| vec![none(line)])
}

/// Column of the end of the first key of a line.
fn end_of_key(source: &Source, line: usize) -> usize {
    let text = &source.text[source.line(line)];
    text.find('=').map_or(usize::MAX, |at| text[..at].chars().count())
}

/// Starts of all keys, with their paths.
fn collect(node: &Node, path: &mut Vec<String>, keys: &mut Vec<(usize, Vec<String>)>) {
    for (key, inner) in node.table().into_iter().flatten() {
        path.push(key.clone());
        keys.push((inner.key.start, path.clone()));
        collect(inner, path, keys);
        path.pop();
    }
}

fn joined(path: &[String]) -> String {
    let quoted = |key: &String| {
        let is_bare = key.chars().all(|c| c.is_ascii_alphanumeric() || "-_*".contains(c));
        if is_bare { key.clone() } else { format!("\"{key}\"") }
    };
    path.iter().map(quoted).collect::<Vec<_>>().join(".")
}

fn none(line: usize) -> Diagnostic {
    Diagnostic::new(Code::InputFile, format!("line {line} of `{SPEC}` has no key"))
        .help("name a line with a key or a table")
}
