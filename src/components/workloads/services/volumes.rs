//! Volumes of a service: a disk for each of its pods, which outlives it. Never shared between pods.

use super::{Service, file_key};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    View,
    text::{Memory, MountPath, Name},
    view::own,
    wiring::segment,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A disk for each pod. Kubernetes lets nobody change one later: a larger size is asked of the
/// claims themselves, and a set with other claims is made anew, by `kubectl delete statefulset
/// --cascade=orphan`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Where the pod sees it.
    pub path: MountPath,
    /// Its size.
    pub size: Memory,
    /// The storage class. `managed-csi` and `managed-csi-premium` of AKS replicate across zones
    /// where the cluster has several; a class of your own is declared by `[assume.<name>]` or made
    /// by `[extra.<name>]`.
    pub class: Name,
}

/// The longest name of a `StatefulSet` whose pods can be labelled with their revision. Source:
/// kubernetes/kubernetes issue 64023.
const LONGEST: usize = 52;

pub(super) fn check(
    service: &Service,
    me: &str,
    at: &impl Fn(&str) -> String,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    if !service.volumes.is_empty() && me.len() > LONGEST {
        let message = format!(
            "`{me}` has {} characters; a service with volumes takes {LONGEST} at most",
            me.len()
        );
        out.push(Diagnostic::in_spec(
            Code::BadName,
            at("volumes"),
            message,
            "shorten the name: a label of its pods is made of it",
        ));
    }
    if !service.volumes.is_empty() && service.most_replicas() > service.replicas {
        let message =
            "a service with volumes is not scaled by its load: a new pod starts without data";
        let mut diagnostic = Diagnostic::in_spec(
            Code::ExclusiveSettings,
            at("max_replicas"),
            message,
            "set `replicas`, or leave the volumes out",
        );
        diagnostic = diagnostic.and(at("volumes"));
        out.push(diagnostic);
    }
    paths(service, at, out);
    for name in
        service.volumes.keys().filter(|name| *name == "files" || name.starts_with("writable-"))
    {
        let message =
            format!("`{name}` is what a volume is called that follows from `files` or `writable`");
        out.push(Diagnostic::in_spec(
            Code::DuplicateName,
            at(&format!("volumes.{name}")),
            message,
            "rename it",
        ));
    }
}

/// Nothing is mounted over something else: the API server refuses two mounts of one path.
fn paths(service: &Service, at: &impl Fn(&str) -> String, out: &mut Vec<Diagnostic<SpecPath>>) {
    let writable = service
        .writable
        .iter()
        .enumerate()
        .map(|(i, path)| (path.as_str(), format!("writable.{i}")));
    let volumes = service
        .volumes
        .iter()
        .map(|(name, volume)| (volume.path.as_str(), format!("volumes.{name}.path")));
    let files = service
        .files
        .keys()
        .filter(|path| !file_key(path).is_empty())
        .map(|path| (path.as_str(), format!("files.{}", segment(path))));
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for (path, field) in writable.chain(volumes).chain(files) {
        if let Some(first) = seen.insert(path, at(&field)) {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                at(&field),
                format!("two things stand at `{path}`"),
                "move one of them",
            );
            diagnostic = diagnostic.and(first);
            out.push(diagnostic);
        }
    }
}

/// Volume claims: objects with `name`, `path`, `size` and `class`.
pub(super) fn claims(service: &Service) -> Value {
    let claim = |(name, volume): (&String, &Volume)| json!({"name": name, "path": volume.path, "size": volume.size, "class": volume.class});
    service.volumes.iter().map(claim).collect()
}

pub(super) fn view(service: &Service, view: &mut View) {
    let stateful = !service.volumes.is_empty();
    view.set("has_volumes", stateful, [own("volumes")]);
    view.set("stateless", !stateful, [own("volumes")]);
    // Names of kube-state-metrics, which calls the replicas that are wanted differently for each.
    view.set("controller", if stateful { "statefulset" } else { "deployment" }, [own("volumes")]);
    view.set(
        "wanted_replicas",
        if stateful { "kube_statefulset_replicas" } else { "kube_deployment_spec_replicas" },
        [own("volumes")],
    );
}
