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
    /// From Prometheus only; otherwise from anywhere: the API server's address cannot be selected.
    pub scrape: bool,
}

impl Opening {
    /// A port that anyone may reach, of the pods of this name.
    pub fn anyone(name: &str, app: &str, port: u16) -> Opening {
        let labels = [("app.kubernetes.io/name".to_owned(), app.to_owned())].into();
        Opening { name: name.to_owned(), labels, port, scrape: false }
    }

    /// A port with metrics, of the pods of this name.
    pub fn prometheus(name: &str, app: &str, port: u16) -> Opening {
        Opening { scrape: true, ..Opening::anyone(name, app, port) }
    }
}
