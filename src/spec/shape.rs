//! What the strict schema says about a path. Never judges a tree.

use serde_json::{Map, Value};

/// A kind of text that the schema names by `format`.
#[derive(Debug)]
pub struct TextFormat {
    /// The word in the schema.
    pub name: &'static str,
    /// Does a text have the form?
    pub is: fn(&str) -> bool,
    /// What it is, for a message: "a CPU or memory quantity such as `250m` or `1Gi`".
    pub what: &'static str,
    /// A text that fails may be a secret: it is never shown, and this is what to do about it.
    pub secret: Option<&'static str>,
}

/// The schema of one environment's resolved tree: inlined, closed, without null.
#[derive(Debug)]
pub struct Shape {
    /// The schema itself.
    pub schema: Value,
    /// The formats it names.
    pub formats: &'static [TextFormat],
}

impl Shape {
    /// The schema of the value at a path; null where the schema knows nothing.
    pub fn at<S: AsRef<str>>(&self, path: impl IntoIterator<Item = S>) -> &Value {
        path.into_iter().fold(&self.schema, |schema, key| {
            let key = key.as_ref();
            schema["properties"]
                .get(key)
                .or_else(|| schema.get("items"))
                .unwrap_or(&schema["additionalProperties"])
        })
    }

    /// The keys that a table at a path may have.
    pub fn keys<S: AsRef<str>>(&self, path: impl IntoIterator<Item = S>) -> Vec<&str> {
        self.at(path)["properties"]
            .as_object()
            .map(|o| o.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// Is the thing at this path a table of fixed keys that may be absent altogether?
    pub fn is_optional(&self, path: &[String]) -> bool {
        let Some((key, parent)) = path.split_last() else { return false };
        let parent = self.at(parent);
        let required = parent["required"].as_array().is_some_and(|r| r.iter().any(|x| x == key));
        !required && parent["properties"][key]["additionalProperties"] == Value::Bool(false)
    }

    /// Does a sibling bring the optional table at this path into being?
    pub fn is_implied(&self, path: &[String], siblings: &Map<String, Value>) -> bool {
        self.at(path)["x-implied-by"].as_str().is_some_and(|sibling| siblings.contains_key(sibling))
    }

    /// Is the thing at this path one of many tables of one form?
    pub fn is_instance(&self, path: &[String]) -> bool {
        let Some((_, parent)) = path.split_last() else { return false };
        self.at(parent)["additionalProperties"]["type"] == "object"
    }
}
