//! Words of diagnostics about values: accepted values and the found value. Shows no value that
//! can be a secret.

use serde_json::Value;

/// Name of the key at a path, for messages.
pub(super) fn key_of(path: &[String]) -> String {
    match path {
        [.., parent, index] if index.parse::<usize>().is_ok() => format!("{parent}[{index}]"),
        [.., key] => key.clone(),
        [] => "the spec".into(),
    }
}

/// Values of an enum.
pub(super) fn words(schema: &Value) -> Vec<&str> {
    let choice = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    choice
        .chain(schema["oneOf"].as_array().into_iter().flatten().filter_map(|x| x["const"].as_str()))
        .collect()
}

/// Values that a schema accepts.
pub(super) fn expected(schema: &Value) -> String {
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
pub(super) fn within(path: &[String]) -> (String, String) {
    let (key, parent) = (key_of(path), path[..path.len() - 1].join("."));
    (format!("`{key}` must be in a named table"), format!("write `[{parent}.<name>]` above it"))
}

/// The fix for a value of the wrong type.
pub(super) fn hint(schema: &Value, found: &Value) -> String {
    let switch = schema["properties"]["enabled"].is_object();
    match (found, schema["type"].as_str()) {
        (Value::Bool(on), Some("object")) if switch => {
            format!("write `enabled = {on}` in the table")
        }
        (Value::Bool(true), Some("object")) if required(schema).is_empty() => {
            "an empty table, `{}`, takes the defaults".into()
        }
        (_, Some("object")) => table_example(schema, found),
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
pub(super) fn kind_of(value: &Value) -> &'static str {
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

/// Keys that a table must have.
fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A table in the place of another value. A number that one of its keys takes is kept.
fn table_example(schema: &Value, found: &Value) -> String {
    let properties = || schema["properties"].as_object().into_iter().flatten();
    let first = properties().find(|(_, property)| accepts(property, found));
    let (name, value) = match first.or_else(|| properties().next()) {
        Some((name, property)) => (name.as_str(), sample(property, found)),
        None => ("NAME", sample(&schema["additionalProperties"], found)),
    };
    let keys: Vec<&str> = properties().map(|(name, _)| name.as_str()).collect();
    let keys = match keys.as_slice() {
        [] | [_] => String::new(),
        keys => format!("; its keys: {}", keys.join(", ")),
    };
    format!("write a table, such as `{{ {name} = {value} }}`{keys}")
}

fn accepts(schema: &Value, found: &Value) -> bool {
    match schema["type"].as_str() {
        Some("number") => found.is_number(),
        Some("integer") => found.is_u64(),
        Some("string") => found.is_string(),
        Some("array") => found.is_array(),
        _ => false,
    }
}

/// Value of a key in an example. A text can be a secret and is not repeated.
fn sample(schema: &Value, found: &Value) -> String {
    let word = words(schema).first().map(|word| format!("\"{word}\""));
    word.unwrap_or_else(|| match schema["type"].as_str() {
        Some("integer" | "number") if found.is_number() => found.to_string(),
        Some("integer" | "number") => "1".into(),
        Some("boolean") => "true".into(),
        Some("array") => "[]".into(),
        Some("object") => "{}".into(),
        _ => "\"…\"".into(),
    })
}

/// The allowed range of a number, and the reason for it where the schema has one.
pub(super) fn bound(schema: &Value) -> String {
    let (least, most) = (&schema["minimum"], &schema["maximum"]);
    let range = match (least.is_number(), most.is_number()) {
        (true, true) => format!("write a number from {least} to {most}"),
        (true, false) => format!("write {least} or more"),
        _ => format!("write {most} or less"),
    };
    schema["x-reason"].as_str().map_or_else(|| range.clone(), |reason| format!("{range}: {reason}"))
}
