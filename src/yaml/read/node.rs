//! Values with their lines.

use super::{YamlDiagnostic, document};
use crate::escape;
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// A value with its line.
#[derive(Debug)]
pub(super) struct YamlNode {
    /// First line, from 1.
    pub line: usize,
    /// The value.
    pub data: YamlData,
}

/// A value.
#[derive(Debug)]
pub(super) enum YamlData {
    /// A scalar.
    Leaf(Value),
    /// A sequence.
    List(Vec<YamlNode>),
    /// A mapping, with the line of each key.
    Table(IndexMap<String, (usize, YamlNode)>),
}

/// A document that is parsed once to find many places.
#[derive(Debug)]
pub struct Document(YamlNode);

impl Document {
    /// Parses one document.
    ///
    /// # Errors
    /// The first violation of strict YAML.
    pub fn parse(text: &str) -> Result<Document, YamlDiagnostic> {
        document(text).map(Document)
    }

    /// Line, from 1, of the value at a JSON pointer, or of its nearest parent. The time depends on
    /// the length of the pointer only.
    pub fn line_of(&self, pointer: &str) -> usize {
        let (mut node, mut line) = (&self.0, self.0.line);
        for part in pointer.split('/').skip(1) {
            let part = escape::unescaped_pointer(part);
            let inner = match &node.data {
                YamlData::Table(table) => table.get(&*part).map(|(line, inner)| (*line, inner)),
                YamlData::List(list) => {
                    let inner = part.parse::<usize>().ok().and_then(|index| list.get(index));
                    inner.map(|inner| (inner.line, inner))
                }
                YamlData::Leaf(_) => None,
            };
            let Some(inner) = inner else { break };
            (line, node) = inner;
        }
        line
    }

    /// JSON pointer of the value at a line, from 1: the last value that starts on the line or
    /// before it.
    pub fn pointer_at(&self, line: usize) -> String {
        last_before(&self.0, String::new(), line)
    }

    /// The value without lines.
    pub(super) fn into_value(self) -> Value {
        plain(self.0)
    }
}

fn last_before(node: &YamlNode, pointer: String, line: usize) -> String {
    let last = match &node.data {
        YamlData::Table(table) => table
            .iter()
            .rfind(|(_, (at, _))| *at <= line)
            .map(|(key, (_, inner))| (escape::pointer(key).into_owned(), inner)),
        YamlData::List(list) => list
            .iter()
            .enumerate()
            .rfind(|(_, inner)| inner.line <= line)
            .map(|(index, inner)| (index.to_string(), inner)),
        YamlData::Leaf(_) => None,
    };
    match last {
        Some((key, inner)) => last_before(inner, format!("{pointer}/{key}"), line),
        None => pointer,
    }
}

fn plain(node: YamlNode) -> Value {
    match node.data {
        YamlData::Leaf(value) => value,
        YamlData::List(list) => list.into_iter().map(plain).collect(),
        YamlData::Table(table) => table
            .into_iter()
            .map(|(key, (_, value))| (key, plain(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
