//! Ports of operators that others must reach. Never a port of a service.

use std::collections::BTreeMap;

/// A port of an operator that others must reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// What it is for; names the policy.
    pub name: String,
    /// The labels of the operator's pods.
    pub labels: BTreeMap<String, String>,
    /// The container port.
    pub port: u16,
    /// `TCP`, `UDP` or both.
    pub protocols: &'static [&'static str],
    /// Who.
    pub from: Visitor,
}

/// Who reaches a port of an operator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visitor {
    /// Anyone: the API server's address cannot be selected.
    Anyone,
    /// Prometheus.
    Prometheus,
    /// Pods of the same namespace, by their labels.
    Beside(BTreeMap<String, String>),
}

impl Opening {
    /// A port that anyone may reach, of the pods of this name.
    pub fn anyone(name: &str, app: &str, port: u16) -> Opening {
        Opening {
            name: name.to_owned(),
            labels: labelled(app),
            port,
            protocols: &["TCP"],
            from: Visitor::Anyone,
        }
    }

    /// A port with metrics, of the pods of this name.
    pub fn prometheus(name: &str, app: &str, port: u16) -> Opening {
        Opening { from: Visitor::Prometheus, ..Opening::anyone(name, app, port) }
    }

    /// A port that the pods of another name in the same namespace reach.
    pub fn beside(name: &str, app: &str, port: u16, from: &str) -> Opening {
        Opening { from: Visitor::Beside(labelled(from)), ..Opening::anyone(name, app, port) }
    }

    /// A port that replicas reach each other by, over TCP and UDP.
    pub fn replicas(name: &str, app: &str, port: u16) -> Opening {
        Opening { protocols: &["TCP", "UDP"], ..Opening::beside(name, app, port, app) }
    }
}

fn labelled(app: &str) -> BTreeMap<String, String> {
    [("app.kubernetes.io/name".to_owned(), app.to_owned())].into()
}
