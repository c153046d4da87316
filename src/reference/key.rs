//! One key of the spec, as the schema for editors describes it. Reads no spec.

use super::sample;
use crate::{diag::nearest, spec::TextFormat};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Reference of a key.
#[derive(Debug, Serialize)]
pub struct KeyReference {
    /// Path, with `*` in place of the name of an instance.
    pub path: String,
    /// Meaning.
    pub meaning: String,
    /// Type of the value: "a list of strings", "a whole number from 1 to 1000".
    pub takes: String,
    /// Unit of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// Allowed words, each with its meaning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(String, String)>,
    /// The default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The key is required and has no default.
    pub needed: bool,
    /// Lines of TOML that set the key.
    pub example: String,
    /// Keys of the table, each with its meaning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<(String, String)>,
}

/// A path that is not in the schema.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The unknown part of the path.
    pub key: String,
    /// Path of the table without this key; empty for the root.
    pub within: String,
    /// Path with the nearest known key.
    pub near: Option<String>,
    /// Known keys, if they are few.
    pub known: Vec<String>,
}

/// Parts of a path such as `services.orders.env."a.b"`.
pub fn parts(path: &str) -> Vec<String> {
    let (mut out, mut part, mut quoted) = (vec![], String::new(), false);
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => out.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    out.push(part);
    out
}

/// The key at a path, and the path with `*` for each omitted name of an instance. `instances` are
/// the paths of existing instances: `services.calls` is the key of all services, unless a service
/// is named `calls`.
///
/// # Errors
/// The first unknown part.
pub fn find(
    schema: &Value,
    formats: &[TextFormat],
    path: &[String],
    instances: &BTreeSet<String>,
) -> Result<(KeyReference, Vec<String>), Unknown> {
    let (mut at, mut pattern, mut whole) = (schema, vec![], vec![]);
    let mut meaning = "";
    for (number, part) in path.iter().enumerate() {
        let rest = &at["additionalProperties"];
        let named = instances.contains(&format!("{}.{part}", whole.join(".")))
            || !leads(&rest["properties"][part], path.get(number + 1));
        if let Some(inner) = at["properties"].get(part) {
            at = inner;
            pattern.push(part.clone());
        } else if let Some(inner) = rest["properties"].get(part).filter(|_| !named) {
            at = inner;
            pattern.extend(["*".to_owned(), part.clone()]);
            whole.push("*".to_owned());
        } else if rest.is_object() || at["items"].is_object() && part.parse::<usize>().is_ok() {
            at = if rest.is_object() { rest } else { &at["items"] };
            pattern.push("*".to_owned());
        } else if at["type"].as_array().is_some_and(|t| t.iter().any(|t| t == "object"))
            && *rest != Value::Bool(false)
        {
            break;
        } else {
            return Err(unknown(at, part, &whole));
        }
        whole.push(part.clone());
        // An item of a list, or a value of a free table, has the meaning of the list or table.
        meaning = at["description"]
            .as_str()
            .filter(|_| pattern.last() != Some(&"*".to_owned()) || at["properties"].is_object())
            .unwrap_or(meaning);
    }
    let key = KeyReference {
        meaning: meaning.replace('\n', " "),
        ..described(at, &pattern, &whole, formats)
    };
    Ok((key, whole))
}

/// Whether the next part of a path can follow a key.
fn leads(key: &Value, next: Option<&String>) -> bool {
    next.is_none_or(|next| {
        key["properties"][next].is_object() || key["additionalProperties"].is_object()
    })
}

fn unknown(at: &Value, key: &str, whole: &[String]) -> Unknown {
    let known: Vec<String> = at["properties"]
        .as_object()
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default();
    let near = nearest(key, known.iter().map(String::as_str))
        .map(|near| whole.iter().map(String::as_str).chain([near]).collect::<Vec<_>>().join("."));
    Unknown { key: key.to_owned(), within: whole.join("."), near, known }
}

/// All keys of a table and of the tables below it, in the order of the schema, without those of
/// `environments`.
pub fn every(schema: &Value, formats: &[TextFormat], path: &[String]) -> Vec<KeyReference> {
    let mut keys = vec![];
    for (key, inner) in schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "environments" || !path.is_empty())
    {
        let own: Vec<String> = path.iter().cloned().chain([key.clone()]).collect();
        keys.push(described(inner, &own, &own, formats));
        let star: Vec<String> = own.iter().cloned().chain(["*".to_owned()]).collect();
        keys.extend(every(inner, formats, &own));
        keys.extend(every(&inner["additionalProperties"], formats, &star));
        keys.extend(every(&inner["items"], formats, &star));
    }
    keys
}

fn described(
    schema: &Value,
    pattern: &[String],
    whole: &[String],
    formats: &[TextFormat],
) -> KeyReference {
    let meaning =
        |schema: &Value| schema["description"].as_str().unwrap_or_default().replace('\n', " ");
    let table =
        if schema["properties"].is_object() { schema } else { &schema["additionalProperties"] };
    let keys = table["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, inner)| (key.clone(), meaning(inner)));
    let words = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|word| Some((word["const"].as_str()?.to_owned(), meaning(word))));
    KeyReference {
        path: pattern.join("."),
        meaning: meaning(schema),
        takes: takes(schema, formats),
        unit: unit(pattern.last().map_or("", String::as_str), schema),
        words: words.collect(),
        default: schema.get("default").cloned(),
        needed: schema["x-needed"] == true,
        example: sample::lines(schema, whole),
        keys: keys.collect(),
    }
}

/// Type of a value, in words.
fn takes(schema: &Value, formats: &[TextFormat]) -> String {
    let format = schema["format"].as_str().and_then(|name| formats.iter().find(|f| f.name == name));
    let kind =
        schema["type"].as_array().and_then(|all| all.first()).unwrap_or(&schema["type"]).as_str();
    match (kind, format) {
        (_, Some(format)) if format.name == "plain" => {
            "text; one that looks like a secret is refused".into()
        }
        (_, Some(format)) => format.what.into(),
        (Some("array"), _) => format!("a list; each of it: {}", takes(&schema["items"], formats)),
        (Some("object"), _) if schema["properties"].is_object() => {
            "a table of the keys below".into()
        }
        (Some("object"), _) if schema["additionalProperties"]["properties"].is_object() => {
            "tables by name, each with the keys below".into()
        }
        (Some("object"), _) if schema["additionalProperties"].is_object() => {
            format!("a table; each value: {}", takes(&schema["additionalProperties"], formats))
        }
        (Some("object"), _) if schema["additionalProperties"] == false => {
            "a table without keys".into()
        }
        (Some("object"), _) => "a table of your own".into(),
        (Some("integer"), _) => format!("a whole number{}", range(schema)),
        (Some("number"), _) => format!("a number{}", range(schema)),
        (Some("boolean"), _) => "true or false".into(),
        _ if schema["oneOf"].is_array() || schema["enum"].is_array() => {
            "one of the words below".into()
        }
        _ => "text".into(),
    }
}

fn range(schema: &Value) -> String {
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => String::new(),
        (low, Value::Null) => format!(", at least {low}"),
        (Value::Null, high) => format!(", at most {high}"),
        (low, high) => format!(" from {low} to {high}"),
    }
}

/// Units by the last word of a key, or by its format.
const UNITS: &[(&str, &str)] = &[
    ("seconds", "seconds"),
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("days", "days"),
    ("percent", "percent"),
    ("availability", "percent"),
    ("gb", "GB"),
    ("gib", "GiB"),
    ("cpu", "processors; `m` stands for thousandths"),
    ("memory", "bytes; `Mi` and `Gi` are powers of 1024"),
    ("duration", "hours, minutes, seconds: `1h30m`"),
    ("cron", "UTC"),
    ("clock", "UTC"),
];

fn unit(key: &str, schema: &Value) -> Option<&'static str> {
    let of = |word: &str| UNITS.iter().find(|(known, _)| *known == word).map(|(_, unit)| *unit);
    schema["format"]
        .as_str()
        .and_then(of)
        .or_else(|| of(key.rsplit('_').next()?).filter(|_| !schema["minimum"].is_null()))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn quotes_keep_a_dot_in_its_part() {
        assert_eq!(parts("a.b"), ["a", "b"]);
        assert_eq!(parts("files.\"/etc/a.conf\".x"), ["files", "/etc/a.conf", "x"]);
    }
}
