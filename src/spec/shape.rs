//! The strict schema of the spec, by path. Validates nothing.

use serde_json::{Map, Value};

/// A text format, which the schema names by `format`.
#[derive(Debug)]
pub struct TextFormat {
    /// Name in the schema.
    pub name: &'static str,
    /// Whether a text has the format.
    pub is: fn(&str) -> bool,
    /// Description for messages, such as "a CPU quantity such as `250m`".
    pub what: &'static str,
    /// Maximum length in characters, where the format has one.
    pub most: Option<usize>,
    /// Help for an invalid text that can be a secret, which is not shown.
    pub secret: Option<&'static str>,
}

/// The schema of one environment's resolved tree: inlined, closed, without null.
#[derive(Debug)]
pub struct Shape {
    /// The schema itself.
    pub schema: Value,
    /// Formats that the schema names.
    pub formats: &'static [TextFormat],
}

impl Shape {
    /// The schema of the value at a path; null for an unknown path.
    pub fn at<S: AsRef<str>>(&self, path: impl IntoIterator<Item = S>) -> &Value {
        path.into_iter().fold(&self.schema, |schema, key| {
            let key = key.as_ref();
            schema["properties"]
                .get(key)
                .or_else(|| schema.get("items"))
                .unwrap_or(&schema["additionalProperties"])
        })
    }

    /// Known keys of the table at a path.
    pub fn keys<S: AsRef<str>>(&self, path: impl IntoIterator<Item = S>) -> Vec<&str> {
        self.at(path)["properties"]
            .as_object()
            .map(|o| o.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// Whether a path is an optional table with fixed keys.
    pub fn is_optional(&self, path: &[String]) -> bool {
        let Some((key, parent)) = path.split_last() else { return false };
        let parent = self.at(parent);
        let required = parent["required"].as_array().is_some_and(|r| r.iter().any(|x| x == key));
        !required && parent["properties"][key]["additionalProperties"] == Value::Bool(false)
    }

    /// Whether a sibling implies the optional table at a path.
    pub fn is_implied(&self, path: &[String], siblings: &Map<String, Value>) -> bool {
        self.at(path)["x-implied-by"].as_str().is_some_and(|sibling| siblings.contains_key(sibling))
    }

    /// Whether a path is an instance: one of many tables with the same keys.
    pub fn is_instance(&self, path: &[String]) -> bool {
        let Some((_, parent)) = path.split_last() else { return false };
        self.at(parent)["additionalProperties"]["type"] == "object"
    }
}
