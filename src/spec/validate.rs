//! Validation of a resolved tree by the schema of the spec. All errors are reported at once.

use super::{Shape, TextFormat, star, suggest::suggest, whole};
use crate::diag::{Code, Diagnostic, SpecPath, nearest};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// The compiled schema.
#[derive(Debug)]
pub struct SchemaValidator {
    shape: Shape,
    validator: Validator,
    /// Compiled schemas of single tables, by name. Each is compiled at its first use.
    tables: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl SchemaValidator {
    /// Compiles a schema.
    ///
    /// # Panics
    /// If the schema is invalid. aksgen generates the schema.
    pub fn new(shape: Shape) -> SchemaValidator {
        let validator = compile(&shape, &shape.schema);
        SchemaValidator { shape, validator, tables: Mutex::default() }
    }

    /// The schema.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Violations of the schema in a tree.
    pub fn violations(&self, tree: &Value) -> Vec<Diagnostic<SpecPath>> {
        let errors = self.validator.iter_errors(tree);
        let violations = errors.flat_map(|error| self.explain(&error, &[]));
        violations.chain(whole::check(&self.shape, tree, &[])).collect()
    }

    /// Violations of the schema in one table at the root.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn violations_in(&self, table: &str, tree: &Value) -> Vec<Diagnostic<SpecPath>> {
        let validator = {
            let mut tables = self.tables.lock().expect("no panic while held");
            tables
                .entry(table.to_owned())
                .or_insert_with(|| {
                    Arc::new(compile(&self.shape, &self.shape.schema["properties"][table]))
                })
                .clone()
        };
        let errors = validator.iter_errors(tree);
        let violations = errors.flat_map(|error| self.explain(&error, &[table]));
        violations.chain(whole::check(&self.shape, tree, &[table])).collect()
    }

    /// Unknown keys of one layer. No key is required in a layer, and each table of `environments`
    /// has the keys of the root.
    pub fn unknown_keys(&self, tree: &Value) -> Vec<Diagnostic<SpecPath>> {
        let mut diagnostics = self.unknown_below(tree, &mut vec![], &["environments"]);
        for (name, own) in tree["environments"].as_object().into_iter().flatten() {
            diagnostics.extend(star::environment(name));
            let mut unknown = self.unknown_below(own, &mut vec![], &["profile"]);
            for place in unknown.iter_mut().flat_map(|diagnostic| &mut diagnostic.places) {
                place.keys.splice(0..0, ["environments".to_owned(), name.clone()]);
            }
            diagnostics.extend(unknown);
        }
        diagnostics
    }

    /// Unknown keys below a path. `besides` are keys that only the layer has.
    fn unknown_below(
        &self,
        tree: &Value,
        path: &mut Vec<String>,
        besides: &[&str],
    ) -> Vec<Diagnostic<SpecPath>> {
        let (schema, mut diagnostics) = (self.shape.at(&*path), vec![]);
        for (key, value) in tree
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| !besides.contains(&key.as_str()))
        {
            if key == "*" && schema["additionalProperties"].is_object() {
                diagnostics.extend(star::check(path, value, schema));
            }
            if schema["properties"].get(key).is_none()
                && schema["additionalProperties"] == Value::Bool(false)
            {
                diagnostics.push(self.unknown(path, key, besides));
            } else {
                path.push(key.clone());
                diagnostics.extend(self.unknown_below(value, path, &[]));
                path.pop();
            }
        }
        diagnostics
    }

    fn explain(&self, error: &ValidationError<'_>, within: &[&str]) -> Vec<Diagnostic<SpecPath>> {
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

    fn unknown(&self, path: &[String], key: &str, besides: &[&str]) -> Diagnostic<SpecPath> {
        let known: Vec<&str> =
            self.shape.keys(path).into_iter().chain(besides.iter().copied()).collect();
        let help = match nearest(key, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if known.len() > 24 => String::new(),
            None => format!("known here: {}", known.join(", ")),
        };
        Diagnostic::new(Code::UnknownKey, format!("unknown key `{key}`"))
            .help(help)
            .at(key_below(path, key))
    }

    fn malformed(&self, path: Vec<String>, format: &str, found: &str) -> Diagnostic<SpecPath> {
        let known: Option<&TextFormat> = self.shape.formats.iter().find(|f| f.name == format);
        let (key, what) = (key_of(&path), known.map_or(format, |f| f.what));
        let message = format!("`{key}` is not {what}");
        let (code, help) = match known.and_then(|f| f.secret) {
            // Words joined by `_` or `.` are a misspelt name, not a secret.
            Some(help) if !is_words(found) => (Code::LiteralSecret, help.to_owned()),
            _ => {
                let help = known.and_then(|format| suggest(format, found)).unwrap_or_default();
                (Code::BadValue, help)
            }
        };
        Diagnostic::new(code, message).help(help).at(SpecPath::value(path))
    }

    fn unfit(&self, path: Vec<String>, kind: &Kind, found: &Value) -> Diagnostic<SpecPath> {
        let schema = self.shape.at(&path);
        let (key, want) = (key_of(&path), expected(schema));
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
        Diagnostic::new(Code::BadValue, message).help(help).at(SpecPath::value(path))
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

/// The place of a key in the table at a path.
pub(super) fn key_below(path: &[String], key: &str) -> SpecPath {
    SpecPath::key(path.iter().cloned().chain([key.to_owned()]).collect())
}

fn missing(path: &[String], key: &str) -> Diagnostic<SpecPath> {
    let at = if path.is_empty() { String::new() } else { format!(" in `{}`", path.join(".")) };
    Diagnostic::new(Code::MissingKey, format!("missing key `{key}`{at}"))
        .help("it has no default: add it")
        .at(key_below(path, key))
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

/// Values of an enum.
fn words(schema: &Value) -> Vec<&str> {
    let choice = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    choice
        .chain(schema["oneOf"].as_array().into_iter().flatten().filter_map(|x| x["const"].as_str()))
        .collect()
}

fn expected(schema: &Value) -> String {
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

/// Message and fix for a value in the place of a named table.
fn within(path: &[String]) -> (String, String) {
    let (key, parent) = (key_of(path), path[..path.len() - 1].join("."));
    (format!("`{key}` must be in a named table"), format!("write `[{parent}.<name>]` above it"))
}

/// The fix for a value of the wrong type.
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

/// Type of a value. The value itself can be a secret and is not shown.
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
