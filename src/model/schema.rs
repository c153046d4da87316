//! The two schemas of the spec: the strict one for a resolved tree, and the one for editors.

use super::{Platform, text};
use crate::spec::Shape;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The strict schema: inlined, closed and without null. All keys except optional ones are required.
pub fn shape() -> Shape {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    let mut schema = settings.into_generator().into_root_schema_for::<Platform>().to_value();
    strip_null(&mut schema);
    Shape { schema, formats: text::FORMATS }
}

/// Removes `null` from the types, because TOML has no null and optional keys can be absent.
fn strip_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(one) = sole_alternative(object) {
                object.remove("anyOf");
                object.extend(one);
            }
            if let Some(Value::Array(types)) = object.get("type")
                && let [one, Value::String(null)] = types.as_slice()
                && null == "null"
            {
                let one = one.clone();
                object.insert("type".into(), one);
            }
            object.values_mut().for_each(strip_null);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_null),
        _ => {}
    }
}

fn sole_alternative(object: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut real = object.get("anyOf")?.as_array()?.iter().filter(|x| x["type"] != "null");
    let one = real.next()?.as_object()?.clone();
    real.next().is_none().then_some(one)
}

/// The schema of a spec file. No key is required, a table can be `false`, and each environment has
/// the same keys. `defaults` is the lowest layer; its values become `default`. `x-needed` marks a
/// key that some layer must set, and `x-optional` a key that can be absent.
pub fn for_editors(strict: &Value, defaults: &Value) -> Value {
    let mut root = strict.clone();
    annotate(&mut root, defaults);
    loosen(&mut root);
    let mut environment = root.clone();
    environment["properties"]["profile"] =
        json!({"type": "string", "description": "The profile that the environment starts from."});
    root["properties"]["environments"] = json!({
        "type": "object",
        "description": "One cluster and one resource group each. Values here override the rest of the spec.",
        "additionalProperties": environment,
    });
    root["type"] = "object".into();
    root
}

fn annotate(schema: &mut Value, defaults: &Value) {
    let required = schema["required"].clone();
    let is_required =
        |key: &str| required.as_array().is_some_and(|keys| keys.iter().any(|k| k == key));
    for (key, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        let default = &defaults[key];
        // Defaults fill a table that the spec has, and do not add the table.
        if !is_required(key) && (default.is_null() || property["properties"].is_object()) {
            property["x-optional"] = true.into();
        }
        if property["properties"].is_object() {
            annotate(property, default);
        } else if property["additionalProperties"]["properties"].is_object() {
            annotate(&mut property["additionalProperties"], &default["*"]);
        } else if !default.is_null() {
            property["default"] = default.clone();
        } else if is_required(key) {
            property["x-needed"] = true.into();
        }
    }
}

fn loosen(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(loosen);
            object.remove("required");
            if object.get("type") == Some(&"object".into()) {
                object.insert("type".into(), json!(["object", "boolean"]));
                object.insert("not".into(), json!({"const": true}));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(loosen),
        _ => {}
    }
}
