//! Validation of a resolved tree by the schema of the spec. All errors are reported at once.

use super::{
    Shape, TextFormat,
    missing_keys::MissingKeys,
    star,
    suggest::{is_words, suggest, too_long},
    unknown_key, whole,
    wording::{bound, expected, hint, key_of, kind_of, within, words},
};
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
        self.explain_all(self.validator.iter_errors(tree), tree, &[])
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
        self.explain_all(validator.iter_errors(tree), tree, &[table])
    }

    fn explain_all<'e>(
        &self,
        errors: impl Iterator<Item = ValidationError<'e>>,
        tree: &Value,
        within: &[&str],
    ) -> Vec<Diagnostic<SpecPath>> {
        let (mut missing, mut out) = (MissingKeys::default(), vec![]);
        for error in errors {
            let path = path_of(&error, within);
            match error.kind() {
                Kind::Required { property } => {
                    missing.add(path, property.as_str().unwrap_or_default());
                }
                _ => out.extend(self.explain(&error, path)),
            }
        }
        out.extend(missing.diagnostics());
        out.extend(whole::check(&self.shape, tree, within));
        out
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

    fn explain(&self, error: &ValidationError<'_>, path: Vec<String>) -> Vec<Diagnostic<SpecPath>> {
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                unexpected.iter().map(|key| self.unknown(&path, key, &[])).collect()
            }
            Kind::Format { format } => {
                vec![self.malformed(path, format, error.instance().as_str().unwrap_or_default())]
            }
            kind => vec![self.unfit(path, kind, error.instance())],
        }
    }

    fn unknown(&self, path: &[String], key: &str, besides: &[&str]) -> Diagnostic<SpecPath> {
        Diagnostic::new(Code::UnknownKey, format!("unknown key `{key}`"))
            .help(unknown_key::help(&self.shape, path, key, besides))
            .at(key_below(path, key))
    }

    fn malformed(&self, path: Vec<String>, format: &str, found: &str) -> Diagnostic<SpecPath> {
        let known: Option<&TextFormat> = self.shape.formats.iter().find(|f| f.name == format);
        let (key, what) = (key_of(&path), known.map_or(format, |f| f.what));
        if let Some((length, most)) = known.and_then(|format| too_long(format, found)) {
            let message = format!("`{key}` has {length} characters; it can have {most}");
            return Diagnostic::new(Code::BadValue, message)
                .help("shorten it")
                .at(SpecPath::value(path));
        }
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
            Kind::Minimum { limit } => (format!("`{key}` is less than {limit}"), bound(schema)),
            Kind::Maximum { limit } => (format!("`{key}` is more than {limit}"), bound(schema)),
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

/// Path of the value that an error is about.
fn path_of(error: &ValidationError<'_>, within: &[&str]) -> Vec<String> {
    let below = error.instance_path().as_str().split('/').skip(1).map(unescape);
    within.iter().map(|part| (*part).to_owned()).chain(below).collect()
}

/// The place of a key in the table at a path.
pub(super) fn key_below(path: &[String], key: &str) -> SpecPath {
    SpecPath::key(path.iter().cloned().chain([key.to_owned()]).collect())
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}
