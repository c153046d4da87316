//! Ports of operators that others must reach. Never a port of a service.

use std::collections::BTreeMap;

/// A port of an operator that others must reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowedPort {
    /// What it is for; names the policy.
    pub name: String,
    /// The labels of the operator's pods.
    pub labels: BTreeMap<String, String>,
    /// The container port.
    pub port: u16,
    /// `TCP`, `UDP` or both.
    pub protocols: &'static [&'static str],
    /// Who.
    pub from: PortSource,
}

/// Who reaches a port of an operator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortSource {
    /// Anyone: the API server's address cannot be selected.
    Anyone,
    /// Prometheus.
    Prometheus,
    /// Pods of the same namespace, by their labels.
    SameNamespace(BTreeMap<String, String>),
}

impl AllowedPort {
    /// A port that anyone may reach, of the pods of this name.
    pub fn anyone(name: &str, app: &str, port: u16) -> AllowedPort {
        AllowedPort {
            name: name.to_owned(),
            labels: labelled(app),
            port,
            protocols: &["TCP"],
            from: PortSource::Anyone,
        }
    }

    /// A port with metrics, of the pods of this name.
    pub fn prometheus(name: &str, app: &str, port: u16) -> AllowedPort {
        AllowedPort { from: PortSource::Prometheus, ..AllowedPort::anyone(name, app, port) }
    }

    /// A port that the pods of another name in the same namespace reach.
    pub fn from_same_namespace(name: &str, app: &str, port: u16, from: &str) -> AllowedPort {
        AllowedPort {
            from: PortSource::SameNamespace(labelled(from)),
            ..AllowedPort::anyone(name, app, port)
        }
    }

    /// A port that replicas reach each other by, over TCP and UDP.
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
