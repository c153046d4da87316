//! Errors in one service that a schema cannot find.

use super::{Service, expose, health, ports, slo, volumes};
use crate::components::workload::{file_key, validate::inverted};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{Env, image, text::FORMATS, wiring::segment};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(
    service: &Service,
    name: &str,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let path = format!("services.{name}");
    let at = |field: &str| format!("{path}.{field}");
    let workload = service.workload(name, &env.general().name);
    workload.validate(&path, service.namespace.as_ref(), env, diagnostics);
    check_replicas(service, &at, diagnostics);
    check_termination(service, &at, diagnostics);
    ports::check(service, &at, diagnostics);
    health::check(service, &path, diagnostics);
    check_files(service, &at, diagnostics);
    expose::check(service, name, env, diagnostics);
    slo::check(service, &at, diagnostics);
    volumes::check(service, name, &at, diagnostics);
    check_spot(service, &at, env, diagnostics);
    check_image(service, &at, env, diagnostics);
}

/// Reports an image without a registry that can be on Docker Hub.
fn check_image(
    service: &Service,
    at: &impl Fn(&str) -> String,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if !service.image.is_own() {
        return;
    }
    let namespaces = env.shared.registry.repository_namespaces.iter().map(String::as_str);
    let services = env.shared.services.keys().map(String::as_str);
    let spaces = env.wiring.namespaces.keys().map(String::as_str);
    let own: BTreeSet<&str> =
        namespaces.chain(services).chain(spaces).chain([env.general().name.as_str()]).collect();
    let image = service.image.as_str();
    if let Some(public) = image::on_docker_hub(image, &own) {
        let host = &env.single_resource("registry").host;
        let message = format!(
            "`{image}` names no registry: it is on Docker Hub or in the registry of the platform"
        );
        let help =
            format!("write `{public}`, or `{host}/{image}` for the registry of the platform");
        diagnostics.push(Diagnostic::in_spec(Code::AmbiguousImage, at("image"), message, help));
    }
}

/// Reports `spot` in a cluster without spot nodes.
fn check_spot(
    service: &Service,
    at: &impl Fn(&str) -> String,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if service.spot && !env.shared.cluster.has_spot_nodes {
        let diagnostic = Diagnostic::in_spec(
            Code::UnsuitableNodePool,
            at("spot"),
            "there is no pool of spot nodes",
            "set `spot = true` on one of `cluster.pools`, or remove this key",
        );
        diagnostics.push(diagnostic.and("cluster.pools"));
    }
}

fn check_replicas(
    service: &Service,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if service.max_replicas.is_some_and(|max| max < service.replicas) {
        diagnostics.push(inverted("max_replicas", "replicas", at));
    }
}

/// Reports a `preStop` sleep that leaves no time to terminate.
fn check_termination(
    service: &Service,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if service.termination_grace_seconds <= service.pre_stop_seconds {
        let diagnostic = Diagnostic::in_spec(
            Code::InvertedLimits,
            at("pre_stop_seconds"),
            "`pre_stop_seconds` is not less than `termination_grace_seconds`: the process is killed without time to terminate",
            "raise `termination_grace_seconds`, or lower `pre_stop_seconds`",
        );
        diagnostics.push(diagnostic.and(at("termination_grace_seconds")));
    }
}

/// Reports relative paths, and two files with one key in the `ConfigMap`.
fn check_files(
    service: &Service,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let format = FORMATS.iter().find(|f| f.name == "mount-path").map(|f| f.is);
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for path in service.files.keys() {
        let field = at(&format!("files.{}", segment(path)));
        if !format.is_some_and(|is| is(path)) {
            let message = format!("`{path}` is not an absolute path");
            let help = "start it with `/`, without `..`";
            diagnostics.push(Diagnostic::in_spec(Code::BadName, &field, message, help));
        }
        if let Some(first) = seen.insert(file_key(path), field.clone()) {
            let message = format!("two files would be `{}` in the ConfigMap", file_key(path));
            let help = "rename one of them";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, field, message, help);
            diagnostics.push(diagnostic.and(first));
        }
    }
}
