//! Addresses of hosts in the cluster, in variables of pods.

use super::{Collector, place::walk};
use crate::kinds::Address;
use serde_json::Value;

/// End of the names of Services.
const SERVICES: &str = ".svc";

/// Domain of the cluster.
const DOMAIN: &str = ".cluster.local";

/// Schemes of addresses whose host is in the DNS.
const SCHEMES: [&str; 18] = [
    "http",
    "https",
    "ws",
    "wss",
    "grpc",
    "grpcs",
    "tcp",
    "udp",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "nats",
    "postgres",
    "postgresql",
    "mysql",
    "mongodb",
    "kafka",
];

/// Adds the addresses in the variables of a pod template.
pub(super) fn of_pod(template: &Value, prefix: &str, namespace: &str, out: &mut Collector<'_>) {
    for pattern in ["/spec/containers/*/env/*", "/spec/initContainers/*/env/*"] {
        walk(template, pattern, &mut vec![], &mut |place| {
            let variable = place.text("name").unwrap_or_default();
            let at = format!("{prefix}{}/value", place.pointer());
            add(variable, place.text("value"), &at, namespace, out);
        });
    }
}

/// Adds the addresses in the values of a `ConfigMap`.
pub(super) fn of_settings(object: &Value, namespace: &str, out: &mut Collector<'_>) {
    walk(object, "/data/*", &mut vec![], &mut |place| {
        add(&place.key(), place.value.as_str(), &place.pointer(), namespace, out);
    });
}

/// Longest text that is read as a variable: files in a `ConfigMap` are longer.
const LONGEST: usize = 2048;

fn add(variable: &str, text: Option<&str>, at: &str, namespace: &str, out: &mut Collector<'_>) {
    let found = text.filter(|text| text.len() < LONGEST).into_iter().flat_map(addresses);
    for (scheme, host, port) in found {
        let [scheme, host, port, variable] =
            [scheme, host, port, variable].map(|text| out.names.name(text));
        out.relation(at, namespace, Address { host, port, scheme, variable });
    }
}

/// Hosts of the cluster in a text, each as scheme, host and port. Scheme and port can be empty.
fn addresses(text: &str) -> Vec<(&str, &str, &str)> {
    let separators = |c: char| c.is_whitespace() || ",;\"'<>()[]{}=|".contains(c);
    text.split(separators).filter_map(address).collect()
}

/// A host of the cluster with its port: the authority of an address with a scheme, or a host with a
/// port.
fn address(word: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = word.split_once("://").map_or(("", word), |(scheme, rest)| (scheme, rest));
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_known = scheme.is_empty() || SCHEMES.contains(&scheme.trim_start_matches("jdbc:"));
    if !is_known || !(port.is_empty() || is_number) || !is_in_cluster(host) {
        return None;
    }
    let is_full = service(host).is_some_and(|(_, namespace)| !namespace.is_empty());
    (is_full || !scheme.is_empty() || is_number).then_some((scheme, host, port))
}

/// A single label, a name with `.svc`, or two labels, which can be a Service and its namespace.
fn is_in_cluster(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        label.starts_with(|c: char| c.is_ascii_lowercase())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host != "localhost"
        && labels.iter().all(is_label)
        && (labels.len() <= 2 || service(host).is_some())
}

/// Service and namespace of a host; an empty namespace for a single label.
pub(in crate::verify) fn service(host: &str) -> Option<(&str, &str)> {
    let inside = host.strip_suffix(DOMAIN).unwrap_or(host);
    let Some(full) = inside.strip_suffix(SERVICES) else {
        return (!host.contains('.')).then_some((host, ""));
    };
    // A pod of a StatefulSet has a label in front.
    let mut labels = full.rsplit('.');
    let namespace = labels.next()?;
    Some((labels.next()?, namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_cluster_are_found_in_texts() {
        for (text, wanted) in [
            ("http://orders:8080/a", vec![("http", "orders", "8080")]),
            ("orders:8080,cart:90", vec![("", "orders", "8080"), ("", "cart", "90")]),
            ("orders.shop.svc.cluster.local", vec![("", "orders.shop.svc.cluster.local", "")]),
            (
                "jdbc:postgresql://db.shop.svc:5432/a?x=1",
                vec![("jdbc:postgresql", "db.shop.svc", "5432")],
            ),
            ("http://orders.shop", vec![("http", "orders.shop", "")]),
            ("http://localhost:80", vec![]),
            ("https://api.example.com", vec![]),
            ("s3://bucket/path", vec![]),
            ("orders", vec![]),
            ("a=b", vec![]),
            ("10.0.0.1:80", vec![]),
            ("Label:80", vec![]),
            ("http://$(HOST):80", vec![]),
        ] {
            assert_eq!(addresses(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_host_names_a_service() {
        for (host, wanted) in [
            ("orders", Some(("orders", ""))),
            ("orders.shop.svc", Some(("orders", "shop"))),
            ("orders-0.orders.shop.svc.cluster.local", Some(("orders", "shop"))),
            ("orders.shop", None),
            ("svc", Some(("svc", ""))),
            ("api.example.com", None),
        ] {
            assert_eq!(service(host), wanted, "{host}");
        }
    }
}
