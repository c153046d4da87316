//! One object against the schema of its kind. Never looks at another object.

use super::{Schemas, Unjudged, promql, schemas::Schema, wrong::Wrong};
use crate::{
    azure::versions,
    diag::{Code, nearest},
};
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

/// Everything that is wrong with an object by itself.
pub fn judge(object: &Value, schemas: &Schemas, release: &str) -> Vec<Wrong> {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let mut out = nulls(object);
    if kind.is_empty() || api_version.is_empty() {
        let message = "this is no Kubernetes object: it has no `kind` or no `apiVersion`".to_owned();
        return vec![Wrong { code: Code::UnknownKind, pointer: String::new(), message, help: String::new() }];
    }
    match schemas.of(api_version, kind) {
        Ok(schema) => {
            out.extend(scope(object, kind, schema.is_namespaced()));
            out.extend(schema.validator.iter_errors(object).filter(|error| !error.instance().is_null()).flat_map(|error| explain(&error, &schema, kind)));
        }
        Err(Unjudged::NoCrds) => {}
        Err(Unjudged::Unknown) => {
            let message = format!("`{api_version}` `{kind}` is not a kind that Kubernetes or the given CRDs know");
            out.push(Wrong { code: Code::UnknownKind, pointer: "/kind".into(), message, help: "check the spelling and the version, or add its CRD".into() });
        }
    }
    if versions::serves(release, api_version) == Some(false) {
        let message = format!("Azure Service Operator {release} does not serve `{api_version}`");
        out.push(Wrong {
            code: Code::UnservedVersion,
            pointer: "/apiVersion".into(),
            message,
            help: "use an older version of the kind, or raise `azure.operator_release`".into(),
        });
    }
    out.extend(unprotected(object, api_version, kind));
    out.extend(promql::judge(object, kind));
    out
}

/// An object without a namespace would land in `default`, or in whichever one the engine happens to use.
fn scope(object: &Value, kind: &str, namespaced: bool) -> Option<Wrong> {
    let wrong = |pointer: &str, message: String, help: &str| Wrong { code: Code::WrongScope, pointer: pointer.to_owned(), message, help: help.to_owned() };
    match (namespaced, object.pointer("/metadata/namespace")) {
        (true, None) => Some(wrong(
            "/metadata",
            format!("{kind} lives in a namespace, but none is named"),
            "name one; for a manifest of your own, by `namespace` in its `[extra.<name>]`",
        )),
        (false, Some(_)) => Some(wrong(
            "/metadata",
            format!("{kind} belongs to the whole cluster, but a namespace is named"),
            "leave it out; for a manifest of your own, in its `[extra.<name>]`",
        )),
        _ => None,
    }
}

fn explain(error: &jsonschema::ValidationError<'_>, schema: &Schema, kind: &str) -> Vec<Wrong> {
    let pointer = error.instance_path().as_str().to_owned();
    let at = if pointer.is_empty() { String::new() } else { format!(" in `{}`", pointer.trim_start_matches('/').replace('/', ".")) };
    let wrong = |pointer: String, message: String, help: String| Wrong { code: Code::Schema, pointer, message, help };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let known = schema.fields(&pointer);
            let one = |field: &String| {
                let help = nearest(field, known.iter().map(String::as_str)).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                wrong(format!("{pointer}/{}", field.replace('~', "~0").replace('/', "~1")), format!("{kind} has no field `{field}`{at}"), help)
            };
            unexpected.iter().map(one).collect()
        }
        Kind::Required { property } => vec![wrong(pointer, format!("{kind} needs the field `{}`{at}", property.as_str().unwrap_or_default()), String::new())],
        other => {
            let mut text = error.to_string();
            if text.len() > 200 {
                text = format!("the value does not fit `{}`", other.keyword());
            }
            vec![wrong(pointer, format!("{kind}{at}: {text}"), String::new())]
        }
    }
}

/// Kinds that may go with their file: what they are is a right, and removing it is how it is revoked.
const REVOCABLE: &[&str] = &["FederatedIdentityCredential", "RoleAssignment", "User", "UserAssignedIdentity"];

/// Kinds of Kubernetes that take data with them: a namespace its volumes.
const HOLDING_DATA: &[&str] = &["Namespace", "PersistentVolumeClaim"];

/// Azure Service Operator deletes a resource with its object, and an engine deletes the object with its file.
fn unprotected(object: &Value, api_version: &str, kind: &str) -> Option<Wrong> {
    const ENGINES: [(&str, &str); 2] = [("kustomize.toolkit.fluxcd.io/prune", "disabled"), ("argocd.argoproj.io/sync-options", "Prune=false,Delete=false")];
    const OPERATOR: [(&str, &str); 1] = [("serviceoperator.azure.com/reconcile-policy", "detach-on-delete")];
    let azure = versions::is_azure(api_version);
    let holds_data = azure && !REVOCABLE.contains(&kind) || HOLDING_DATA.contains(&kind);
    let said = |key: &str, word: &str| object["metadata"]["annotations"][key].as_str().is_some_and(|own| own == word || azure && own == "skip");
    let wanted = ENGINES.iter().chain(OPERATOR.iter().filter(|_| azure));
    let missing: Vec<String> = wanted.filter(|(key, word)| !said(key, word)).map(|(key, word)| format!("`{key}: {word}`")).collect();
    (holds_data && !missing.is_empty()).then(|| Wrong {
        code: Code::Unprotected,
        pointer: "/metadata".into(),
        message: format!("removing this file would delete the {kind}{}", if azure { " in Azure" } else { ", with the data in it" }),
        help: format!("annotate it with {}", missing.join(", ")),
    })
}

/// The API server drops a null without a word: it is always a mistake.
fn nulls(value: &Value) -> Vec<Wrong> {
    fn walk(value: &Value, pointer: &str, out: &mut Vec<Wrong>) {
        match value {
            Value::Null => out.push(Wrong {
                code: Code::Schema,
                pointer: pointer.to_owned(),
                message: format!("`{}` is null", pointer.trim_start_matches('/').replace('/', ".")),
                help: "leave the field out, or give it a value".into(),
            }),
            Value::Object(table) => table.iter().for_each(|(key, inner)| walk(inner, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), out)),
            Value::Array(list) => list.iter().enumerate().for_each(|(i, inner)| walk(inner, &format!("{pointer}/{i}"), out)),
            _ => {}
        }
    }
    let mut out = vec![];
    // Pointers cost time, and there are hardly ever any.
    if holds_null(value) {
        walk(value, "", &mut out);
    }
    out
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(table) => table.values().any(holds_null),
        Value::Array(list) => list.iter().any(holds_null),
        _ => false,
    }
}
