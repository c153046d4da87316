//! Ports below 1024 of containers without root.

use super::pods;
use crate::diag::{Code, Diagnostic, JsonPointer};
use serde_json::Value;

/// The lowest port that every process may open.
const UNPRIVILEGED: u64 = 1024;

/// Ports that the kernel does not let a container open.
pub(super) fn validate(object: &Value) -> Vec<Diagnostic<JsonPointer>> {
    let mut diagnostics = vec![];
    pods::visit(object, &mut |pod, prefix| {
        let spec = &pod["spec"];
        if spec["hostNetwork"] == true {
            return;
        }
        let first = first_open(spec);
        for (index, container) in list(&spec["containers"]).enumerate() {
            if is_without_root(spec, container) && !may_bind(container) {
                let at = format!("{prefix}/spec/containers/{index}/ports");
                diagnostics.extend(closed(container, first, &at));
            }
        }
    });
    diagnostics
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// First port that a process without root may open.
fn first_open(spec: &Value) -> u64 {
    let sysctls = list(&spec["securityContext"]["sysctls"]);
    let mut named =
        sysctls.filter(|sysctl| sysctl["name"] == "net.ipv4.ip_unprivileged_port_start");
    let value = named.next().and_then(|sysctl| sysctl["value"].as_str()?.parse().ok());
    value.unwrap_or(UNPRIVILEGED)
}

/// The security context of the container overrides that of the pod.
fn is_without_root(spec: &Value, container: &Value) -> bool {
    let field = |name: &str| {
        let own = &container["securityContext"][name];
        if own.is_null() { &spec["securityContext"][name] } else { own }
    };
    match field("runAsUser").as_u64() {
        Some(user) => user > 0,
        None => field("runAsNonRoot") == true,
    }
}

/// A file capability opens the port, unless privileges may not grow.
fn may_bind(container: &Value) -> bool {
    let context = &container["securityContext"];
    let added = list(&context["capabilities"]["add"]).any(|name| name == "NET_BIND_SERVICE");
    added && context["allowPrivilegeEscalation"] != false
}

fn closed(container: &Value, first: u64, at: &str) -> Vec<Diagnostic<JsonPointer>> {
    let ports = list(&container["ports"]).enumerate();
    let numbers = ports.filter_map(|(index, port)| Some((index, port["containerPort"].as_u64()?)));
    let low = numbers.filter(|(_, number)| *number < first);
    low.map(|(index, number)| {
        let message = format!("a process without root cannot open port {number}");
        Diagnostic::new(Code::PrivilegedPort, message)
            .help("use a port above 1023, or set the sysctl `net.ipv4.ip_unprivileged_port_start` to \"0\"")
            .at(JsonPointer(format!("{at}/{index}/containerPort")))
    })
    .collect()
}
