//! Mounts of containers against the volumes of their pod.

use super::pods;
use crate::diag::{Code, Diagnostic, JsonPointer};
use serde_json::Value;
use std::collections::BTreeSet;

/// Mounts of volumes that the pod does not have. Claims of a StatefulSet are volumes as well.
pub(super) fn validate(object: &Value) -> Vec<Diagnostic<JsonPointer>> {
    let claims = names(&object["spec"]["volumeClaimTemplates"], "/metadata/name");
    let mut out = vec![];
    pods::visit(object, &mut |pod, prefix| {
        let (spec, pointer) = (&pod["spec"], format!("{prefix}/spec"));
        let mut volumes = names(&spec["volumes"], "/name");
        volumes.extend(&claims);
        for containers in ["containers", "initContainers"] {
            for (i, container) in list(&spec[containers]).enumerate() {
                let at = format!("{pointer}/{containers}/{i}/volumeMounts");
                out.extend(without_volume(container, &volumes, &at));
            }
        }
    });
    out
}

fn without_volume(
    container: &Value,
    volumes: &BTreeSet<&str>,
    at: &str,
) -> Vec<Diagnostic<JsonPointer>> {
    let mounts = list(&container["volumeMounts"]).enumerate();
    let named = mounts.filter_map(|(i, mount)| Some((i, mount["name"].as_str()?)));
    let missing = named.filter(|(_, name)| !volumes.contains(name));
    missing
        .map(|(i, name)| {
            Diagnostic::new(Code::DanglingReference, format!("the pod has no volume `{name}`"))
                .help("add it to `volumes` of the pod, or correct the name")
                .at(JsonPointer(format!("{at}/{i}/name")))
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn names<'a>(value: &'a Value, pointer: &str) -> BTreeSet<&'a str> {
    list(value).filter_map(|item| item.pointer(pointer)?.as_str()).collect()
}
