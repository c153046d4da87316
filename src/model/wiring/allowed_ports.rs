//! Ports of operators that network policies must allow.

use std::collections::BTreeMap;

/// A port of an operator that network policies must allow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowedPort {
    /// Its purpose, which names the policy.
    pub name: String,
    /// Labels of the pods of the operator.
    pub labels: BTreeMap<String, String>,
    /// The container port.
    pub port: u16,
    /// `TCP`, `UDP` or both.
    pub protocols: &'static [&'static str],
    /// Allowed clients.
    pub from: PortSource,
}

/// Clients that reach a port of an operator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortSource {
    /// Any client, because no policy can select the address of the API server.
    Anyone,
    /// Prometheus.
    Prometheus,
    /// Pods of the same namespace, by their labels.
    SameNamespace(BTreeMap<String, String>),
}

impl AllowedPort {
    /// A port of the pods named `app` that any client can reach.
    pub fn anyone(name: &str, app: &str, port: u16) -> AllowedPort {
        AllowedPort {
            name: name.to_owned(),
            labels: labelled(app),
            port,
            protocols: &["TCP"],
            from: PortSource::Anyone,
        }
    }

    /// A port of the pods named `app` that Prometheus scrapes.
    pub fn prometheus(name: &str, app: &str, port: u16) -> AllowedPort {
        AllowedPort { from: PortSource::Prometheus, ..AllowedPort::anyone(name, app, port) }
    }

    /// A port of the pods named `app` that the pods named `from` in the same namespace reach.
    pub fn from_same_namespace(name: &str, app: &str, port: u16, from: &str) -> AllowedPort {
        AllowedPort {
            from: PortSource::SameNamespace(labelled(from)),
            ..AllowedPort::anyone(name, app, port)
        }
    }

    /// A port over which the replicas named `app` reach each other by TCP and UDP.
    pub fn replicas(name: &str, app: &str, port: u16) -> AllowedPort {
        AllowedPort {
            protocols: &["TCP", "UDP"],
            ..AllowedPort::from_same_namespace(name, app, port, app)
        }
    }
}

fn labelled(app: &str) -> BTreeMap<String, String> {
    [("app.kubernetes.io/name".to_owned(), app.to_owned())].into()
}
