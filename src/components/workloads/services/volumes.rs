//! Volumes of a service: one persistent volume per pod.

use super::Service;
use crate::components::workload::file_key;
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

/// A persistent volume for each pod (`volumeClaimTemplates`). Kubernetes refuses changes of
/// `volumeClaimTemplates`. After a change of this table, delete the `StatefulSet` with `kubectl
/// delete statefulset --cascade=orphan`; the GitOps engine creates it again. To grow existing
/// volumes, edit their `PersistentVolumeClaims` as well.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// `volumeMounts[].mountPath`.
    pub path: MountPath,
    /// `resources.requests.storage`.
    pub size: Memory,
    /// `storageClassName`. In a cluster with zones, `managed-csi` and `managed-csi-premium` of AKS
    /// replicate across zones. Declare your own class by `[assume.<name>]`, or add it by
    /// `[extra.<name>]`.
    pub class: Name,
}

/// Maximum length of the name of a `StatefulSet`: a label of its pods is the name with a revision.
/// Source: kubernetes/kubernetes issue 64023.
const MAX_NAME_LENGTH: usize = 52;

pub(super) fn check(
    service: &Service,
    name: &str,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if !service.volumes.is_empty() && name.len() > MAX_NAME_LENGTH {
        let message = format!(
            "`{name}` has {} characters; a service with volumes takes {MAX_NAME_LENGTH} at most",
            name.len()
        );
        let help = "shorten the name: a label of its pods contains it";
        diagnostics.push(Diagnostic::in_spec(Code::BadName, at("volumes"), message, help));
    }
    if !service.volumes.is_empty() && service.most_replicas() > service.replicas {
        let diagnostic = Diagnostic::in_spec(
            Code::ExclusiveSettings,
            at("max_replicas"),
            "a service with volumes is not scaled by its load: a new pod starts without data",
            "set `replicas`, or remove the volumes",
        );
        diagnostics.push(diagnostic.and(at("volumes")));
    }
    check_paths(service, at, diagnostics);
    let reserved = |name: &&String| *name == "files" || name.starts_with("writable-");
    for name in service.volumes.keys().filter(reserved) {
        let message = format!("a volume of `files` or `writable` has the name `{name}`");
        let path = at(&format!("volumes.{name}"));
        diagnostics.push(Diagnostic::in_spec(Code::DuplicateName, path, message, "rename it"));
    }
}

/// Reports two mounts at one path, which the API server refuses.
fn check_paths(
    service: &Service,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
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
            let diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                at(&field),
                format!("two volumes or files have the path `{path}`"),
                "change one of the paths",
            );
            diagnostics.push(diagnostic.and(first));
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
    // Labels and metrics of kube-state-metrics for each kind of workload.
    view.set("controller", if stateful { "statefulset" } else { "deployment" }, [own("volumes")]);
    view.set(
        "wanted_replicas",
        if stateful { "kube_statefulset_replicas" } else { "kube_deployment_spec_replicas" },
        [own("volumes")],
    );
}
