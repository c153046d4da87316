//! One object against the schema of its kind. Never looks at another object.

use super::{SchemaMissing, Schemas, promql, schemas::Schema, secret_values, wrong::Wrong};
use crate::{
    azure::versions,
    diag::{Code, nearest},
    escape, kinds,
};
use jsonschema::error::ValidationErrorKind as KindRecord;
use serde_json::Value;

/// Everything that is wrong with an object by itself.
pub fn validate(object: &Value, schemas: &Schemas, release: &str) -> Vec<Wrong> {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let mut out: Vec<Wrong> = nulls(object).into_iter().map(null).collect();
    if kind.is_empty() || api_version.is_empty() {
        let message =
            "this is no Kubernetes object: it has no `kind` or no `apiVersion`".to_owned();
        return vec![Wrong {
            code: Code::UnknownKind,
            pointer: String::new(),
            message,
            help: String::new(),
        }];
    }
    match schemas.of(api_version, kind) {
        Ok(schema) => {
            out.extend(scope(object, kind, schema.is_namespaced()));
            out.extend(
                schema
                    .validator
                    .iter_errors(object)
                    .filter(|error| !error.instance().is_null())
                    .flat_map(|error| explain(&error, &schema, object, kind)),
            );
        }
        Err(SchemaMissing::NoCrds) => {}
        Err(SchemaMissing::Unknown) => {
            let message = format!(
                "`{api_version}` `{kind}` is not a kind that Kubernetes or the given CRDs know"
            );
            out.push(Wrong {
                code: Code::UnknownKind,
                pointer: "/kind".into(),
                message,
                help: "check the spelling and the version, or add its CRD".into(),
            });
        }
    }
    if !is_served(release, api_version) {
        let message = format!("Azure Service Operator {release} does not serve `{api_version}`");
        out.push(Wrong {
            code: Code::UnservedVersion,
            pointer: "/apiVersion".into(),
            message,
            help: "use an older version of the kind, or raise `azure.operator_release`".into(),
        });
    }
    out.extend(secret_values::validate(object, api_version, kind));
    out.extend(unprotected(object, api_version, kind));
    out.extend(promql::validate(object, kind));
    out
}

/// An object without a namespace would land in `default`, or in whichever one the engine happens to
/// use.
fn scope(object: &Value, kind: &str, namespaced: bool) -> Option<Wrong> {
    let wrong = |pointer: &str, message: String, help: &str| Wrong {
        code: Code::WrongScope,
        pointer: pointer.to_owned(),
        message,
        help: help.to_owned(),
    };
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

fn explain(
    error: &jsonschema::ValidationError<'_>,
    schema: &Schema,
    object: &Value,
    kind: &str,
) -> Vec<Wrong> {
    let pointer = error.instance_path().as_str().to_owned();
    let at = if pointer.is_empty() { String::new() } else { format!(" in `{}`", dotted(&pointer)) };
    let wrong = |pointer: String, message: String, help: String| Wrong {
        code: Code::Schema,
        pointer,
        message,
        help,
    };
    match error.kind() {
        KindRecord::AdditionalProperties { unexpected } => {
            let known = schema.fields(&pointer);
            let one = |field: &String| {
                let help = nearest(field, known.iter().map(String::as_str))
                    .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                wrong(
                    format!("{pointer}/{}", escape::pointer(field)),
                    format!("{kind} has no field `{field}`{at}"),
                    help,
                )
            };
            unexpected.iter().map(one).collect()
        }
        KindRecord::Required { property } => vec![wrong(
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
            vec![wrong(pointer, format!("{kind}{at}: {text}"), String::new())]
        }
    }
}

/// A pointer as people write it.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// Returns whether a release of Azure Service Operator serves an `apiVersion`; `true` for versions
/// that the registry does not list.
fn is_served(release: &str, api_version: &str) -> bool {
    let rank = |release: &str| versions::OPERATOR.iter().position(|known| *known == release);
    kinds::served_since(api_version).is_none_or(|since| rank(release) >= rank(since))
}

/// Azure Service Operator deletes a resource with its object, and an engine deletes the object with
/// its file.
fn unprotected(object: &Value, api_version: &str, kind: &str) -> Option<Wrong> {
    const ENGINES: [(&str, &[&str]); 2] = [
        ("kustomize.toolkit.fluxcd.io/prune", &["disabled"]),
        ("argocd.argoproj.io/sync-options", &["Prune=false,Delete=false"]),
    ];
    const OPERATOR: (&str, &[&str]) =
        ("serviceoperator.azure.com/reconcile-policy", &["detach-on-delete", "skip"]);
    let azure = versions::is_azure(api_version);
    let holds_data =
        kinds::of_object(api_version, kind).map_or(azure, |record| record.delete_protection);
    let said = |key: &str, words: &[&str]| {
        object["metadata"]["annotations"][key].as_str().is_some_and(|own| words.contains(&own))
    };
    let wanted = ENGINES.into_iter().chain(azure.then_some(OPERATOR));
    let missing: Vec<String> = wanted
        .filter(|(key, words)| !said(key, words))
        .map(|(key, words)| format!("`{key}: {}`", words[0]))
        .collect();
    (holds_data && !missing.is_empty()).then(|| Wrong {
        code: Code::Unprotected,
        pointer: "/metadata".into(),
        message: format!(
            "removing this file would delete the {kind}{}",
            if azure { " in Azure" } else { ", with the data in it" }
        ),
        help: format!("annotate it with {}", missing.join(", ")),
    })
}

/// The API server drops a null without a word: it is always a mistake.
fn null(pointer: String) -> Wrong {
    let message = format!("`{}` is null", dotted(&pointer));
    Wrong {
        code: Code::Schema,
        pointer,
        message,
        help: "leave the field out, or give it a value".into(),
    }
}

/// Where nulls stand, found from the inside out: where there is none, which is nearly everywhere,
/// no pointer is made.
fn nulls(value: &Value) -> Vec<String> {
    match value {
        Value::Null => vec![String::new()],
        Value::Object(table) => {
            let behind = |(key, inner): (&String, _)| {
                nulls(inner)
                    .into_iter()
                    .map(|rest| format!("/{}{rest}", escape::pointer(key)))
                    .collect::<Vec<_>>()
            };
            table.iter().flat_map(behind).collect()
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

    fn wrongs(object: &Value) -> Vec<Wrong> {
        validate(object, &Schemas::new(None).expect("nothing to read"), "2.13")
    }

    #[test]
    fn what_names_no_kind_or_no_version_is_no_object() {
        for object in [json!({"kind": "Pod"}), json!({"apiVersion": "v1"}), json!({})] {
            assert_eq!(wrongs(&object).len(), 1, "{object}");
            assert!(
                wrongs(&object)[0].message.starts_with("this is no Kubernetes object"),
                "{object}"
            );
        }
    }

    #[test]
    fn what_is_in_azure_stays_there_only_by_the_words_that_keep_it() {
        let help = |policy: &str, prune: &str| {
            let annotations = json!({
                "serviceoperator.azure.com/reconcile-policy": policy, "kustomize.toolkit.fluxcd.io/prune": prune,
                "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
            });
            let object = json!({"apiVersion": "resources.azure.com/v1api20200601", "kind": "ResourceGroup", "metadata": {"annotations": annotations}});
            wrongs(&object)
                .into_iter()
                .find(|wrong| wrong.code == Code::Unprotected)
                .map(|wrong| wrong.help)
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
    fn every_null_is_told_by_its_place() {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "a", "x/y~": null}, "data": {"k": "v"}, "z": [0, [null]]});
        let told = wrongs(&object).into_iter().filter(|wrong| wrong.message.ends_with(" is null"));
        assert_eq!(
            told.map(|wrong| wrong.pointer).collect::<Vec<_>>(),
            ["/metadata/x~1y~0", "/z/1/0"]
        );
    }

    #[test]
    fn what_does_not_fit_is_told_unless_it_is_too_long_to_read() {
        let told = |length: usize| {
            let container = json!({"name": "a", "image": "a", "ports": [{"containerPort": "x".repeat(length)}]});
            let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "a"}, "spec": {"containers": [container]}});
            let wrong = wrongs(&object).pop().expect("a text is no port");
            wrong.message.rsplit_once("`: ").expect("behind the place").1.to_owned()
        };
        let (short, long) = (told(3), told(500));
        assert!(short.contains("\"xxx\""), "{short}");
        assert_eq!(long, "the value does not fit `type`");
        let longest = (0..300).map(told).filter(|text| *text != long).map(|text| text.len()).max();
        assert_eq!(longest, Some(200));
    }
}
