//! Holds a resolved tree against the schema: every mistake at once. Never looks at a component.

use super::{Shape, TextFormat, mend::meant};
use crate::diag::{Code, nearest};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// A mistake of form, at a path of the tree.
#[derive(Debug)]
pub struct Mistake {
    /// Where in the tree.
    pub path: Vec<String>,
    /// Which rule.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// The fix.
    pub help: String,
    /// The value to blame, not the key.
    pub value: bool,
}

/// The compiled schema.
#[derive(Debug)]
pub struct SchemaValidator {
    shape: Shape,
    validator: Validator,
    /// Those of single tables, made when they are asked for.
    tables: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl SchemaValidator {
    /// Compiles a schema.
    ///
    /// # Panics
    /// If the schema, which is our own, is not a schema.
    pub fn new(shape: Shape) -> SchemaValidator {
        let validator = compile(&shape, &shape.schema);
        SchemaValidator { shape, validator, tables: Mutex::default() }
    }

    /// The schema.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Every mistake in a tree.
    pub fn mistakes(&self, tree: &Value) -> Vec<Mistake> {
        self.validator.iter_errors(tree).flat_map(|error| self.explain(&error, &[])).collect()
    }

    /// Every mistake in one of the tables at the root.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn mistakes_in(&self, table: &str, tree: &Value) -> Vec<Mistake> {
        let validator = {
            let mut tables = self.tables.lock().expect("no panic while held");
            tables
                .entry(table.to_owned())
                .or_insert_with(|| {
                    Arc::new(compile(&self.shape, &self.shape.schema["properties"][table]))
                })
                .clone()
        };
        validator.iter_errors(tree).flat_map(|error| self.explain(&error, &[table])).collect()
    }

    /// Keys that no table knows, in a tree as people write it: nothing is required there, and
    /// `environments` holds it all again.
    pub fn unknown_keys(&self, tree: &Value) -> Vec<Mistake> {
        let mut out = self.below(tree, &mut vec![], &["environments"]);
        for (name, own) in tree["environments"].as_object().into_iter().flatten() {
            let within = ["environments", name].map(str::to_owned);
            let mistakes = self.below(own, &mut vec![], &["profile"]);
            out.extend(mistakes.into_iter().map(|mistake| Mistake {
                path: [&within, mistake.path.as_slice()].concat(),
                ..mistake
            }));
        }
        out
    }

    fn below(&self, tree: &Value, path: &mut Vec<String>, besides: &[&str]) -> Vec<Mistake> {
        let (schema, mut out) = (self.shape.at(&*path), vec![]);
        for (key, value) in tree
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| !besides.contains(&key.as_str()))
        {
            if schema["properties"].get(key).is_none()
                && schema["additionalProperties"] == Value::Bool(false)
            {
                out.push(self.unknown(path, key, besides));
            } else {
                path.push(key.clone());
                out.extend(self.below(value, path, &[]));
                path.pop();
            }
        }
        out
    }

    fn explain(&self, error: &ValidationError<'_>, within: &[&str]) -> Vec<Mistake> {
        let below = error.instance_path().as_str().split('/').skip(1).map(unescape);
        let path: Vec<String> = within.iter().map(|part| (*part).to_owned()).chain(below).collect();
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                unexpected.iter().map(|key| self.unknown(&path, key, &[])).collect()
            }
            Kind::Required { property } => {
                vec![missing(&path, property.as_str().unwrap_or_default())]
            }
            Kind::Format { format } => {
                vec![self.malformed(path, format, error.instance().as_str().unwrap_or_default())]
            }
            kind => vec![self.unfit(path, kind, error.instance())],
        }
    }

    fn unknown(&self, path: &[String], key: &str, besides: &[&str]) -> Mistake {
        let known: Vec<&str> =
            self.shape.keys(path).into_iter().chain(besides.iter().copied()).collect();
        let help = match nearest(key, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if known.len() > 24 => String::new(),
            None => format!("known here: {}", known.join(", ")),
        };
        let path = path.iter().cloned().chain([key.to_owned()]).collect();
        Mistake {
            path,
            code: Code::UnknownKey,
            message: format!("unknown key `{key}`"),
            help,
            value: false,
        }
    }

    fn malformed(&self, path: Vec<String>, format: &str, found: &str) -> Mistake {
        let known: Option<&TextFormat> = self.shape.formats.iter().find(|f| f.name == format);
        let (key, what) = (key_of(&path), known.map_or(format, |f| f.what));
        let message = format!("`{key}` is not {what}");
        match known.and_then(|f| f.secret) {
            // Words that are only joined by the wrong sign are a name, not a secret.
            Some(help) if !is_words(found) => {
                Mistake { path, code: Code::LiteralSecret, message, help: help.into(), value: true }
            }
            _ => {
                let help = known.and_then(|format| meant(format, found)).unwrap_or_default();
                Mistake { path, code: Code::BadValue, message, help, value: true }
            }
        }
    }

    fn unfit(&self, path: Vec<String>, kind: &Kind, found: &Value) -> Mistake {
        let schema = self.shape.at(&path);
        let (key, want) = (key_of(&path), wanted(schema));
        let (message, help) = match kind {
            Kind::Minimum { limit } => (format!("`{key}` is less than {limit}"), String::new()),
            Kind::Maximum { limit } => (format!("`{key}` is more than {limit}"), String::new()),
            Kind::MinItems { .. } | Kind::MinLength { .. } | Kind::MinProperties { .. } => {
                (format!("`{key}` is empty"), String::new())
            }
            _ => match found.as_str().and_then(|word| nearest(word, words(schema))) {
                Some(word) => {
                    (format!("`{key}` must be {want}"), format!("did you mean `{word}`?"))
                }
                None if found.is_string() && !words(schema).is_empty() => {
                    (format!("`{key}` must be {want}"), String::new())
                }
                None if !found.is_boolean() && self.shape.is_instance(&path) => within(&path),
                None => (
                    format!("`{key}` must be {want}, but is {}", kind_of(found)),
                    hint(schema, found),
                ),
            },
        };
        Mistake { path, code: Code::BadValue, message, help, value: true }
    }
}

fn compile(shape: &Shape, schema: &Value) -> Validator {
    let options =
        shape.formats.iter().fold(jsonschema::options().should_validate_formats(true), |o, f| {
            o.with_format(f.name, f.is)
        });
    options.build(schema).expect("the schema of our own structs compiles")
}

/// Lower-case words, joined by dots or underlines.
fn is_words(text: &str) -> bool {
    text.contains(['_', '.'])
        && text.split(['_', '.', '-']).all(|word| {
            !word.is_empty() && word.len() < 16 && word.bytes().all(|b| b.is_ascii_lowercase())
        })
}

fn missing(path: &[String], key: &str) -> Mistake {
    let at = if path.is_empty() { String::new() } else { format!(" in `{}`", path.join(".")) };
    let path = path.iter().cloned().chain([key.to_owned()]).collect();
    let message = format!("missing key `{key}`{at}");
    Mistake {
        path,
        code: Code::MissingKey,
        message,
        help: "it has no default: add it".into(),
        value: false,
    }
}

fn key_of(path: &[String]) -> String {
    match path {
        [.., parent, index] if index.parse::<usize>().is_ok() => format!("{parent}[{index}]"),
        [.., key] => key.clone(),
        [] => "the spec".into(),
    }
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

/// The words of a choice.
fn words(schema: &Value) -> Vec<&str> {
    let choice = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    choice
        .chain(schema["oneOf"].as_array().into_iter().flatten().filter_map(|x| x["const"].as_str()))
        .collect()
}

fn wanted(schema: &Value) -> String {
    let words = words(schema);
    if !words.is_empty() {
        return format!(
            "one of {}",
            words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
        );
    }
    match schema["type"].as_str() {
        Some("object") => "a table".into(),
        Some("array") => "a list".into(),
        Some("integer") => "a whole number".into(),
        Some("boolean") => "true or false".into(),
        Some(other) => format!("a {other}"),
        None => "what this key takes".into(),
    }
}

/// A key that stands where names of tables do.
fn within(path: &[String]) -> (String, String) {
    let (key, parent) = (key_of(path), path[..path.len() - 1].join("."));
    (
        format!("`{key}` belongs into a table with a name of its own"),
        format!("write `[{parent}.<name>]` above it"),
    )
}

/// What a person may have meant.
fn hint(schema: &Value, found: &Value) -> String {
    let switch = schema["properties"]["enabled"].is_object();
    match (found, schema["type"].as_str()) {
        (Value::Bool(on), Some("object")) if switch => {
            format!("write `enabled = {on}` in the table")
        }
        (Value::Bool(true), Some("object")) => "an empty table, `{}`, takes the defaults".into(),
        (Value::Number(_), Some("string")) => "put it in quotes".into(),
        (Value::String(number), Some("integer" | "number")) if number.parse::<f64>().is_ok() => {
            "write it without quotes".into()
        }
        (Value::String(word), Some("boolean")) if matches!(word.as_str(), "true" | "false") => {
            "write it without quotes".into()
        }
        (Value::String(_), Some("array")) => "put it in brackets: a list may have one item".into(),
        _ => String::new(),
    }
}

/// What a value is, without showing it: it could be a secret.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "a table",
        Value::Array(_) => "a list",
        Value::String(_) => "a string",
        Value::Bool(true) => "`true`",
        Value::Bool(false) => "`false`",
        Value::Number(n) if n.is_f64() => "a fraction",
        _ => "a number",
    }
}
