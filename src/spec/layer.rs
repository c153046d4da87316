//! One layer: a TOML text with the places of all keys and values. Merges nothing.

use crate::diag::{Code, Diagnostic, Label, Source};
use litemap::LiteMap;
use serde_json::Value;
use serde_spanned::Spanned;
use std::{ops::Range, sync::Arc};
use toml::de::{DeTable, DeValue};

/// Precedence of a layer, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// `[defaults]` of a component.
    Default,
    /// A profile.
    Profile,
    /// The spec.
    Spec,
    /// The spec's table for one environment.
    Environment,
    /// `--set` on the command line.
    Set,
}

/// A source of settings.
#[derive(Debug)]
pub struct Layer {
    /// Text of the layer.
    pub source: Arc<Source>,
    /// Precedence.
    pub rank: Rank,
    /// Parsed text.
    pub tree: Node,
}

/// A key and its value, with their places.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The bytes of the key; of the value itself inside an array.
    pub key: Range<usize>,
    /// The bytes of the value.
    pub span: Range<usize>,
    /// The value.
    pub data: Data,
}

/// The entries of a table, by key.
pub type Entries = LiteMap<String, Node>;

/// A TOML value.
#[derive(Debug, Clone)]
pub enum Data {
    /// A table.
    Table(Entries),
    /// An array.
    Array(Vec<Node>),
    /// Anything else.
    Leaf(Value),
}

impl Default for Data {
    fn default() -> Data {
        Data::Table(Entries::new())
    }
}

impl Node {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&Entries> {
        match &self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    /// A child of a table.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.table()?.get(key)
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Leaf(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The value without its places.
    pub fn plain(&self) -> Value {
        match &self.data {
            Data::Table(table) => table.iter().map(|(k, v)| (k.clone(), v.plain())).collect(),
            Data::Array(items) => items.iter().map(Node::plain).collect(),
            Data::Leaf(value) => value.clone(),
        }
    }

    /// The table with only one of its keys.
    pub fn pick(&self, key: &str) -> Option<Node> {
        let own = self.get(key)?.clone();
        Some(Node {
            data: Data::Table(Entries::from_iter([(key.to_owned(), own)])),
            ..Node::default()
        })
    }

    /// The same value under a longer path.
    fn mount(self, path: &[&str]) -> Node {
        path.iter().rev().fold(self, |inner, key| Node {
            key: inner.key.clone(),
            span: inner.span.clone(),
            data: Data::Table(Entries::from_iter([((*key).to_owned(), inner)])),
        })
    }
}

impl Layer {
    /// Parses a text. Adds a diagnostic per syntax error, and keeps the valid parts.
    pub fn parse(source: &Arc<Source>, rank: Rank, diagnostics: &mut Vec<Diagnostic>) -> Layer {
        let (tree, errors) = DeTable::parse_recoverable(&source.text);
        let (twice, other): (Vec<_>, Vec<_>) =
            errors.into_iter().partition(|error| error.message().trim() == "duplicate key");
        diagnostics.extend(
            other
                .iter()
                .map(|error| syntax(source, error, error.message().trim().replace('\n', ", "))),
        );
        let again = |error: toml::de::Error| {
            let at = error.span().unwrap_or(0..0);
            let message =
                format!("`{}` is defined twice", source.text.get(at.clone()).unwrap_or_default());
            (at.start, syntax(source, &error, message).help("rename one of the two, or remove it"))
        };
        diagnostics
            .extend(without_repeated_tables(&source.text, twice.into_iter().map(again).collect()));
        let span = tree.span();
        Layer {
            source: source.clone(),
            rank,
            tree: Node { key: span.clone(), span, data: table(tree.get_ref()) },
        }
    }

    /// The `[defaults]` of a component's manifest, at the path of the component's instances.
    #[must_use]
    pub fn defaults(mut self, mount: &[&str]) -> Layer {
        let inner = match self.tree.data {
            Data::Table(mut table) => table.remove("defaults").unwrap_or_default(),
            _ => Node::default(),
        };
        self.tree = inner.mount(mount);
        self
    }

    /// Name of the profile, from the file name.
    pub fn profile(&self) -> &str {
        let file = self.source.name.rsplit('/').next().unwrap_or("");
        file.strip_suffix(".toml").unwrap_or(file)
    }
}

/// Diagnostics of duplicate keys, by offset. The keys inside a duplicate table are left out.
fn without_repeated_tables(text: &str, diagnostics: Vec<(usize, Diagnostic)>) -> Vec<Diagnostic> {
    let line =
        |at: usize| text[..text.floor_char_boundary(at)].rfind('\n').map_or(0, |end| end + 1);
    let mut table_end = 0;
    let mut kept = vec![];
    for (at, diagnostic) in diagnostics {
        if at < table_end {
            continue;
        }
        if text[line(at)..].starts_with('[') {
            table_end = text[at..].find("\n[").map_or(text.len(), |next| at + next);
        }
        kept.push(diagnostic);
    }
    kept
}

fn syntax(source: &Arc<Source>, error: &toml::de::Error, message: String) -> Diagnostic {
    // The parser reads a word that starts with `t` or `f` as a boolean.
    let help = if message.starts_with("invalid boolean") { "write a string in quotes" } else { "" };
    Diagnostic::new(Code::TomlSyntax, message)
        .help(help)
        .at(Label::new(source, error.span().unwrap_or(0..0)))
}

fn table(table: &DeTable<'_>) -> Data {
    Data::Table(table.iter().map(|(k, v)| (k.get_ref().to_string(), node(k.span(), v))).collect())
}

fn node(key: Range<usize>, value: &Spanned<DeValue<'_>>) -> Node {
    let data = match value.get_ref() {
        DeValue::Table(inner) => table(inner),
        DeValue::Array(items) => Data::Array(items.iter().map(|v| node(v.span(), v)).collect()),
        DeValue::String(s) => Data::Leaf(s.as_ref().into()),
        DeValue::Boolean(b) => Data::Leaf((*b).into()),
        // A number outside 64 bits is outside the range of every key as well.
        DeValue::Integer(i) => Data::Leaf(
            i64::from_str_radix(i.as_str(), i.radix())
                .unwrap_or(if i.as_str().starts_with('-') { i64::MIN } else { i64::MAX })
                .into(),
        ),
        DeValue::Float(f) => Data::Leaf(
            f.as_str()
                .parse::<f64>()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map_or_else(|| f.as_str().into(), Into::into),
        ),
        DeValue::Datetime(d) => Data::Leaf(d.to_string().into()),
    };
    Node { key, span: value.span(), data }
}
