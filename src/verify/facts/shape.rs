//! Facts that follow from the shape of a field, for objects of any kind. Shapes are keys of Secrets
//! and `ConfigMaps`, pod templates, selectors of pods, references by field name, and conventions of
//! Azure Service Operator.

use super::{
    Carries, Collector, Selects, addresses,
    place::{FieldPlace, PathSegment, walk},
    pod_security::{self, Violation},
    rows::{self, Base},
};
use crate::{
    azure::versions,
    kinds::{
        self, ChartFields, Credential, KindRecord, Provides, Reads, References, Selectable,
        Violates,
    },
    verify::selector::{Selector, labels},
};
use serde_json::Value;

/// Identity of an object.
pub(super) struct Subject<'a> {
    /// `apiVersion`.
    pub api_version: &'a str,
    /// Its record.
    pub record: Option<&'static KindRecord>,
    /// Its namespace.
    pub namespace: &'a str,
}

/// Collects the facts of an object.
pub(super) fn collect(object: &Value, subject: &Subject<'_>, out: &mut Collector<'_>) {
    let chart = subject.record.and_then(|record| record.chart.as_ref());
    if chart.is_none() {
        pod_at(object, "", subject, out);
    }
    let target = chart.map_or(subject.namespace, |chart| {
        // By default, Helm installs a chart into the namespace of its release.
        object.pointer(&chart.namespace).and_then(Value::as_str).unwrap_or(subject.namespace)
    });
    let azure = versions::is_azure(subject.api_version);
    every(object, &mut vec![], &mut |place| {
        key_of_object(&place, if chart.is_some() { target } else { subject.namespace }, out);
        if chart.is_none() {
            pod_at(place.value, &place.pointer(), subject, out);
            reference_by_field(&place, subject.namespace, out);
        }
        if subject.record.is_none() {
            pod_selector(object, &place, subject.namespace, out);
        }
        if azure {
            azure_field(&place, subject.namespace, out);
        }
    });
    if azure {
        owner(object, subject, out);
        credential(object, subject, out);
    }
    if let Some(chart) = chart {
        chart_values(object, chart, target, out);
    }
}

/// Facts of the values of a chart that a component describes.
fn chart_values(object: &Value, chart: &ChartFields, namespace: &str, out: &mut Collector<'_>) {
    let Some(value) = object.pointer(&chart.values) else { return };
    violations(pod_security::of_values(value), &chart.values, namespace, out);
    let name = object.pointer(&chart.name).and_then(Value::as_str);
    let Some(rows) = out.charts.zip(name).and_then(|(charts, name)| charts.get(name)) else {
        return;
    };
    let base = Base { value, prefix: &chart.values, namespace };
    rows.iter().for_each(|row| rows::read(row, &base, out, kinds::ObjectFact::try_map));
}

/// Visits every table of a value.
fn every<'a>(
    value: &'a Value,
    path: &mut Vec<PathSegment<'a>>,
    found: &mut dyn FnMut(FieldPlace<'a, '_>),
) {
    let mut into = |key: PathSegment<'a>, inner: &'a Value| {
        if inner.is_object() || inner.is_array() {
            path.push(key);
            if inner.is_object() {
                found(FieldPlace { path, value: inner });
            }
            every(inner, path, found);
            path.pop();
        }
    };
    match value {
        Value::Object(table) => {
            table.iter().for_each(|(key, inner)| into(PathSegment::Field(key), inner));
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, inner)| into(PathSegment::Index(index), inner));
        }
        _ => {}
    }
}

/// `secretKeyRef` and `configMapKeyRef` of required keys.
fn key_of_object(place: &FieldPlace<'_, '_>, namespace: &str, out: &mut Collector<'_>) {
    let kind = match place.path.last() {
        Some(PathSegment::Field("secretKeyRef")) => "core/Secret",
        Some(PathSegment::Field("configMapKeyRef")) => "core/ConfigMap",
        _ => return,
    };
    if place.value["optional"] != true {
        reads(kind, place, namespace, out);
    }
}

fn reads(kind: &str, place: &FieldPlace<'_, '_>, namespace: &str, out: &mut Collector<'_>) {
    let Some((name, key)) = place.text("name").zip(place.text("key")) else { return };
    let [kind, name, key] = [kind, name, key].map(|text| out.names.name(text));
    out.relation(&place.pointer(), namespace, Reads { kind, name, key });
}

/// The facts of a pod template, if the value is one.
fn pod_at(value: &Value, prefix: &str, subject: &Subject<'_>, out: &mut Collector<'_>) {
    let is_pod = || subject.record.is_some_and(|record| record.selectable == Selectable::Pods);
    if !value["spec"]["containers"].is_array() || prefix.is_empty() && !is_pod() {
        return;
    }
    let what = Selectable::Pods;
    if let Some(table) = value["metadata"]["labels"].as_object() {
        let labels = out.names.labels_id(labels(table));
        out.add(&format!("{prefix}/metadata/labels"), subject.namespace, Carries { what, labels });
    }
    let constraints = "/spec/topologySpreadConstraints/*/labelSelector";
    walk(value, constraints, &mut vec![], &mut |place| {
        let selector = out.names.selector_id(Selector::read(place.value));
        let at = format!("{prefix}{}", place.pointer());
        out.add(&at, subject.namespace, Selects { what, selector });
    });
    let base = Base { value, prefix, namespace: subject.namespace };
    let pod_rows = kinds::pod_template();
    pod_rows.iter().for_each(|row| rows::read(row, &base, out, kinds::ObjectFact::try_map));
    violations(pod_security::violations(value), prefix, subject.namespace, out);
    addresses::of_pod(value, prefix, subject.namespace, out);
}

fn violations(all: Vec<Violation>, prefix: &str, namespace: &str, out: &mut Collector<'_>) {
    for Violation { level, at, field } in all {
        let [level, violation] = [level, &field].map(|text| out.names.name(text));
        out.relation(&format!("{prefix}{at}"), namespace, Violates { level, violation });
    }
}

/// A reference of a known field name. A cluster-scoped object has no namespace for a namespaced
/// default kind.
fn reference_by_field(place: &FieldPlace<'_, '_>, namespace: &str, out: &mut Collector<'_>) {
    let Some((field, name)) = kinds::reference_field(place.field()).zip(place.text("name")) else {
        return;
    };
    let or = |key: &str, default: &'static str| place.text(key).unwrap_or(default).to_owned();
    let (group, kind) = (or("group", &field.group), or("kind", &field.kind));
    if namespace.is_empty() && kind == field.kind {
        return;
    }
    let [kind, name] = [&format!("{group}/{kind}"), name].map(|text| out.names.name(text));
    out.relation(&place.pointer(), namespace, References { kind, name });
}

/// A selector of pods in an object without a record: `podSelector` anywhere, and `spec.selector`
/// unless it selects what the template of the object creates.
fn pod_selector(
    object: &Value,
    place: &FieldPlace<'_, '_>,
    namespace: &str,
    out: &mut Collector<'_>,
) {
    let is_of_object =
        matches!(place.path, [PathSegment::Field("spec"), PathSegment::Field("selector")])
            && object.pointer("/spec/template").is_none();
    let is_selector =
        place.value["matchLabels"].is_object() || place.value["matchExpressions"].is_array();
    if is_selector && (is_of_object || place.field() == "podSelector") {
        let selector = out.names.selector_id(Selector::read(place.value));
        out.add(&place.pointer(), namespace, Selects { what: Selectable::Pods, selector });
    }
}

/// References, `*FromConfig`, and exports of an object of Azure Service Operator. Source: its
/// documentation on resource references and on `operatorSpec`.
fn azure_field(place: &FieldPlace<'_, '_>, namespace: &str, out: &mut Collector<'_>) {
    let field = place.field();
    if field.ends_with("FromConfig") {
        return reads("core/ConfigMap", place, namespace, out);
    }
    if field.to_ascii_lowercase().trim_end_matches('s').ends_with("reference") {
        return reference(place, namespace, out);
    }
    let [.., PathSegment::Field("operatorSpec"), PathSegment::Field(target), _] = place.path else {
        return;
    };
    let kind = match *target {
        "configMaps" | "configMapExpressions" => "core/ConfigMap",
        "secrets" | "secretExpressions" => "core/Secret",
        _ => return,
    };
    let Some((name, key)) = place.text("name").zip(place.text("key")) else { return };
    let [kind, name, key] = [kind, name, key].map(|text| out.names.name(text));
    out.relation(&place.pointer(), namespace, Provides { kind, name, key });
}

fn reference(place: &FieldPlace<'_, '_>, namespace: &str, out: &mut Collector<'_>) {
    let Some((kind, name)) = place.text("kind").zip(place.text("name")) else { return };
    let kind = place.text("group").map_or(kind.to_owned(), |group| format!("{group}/{kind}"));
    let [kind, name] = [&kind, name].map(|text| out.names.name(text));
    out.relation(&place.pointer(), namespace, References { kind, name });
}

/// Secret with the credential of a resource. Source: documentation of Azure Service Operator on
/// authentication, "credential scope".
fn credential(object: &Value, subject: &Subject<'_>, out: &mut Collector<'_>) {
    let from = &object["metadata"]["annotations"]["serviceoperator.azure.com/credential-from"];
    let secret = out.names.name(from.as_str().unwrap_or("aso-credential"));
    out.relation("/metadata/namespace", subject.namespace, Credential { secret });
}

/// Owner of the kind in the field, of the only kind in the record, or of any kind.
fn owner(object: &Value, subject: &Subject<'_>, out: &mut Collector<'_>) {
    let owner = &object["spec"]["owner"];
    let Some(name) = owner["name"].as_str() else { return };
    let text = |field: &str| owner[field].as_str();
    let allowed = subject.record.and_then(|record| record.azure.as_ref()).map(|a| &a.owners[..]);
    let (at, kind) = match (text("group"), text("kind"), allowed) {
        (_, _, Some([kind])) if !kind.contains('*') => ("/spec/owner/name", kind.clone()),
        (Some(group), Some(kind), _) => ("/spec/owner", format!("{group}/{kind}")),
        (None, Some(kind), _) => ("/spec/owner", kind.to_owned()),
        _ => ("/spec/owner", "*".to_owned()),
    };
    let [kind, name] = [kind.as_str(), name].map(|text| out.names.name(text));
    out.relation(at, subject.namespace, References { kind, name });
}
