//! Connections that a spec declares. Network policies are not read.

use super::{Input, Request, declared};
use crate::{
    azure::metadata,
    model::wiring::{ConnectionPeer, Pods},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionEnd {
    /// Pods with these labels in a namespace.
    Pods {
        /// Namespace.
        namespace: String,
        /// Labels.
        labels: BTreeMap<String, String>,
    },
    /// Addresses outside the cluster.
    Range {
        /// CIDR range.
        cidr: String,
        /// Excluded addresses: the metadata endpoints of Azure.
        except: Vec<String>,
    },
    /// A host name outside the cluster.
    Host(String),
    /// All workloads that aksgen renders.
    Workloads,
    /// Any address, inside or outside the cluster.
    Anyone,
}

/// A connection that the spec declares.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionRow {
    /// The environment.
    pub environment: String,
    /// Source.
    pub from: ConnectionEnd,
    /// Destination.
    pub to: ConnectionEnd,
    /// `TCP` or `UDP`.
    pub protocol: &'static str,
    /// Port of the pod, not of the Service.
    pub port: u16,
    /// Spec path that declares the connection; absent for connections of every cluster.
    pub source: Option<String>,
}

fn pods(pods: &Pods) -> ConnectionEnd {
    ConnectionEnd::Pods {
        namespace: pods.namespace.clone(),
        labels: pods.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}

fn range(cidr: &str) -> ConnectionEnd {
    ConnectionEnd::Range {
        cidr: cidr.to_owned(),
        except: metadata::inside(cidr).iter().map(ToString::to_string).collect(),
    }
}

/// Declared connections by environment.
///
/// # Errors
/// Diagnostics of the spec.
pub fn connections(request: &Request) -> Result<Vec<ConnectionRow>, Vec<crate::diag::Diagnostic>> {
    let input = Input::load(request)?;
    let mut rows = vec![];
    for env in &input.envs {
        let declared = declared::of(env);
        let mut add = |from: ConnectionEnd, to: ConnectionEnd, protocol, port, source| {
            rows.push(ConnectionRow {
                environment: env.name.clone(),
                from,
                to,
                protocol,
                port,
                source,
            });
        };
        for connection in &declared.connections {
            let to = match connection.to {
                ConnectionPeer::Pods(far) => pods(far),
                ConnectionPeer::Range(cidr) => range(cidr),
                ConnectionPeer::Host(host) if declared.fqdn_policies => {
                    ConnectionEnd::Host(host.clone())
                }
                ConnectionPeer::Host(_) => range("0.0.0.0/0"),
            };
            add(
                pods(connection.from),
                to,
                "TCP",
                connection.port,
                Some(connection.source.replace('\0', ".")),
            );
        }
        declared.scraped.iter().for_each(|(from, to, protocol, port)| {
            add(pods(from), pods(to), protocol, *port, Some("prometheus".into()));
        });
        declared
            .open
            .iter()
            .for_each(|(far, port)| add(ConnectionEnd::Anyone, pods(far), "TCP", *port, None));
        ["TCP", "UDP"].into_iter().for_each(|protocol| {
            add(ConnectionEnd::Workloads, pods(&declared.dns), protocol, 53, None);
        });
    }
    Ok(rows)
}
