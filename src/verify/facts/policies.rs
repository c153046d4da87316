//! Network policies as rows. Models what we render: pods by labels in a namespace by name, ranges,
//! hosts.

use super::{Collector, Relation, table::labels};
use serde_json::{Map, Value};

/// The label that the API server puts on every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The rows of a policy.
pub(super) fn collect(object: &Value, kind: &str, namespace: &str, out: &mut Collector<'_>) {
    match kind {
        "NetworkPolicy" => native(&object["spec"], namespace, out),
        "CiliumNetworkPolicy" => cilium(&object["spec"], namespace, out),
        _ => {}
    }
}

fn native(spec: &Value, namespace: &str, out: &mut Collector<'_>) {
    let own = selector(&spec["podSelector"]);
    let types = types(spec);
    for (kind, rules, peers, isolates, allows) in [
        ("Ingress", "ingress", "from", Relation::IsolatesIn, Relation::AllowsIn),
        ("Egress", "egress", "to", Relation::IsolatesOut, Relation::AllowsOut),
    ] {
        if !types.contains(&kind) {
            continue;
        }
        out.add(isolates, "/spec/policyTypes", namespace, [&own, "", ""]);
        for (i, rule) in spec[rules].as_array().into_iter().flatten().enumerate() {
            let ports = ports(&rule["ports"]);
            match rule[peers].as_array() {
                Some(list) if !list.is_empty() => {
                    for (j, peer) in list.iter().enumerate() {
                        out.add(
                            allows,
                            &format!("/spec/{rules}/{i}/{peers}/{j}"),
                            namespace,
                            [&own, &native_peer(peer, namespace), &ports],
                        );
                    }
                }
                _ => {
                    out.add(allows, &format!("/spec/{rules}/{i}"), namespace, [&own, "any", &ports])
                }
            }
        }
    }
}

/// The directions that a policy isolates. The API server fills in what is not said: always
/// incoming, outgoing if there are such rules.
fn types(spec: &Value) -> Vec<&str> {
    let said: Vec<&str> =
        spec["policyTypes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let egress = spec["egress"].as_array().is_some_and(|rules| !rules.is_empty());
    match (said.is_empty(), egress) {
        (false, _) => said,
        (true, false) => vec!["Ingress"],
        (true, true) => vec!["Ingress", "Egress"],
    }
}

fn native_peer(peer: &Value, own: &str) -> String {
    if let Some(cidr) = peer["ipBlock"]["cidr"].as_str() {
        let except: Vec<&str> = peer["ipBlock"]["except"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        return format!("range {cidr} {}", except.join(","));
    }
    let namespaces = &peer["namespaceSelector"];
    let pods = selector(&peer["podSelector"]);
    match namespaces.as_object() {
        None => format!("pods {own} {pods}"),
        Some(_) => match namespaces["matchLabels"]
            .as_object()
            .filter(|l| l.len() == 1)
            .and_then(|l| l.get(NAMESPACE_NAME))
            .and_then(Value::as_str)
        {
            Some(name) => format!("pods {name} {pods}"),
            None => format!("namespaces {} {pods}", selector(namespaces)),
        },
    }
}

/// The part of Cilium's policies that we render: an endpoint, hosts, and the DNS that they need.
fn cilium(spec: &Value, namespace: &str, out: &mut Collector<'_>) {
    let own = selector(&spec["endpointSelector"]);
    for (i, rule) in spec["egress"].as_array().into_iter().flatten().enumerate() {
        out.add(Relation::IsolatesOut, "/spec/egress", namespace, [&own, "", ""]);
        let ports: Vec<String> =
            rule["toPorts"].as_array().into_iter().flatten().map(|p| ports(&p["ports"])).collect();
        for host in
            rule["toFQDNs"].as_array().into_iter().flatten().filter_map(|h| h["matchName"].as_str())
        {
            out.add(
                Relation::AllowsOut,
                &format!("/spec/egress/{i}/toFQDNs"),
                namespace,
                [&own, &format!("host {host}"), &ports.join(",")],
            );
        }
        for endpoint in rule["toEndpoints"].as_array().into_iter().flatten() {
            let mut labels_of: Map<String, Value> =
                endpoint["matchLabels"].as_object().cloned().unwrap_or_default();
            let name = labels_of.shift_remove("k8s:io.kubernetes.pod.namespace");
            let plain: Map<String, Value> = labels_of
                .into_iter()
                .map(|(k, v)| (k.trim_start_matches("k8s:").to_owned(), v))
                .collect();
            let peer = format!(
                "pods {} {}",
                name.as_ref().and_then(Value::as_str).unwrap_or(namespace),
                labels(&plain)
            );
            out.add(
                Relation::AllowsOut,
                &format!("/spec/egress/{i}/toEndpoints"),
                namespace,
                [&own, &peer, &ports.join(",")],
            );
        }
    }
}

fn selector(value: &Value) -> String {
    value["matchLabels"].as_object().map(labels).unwrap_or_default()
}

/// `TCP/8080,UDP/53`; empty for all.
fn ports(value: &Value) -> String {
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
    value.as_array().into_iter().flatten().flat_map(one).collect::<Vec<_>>().join(",")
}
