//! Facts of network policies.

use super::{Allows, Collector, Direction, Isolates, cilium};
use crate::{
    kinds::NetworkPolicy,
    verify::{network::PolicyPeer, selector::Selector},
};
use serde_json::Value;

/// Label that the API server adds to every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The isolation and the allowed connections of a policy.
pub(super) fn collect(
    object: &Value,
    format: NetworkPolicy,
    namespace: &str,
    out: &mut Collector<'_>,
) {
    match format {
        NetworkPolicy::Kubernetes => native(&object["spec"], namespace, out),
        NetworkPolicy::Cilium => cilium::collect(object, namespace, out),
        NetworkPolicy::None => {}
    }
}

pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    list(value).filter_map(Value::as_str)
}

fn native(spec: &Value, namespace: &str, out: &mut Collector<'_>) {
    let selector = out.names.selector_id(Selector::read(&spec["podSelector"]));
    let types = types(spec);
    for (kind, rules, peers, direction) in
        [("Ingress", "ingress", "from", Direction::In), ("Egress", "egress", "to", Direction::Out)]
    {
        if !types.contains(&kind) {
            continue;
        }
        out.add("/spec/policyTypes", namespace, Isolates { direction, selector });
        for (i, rule) in list(&spec[rules]).enumerate() {
            let ports = out.names.ports_id(ports(&rule["ports"]));
            let mut allow = |at: String, peer: PolicyPeer| {
                let peer = out.names.peer_id(peer);
                out.add(&at, namespace, Allows { direction, selector, peer, ports });
            };
            for (j, peer) in list(&rule[peers]).enumerate() {
                allow(format!("/spec/{rules}/{i}/{peers}/{j}"), native_peer(peer, namespace));
            }
            if list(&rule[peers]).next().is_none() {
                allow(format!("/spec/{rules}/{i}"), PolicyPeer::Anyone);
            }
        }
    }
}

/// Directions that a policy isolates. By default the API server isolates incoming connections, and
/// outgoing ones if there are rules for them.
fn types(spec: &Value) -> Vec<&str> {
    let given: Vec<&str> = texts(&spec["policyTypes"]).collect();
    let egress = list(&spec["egress"]).next().is_some();
    match (given.is_empty(), egress) {
        (false, _) => given,
        (true, false) => vec!["Ingress"],
        (true, true) => vec!["Ingress", "Egress"],
    }
}

fn native_peer(peer: &Value, own: &str) -> PolicyPeer {
    let block = &peer["ipBlock"];
    if let Some(cidr) = block["cidr"].as_str() {
        let except = texts(&block["except"]).map(str::to_owned).collect();
        return PolicyPeer::Range { cidr: cidr.to_owned(), except };
    }
    let selector = Selector::read(&peer["podSelector"]);
    if !peer["namespaceSelector"].is_object() {
        return PolicyPeer::Pods { namespace: own.to_owned(), selector };
    }
    let namespaces = Selector::read(&peer["namespaceSelector"]);
    match namespaces.value(NAMESPACE_NAME).map(str::to_owned) {
        Some(namespace) if namespaces.clone().without(NAMESPACE_NAME).is_empty() => {
            PolicyPeer::Pods { namespace, selector }
        }
        _ => PolicyPeer::Namespaces(namespaces),
    }
}

/// Ports such as `TCP/8080` and `UDP/53`; an empty list for all.
pub(super) fn ports(value: &Value) -> Vec<String> {
    let one = |port: &Value| {
        let number = port["port"]
            .as_u64()
            .map(|n| n.to_string())
            .or_else(|| port["port"].as_str().map(str::to_owned))
            .unwrap_or_default();
        let end = port["endPort"].as_u64().map(|n| format!("-{n}")).unwrap_or_default();
        let protocols = match port["protocol"].as_str() {
            Some("ANY") => vec!["TCP", "UDP"],
            Some(other) => vec![other],
            None => vec!["TCP"],
        };
        protocols.into_iter().map(|p| format!("{p}/{number}{end}")).collect::<Vec<_>>()
    };
    list(value).flat_map(one).collect()
}
