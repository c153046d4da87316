//! Validation of one object by the schema of its kind. Reads no other object.

use super::{
    SchemaMissing, Schemas, api_rules, azure_name, mounts, ports, promql, schemas::Schema,
    secret_values,
};
use crate::{
    azure::versions,
    diag::{Code, Diagnostic, JsonPointer, nearest},
    escape,
    kinds::{self, KindRecord},
};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// Problems of one object, without those that involve other objects.
pub fn validate(object: &Value, schemas: &Schemas, release: &str) -> Vec<Diagnostic<JsonPointer>> {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if kind.is_empty() || api_version.is_empty() {
        let message = "this is no Kubernetes object: it has no `kind` or no `apiVersion`";
        return vec![Diagnostic::new(Code::UnknownKind, message).at(JsonPointer::from(""))];
    }
    let mut diagnostics: Vec<_> = nulls(object).into_iter().map(null).collect();
    diagnostics.extend(validate_schema(object, schemas, api_version, kind));
    diagnostics.extend(unserved(release, api_version));
    diagnostics.extend(secret_values::validate(object, api_version, kind));
    diagnostics.extend(unprotected(object, api_version, kind));
    if let Some(record) = kinds::of_object(api_version, kind) {
        diagnostics.extend(promql::validate(object, record.promql));
        let azure = record.azure.as_ref();
        diagnostics.extend(azure.and_then(|azure| azure_name::validate(object, azure)));
    }
    diagnostics.extend(mounts::validate(object));
    diagnostics.extend(ports::validate(object));
    diagnostics.extend(api_rules::validate(object, api_version, kind));
    diagnostics
}

fn validate_schema(
    object: &Value,
    schemas: &Schemas,
    api_version: &str,
    kind: &str,
) -> Vec<Diagnostic<JsonPointer>> {
    match schemas.of(api_version, kind) {
        Ok(schema) => {
            let errors = schema.validator.iter_errors(object);
            scope(object, kind, schema.is_namespaced())
                .into_iter()
                .chain(
                    errors
                        .filter(|error| !error.instance().is_null())
                        .flat_map(|error| explain(&error, &schema, object, kind)),
                )
                .collect()
        }
        Err(SchemaMissing::NoCrds) => vec![],
        Err(SchemaMissing::Unknown) => {
            let message =
                format!("`{api_version}` `{kind}` is no kind of Kubernetes or of the given CRDs");
            vec![
                Diagnostic::new(Code::UnknownKind, message)
                    .help("check the spelling and the version, or add its CRD")
                    .at(JsonPointer::from("/kind")),
            ]
        }
    }
}

/// A version that the release of Azure Service Operator does not serve.
fn unserved(release: &str, api_version: &str) -> Option<Diagnostic<JsonPointer>> {
    let message = || format!("Azure Service Operator {release} does not serve `{api_version}`");
    (!is_served(release, api_version)).then(|| {
        Diagnostic::new(Code::UnservedVersion, message())
            .help("use an older version of the kind, or raise `azure.operator_release`")
            .at(JsonPointer::from("/apiVersion"))
    })
}

/// Checks that `metadata.namespace` is set exactly for namespaced kinds. Without it, an object
/// would be created in `default` or in the namespace of the engine.
fn scope(object: &Value, kind: &str, namespaced: bool) -> Option<Diagnostic<JsonPointer>> {
    let (message, help) = match (namespaced, object.pointer("/metadata/namespace")) {
        (true, None) => (
            format!("{kind} is namespaced, but `metadata.namespace` is absent"),
            "set it; for a manifest of your own, set `namespace` in its `[extra.<name>]`",
        ),
        (false, Some(_)) => (
            format!("{kind} is cluster-scoped, but `metadata.namespace` is set"),
            "remove it; for a manifest of your own, remove `namespace` from its `[extra.<name>]`",
        ),
        _ => return None,
    };
    Some(Diagnostic::new(Code::WrongScope, message).help(help).at(JsonPointer::from("/metadata")))
}

fn explain(
    error: &jsonschema::ValidationError<'_>,
    schema: &Schema,
    object: &Value,
    kind: &str,
) -> Vec<Diagnostic<JsonPointer>> {
    let pointer = error.instance_path().as_str().to_owned();
    let at = if pointer.is_empty() { String::new() } else { format!(" in `{}`", dotted(&pointer)) };
    let diagnostic = |pointer: String, message: String, help: String| {
        Diagnostic::new(Code::Schema, message).help(help).at(JsonPointer(pointer))
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = schema.fields(&pointer);
            let one = |field: &String| {
                let help = nearest(field, known.iter().map(String::as_str))
                    .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                diagnostic(
                    format!("{pointer}/{}", escape::pointer(field)),
                    format!("{kind} has no field `{field}`{at}"),
                    help,
                )
            };
            unexpected.iter().map(one).collect()
        }
        ValidationErrorKind::Required { property } => vec![diagnostic(
            pointer,
            format!("{kind} needs the field `{}`{at}", property.as_str().unwrap_or_default()),
            String::new(),
        )],
        other => {
            let harmless = secret_values::is_harmless(object, &pointer, error.instance());
            let mut text = if harmless { error.to_string() } else { error.masked().to_string() };
            if text.len() > 200 {
                text = format!("the value does not fit `{}`", other.keyword());
            }
            vec![diagnostic(pointer, format!("{kind}{at}: {text}"), String::new())]
        }
    }
}

/// A JSON pointer with dots.
pub(super) fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// Returns whether a release of Azure Service Operator serves an `apiVersion`; `true` for versions
/// that the registry does not list.
fn is_served(release: &str, api_version: &str) -> bool {
    let rank = |release: &str| versions::OPERATOR.iter().position(|known| *known == release);
    kinds::served_since(api_version).is_none_or(|since| rank(release) >= rank(since))
}

/// Missing annotations against deletion. The engine deletes an object with its file, and Azure
/// Service Operator deletes the resource with the object.
fn unprotected(object: &Value, api_version: &str, kind: &str) -> Option<Diagnostic<JsonPointer>> {
    const ENGINES: [(&str, &[&str]); 2] = [
        ("kustomize.toolkit.fluxcd.io/prune", &["disabled"]),
        ("argocd.argoproj.io/sync-options", &["Prune=false,Delete=false"]),
    ];
    const OPERATOR: (&str, &[&str]) =
        ("serviceoperator.azure.com/reconcile-policy", &["detach-on-delete", "skip"]);
    let azure = versions::is_azure(api_version);
    let is_revocable = |record: &KindRecord| record.azure.as_ref().is_some_and(|a| a.revocable);
    let holds_data = kinds::of_object(api_version, kind)
        .map_or(azure, |record| record.delete_protection && !is_revocable(record));
    let has = |key: &str, words: &[&str]| {
        object["metadata"]["annotations"][key].as_str().is_some_and(|own| words.contains(&own))
    };
    let wanted = ENGINES.into_iter().chain(azure.then_some(OPERATOR));
    let missing: Vec<String> = wanted
        .filter(|(key, words)| !has(key, words))
        .map(|(key, words)| format!("`{key}: {}`", words[0]))
        .collect();
    let content = if azure { " in Azure" } else { ", with the data in it" };
    (holds_data && !missing.is_empty()).then(|| {
        let message = format!("removing this file would delete the {kind}{content}");
        Diagnostic::new(Code::Unprotected, message)
            .help(format!("annotate it with {}", missing.join(", ")))
            .at(JsonPointer::from("/metadata"))
    })
}

/// A null. The API server drops nulls silently.
fn null(pointer: String) -> Diagnostic<JsonPointer> {
    Diagnostic::new(Code::Schema, format!("`{}` is null", dotted(&pointer)))
        .help("leave the field out, or give it a value")
        .at(JsonPointer(pointer))
}

/// JSON pointers of nulls, built from the inside out, because most objects have none.
fn nulls(value: &Value) -> Vec<String> {
    match value {
        Value::Null => vec![String::new()],
        Value::Object(table) => {
            let below = |(key, inner): (&String, _)| {
                nulls(inner)
                    .into_iter()
                    .map(|rest| format!("/{}{rest}", escape::pointer(key)))
                    .collect::<Vec<_>>()
            };
            table.iter().flat_map(below).collect()
        }
        Value::Array(list) => list
            .iter()
            .enumerate()
            .flat_map(|(i, inner)| nulls(inner).into_iter().map(move |rest| format!("/{i}{rest}")))
            .collect(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn diagnostics(object: &Value) -> Vec<Diagnostic<JsonPointer>> {
        validate(object, &Schemas::new(None).expect("nothing to read"), "2.13")
    }

    #[test]
    fn an_object_needs_kind_and_version() {
        for object in [json!({"kind": "Pod"}), json!({"apiVersion": "v1"}), json!({})] {
            assert_eq!(diagnostics(&object).len(), 1, "{object}");
            assert!(
                diagnostics(&object)[0].message.starts_with("this is no Kubernetes object"),
                "{object}"
            );
        }
    }

    #[test]
    fn azure_resources_need_annotations_against_deletion() {
        let help = |policy: &str, prune: &str| {
            let annotations = json!({
                "serviceoperator.azure.com/reconcile-policy": policy, "kustomize.toolkit.fluxcd.io/prune": prune,
                "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
            });
            let object = json!({"apiVersion": "resources.azure.com/v1api20200601", "kind": "ResourceGroup", "metadata": {"annotations": annotations}});
            diagnostics(&object)
                .into_iter()
                .find(|diagnostic| diagnostic.code == Code::Unprotected)
                .map(|diagnostic| diagnostic.help)
        };
        assert_eq!((help("detach-on-delete", "disabled"), help("skip", "disabled")), (None, None));
        assert_eq!(
            help("manage", "disabled").as_deref(),
            Some("annotate it with `serviceoperator.azure.com/reconcile-policy: detach-on-delete`")
        );
        assert_eq!(
            help("skip", "skip").as_deref(),
            Some("annotate it with `kustomize.toolkit.fluxcd.io/prune: disabled`")
        );
    }

    #[test]
    fn each_null_has_its_place() {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "a", "x/y~": null}, "data": {"k": "v"}, "z": [0, [null]]});
        let nulls = diagnostics(&object)
            .into_iter()
            .filter(|diagnostic| diagnostic.message.ends_with(" is null"));
        assert_eq!(
            nulls.map(|diagnostic| diagnostic.places[0].0.clone()).collect::<Vec<_>>(),
            ["/metadata/x~1y~0", "/z/1/0"]
        );
    }

    #[test]
    fn long_schema_errors_are_shortened() {
        let message = |length: usize| {
            let container = json!({"name": "a", "image": "a", "ports": [{"containerPort": "x".repeat(length)}]});
            let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "a"}, "spec": {"containers": [container]}});
            let last = diagnostics(&object).pop().expect("a text is no port");
            last.message.rsplit_once("`: ").expect("behind the place").1.to_owned()
        };
        let (short, long) = (message(3), message(500));
        assert!(short.contains("\"xxx\""), "{short}");
        assert_eq!(long, "the value does not fit `type`");
        let longest =
            (0..300).map(message).filter(|text| *text != long).map(|text| text.len()).max();
        assert_eq!(longest, Some(200));
    }
}
