//! Secret values in objects.

use crate::{
    diag::{Code, Diagnostic, JsonPointer},
    secret,
};
use serde_json::Value;

/// Whether a value holds nothing secret. A value is secret by its form, by the name of its field or
/// variable, and as data of a Secret.
pub(super) fn is_harmless(object: &Value, pointer: &str, value: &Value) -> bool {
    let (parent, last) = pointer.rsplit_once('/').unwrap_or_default();
    let variable = object.pointer(parent).and_then(|parent| parent["name"].as_str());
    let name = variable.filter(|_| last == "value").unwrap_or(last);
    let of_secret = object["kind"] == "Secret"
        && ["/data", "/stringData"].iter().any(|data| pointer.starts_with(data));
    !of_secret && !secret::names_secret(name) && secret::without_secrets(name, value) == *value
}

/// A Secret with values. The repository contains them in plain text.
pub(super) fn validate(
    object: &Value,
    api_version: &str,
    kind: &str,
) -> Vec<Diagnostic<JsonPointer>> {
    const HELP: &str = "put the values into the vault, and their names there into `[secrets.<name>]`; if the values were ever committed, rotate them";
    let filled = |field: &&&str| object[**field].as_object().is_some_and(|data| !data.is_empty());
    let fields = ["data", "stringData"];
    let found = fields.iter().filter(filled).filter(|_| (api_version, kind) == ("v1", "Secret"));
    let diagnostic = |field: &&str| {
        let message = format!("a Secret with `{field}` puts the values into Git");
        Diagnostic::new(Code::LiteralSecret, message)
            .help(HELP)
            .at(JsonPointer::from(format!("/{field}")))
    };
    found.map(diagnostic).collect()
}
