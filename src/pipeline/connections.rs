//! Every connection that a spec declares, as plain rows. Never looks at a policy.

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
        /// Their namespace.
        namespace: String,
        /// Labels that they carry.
        labels: BTreeMap<String, String>,
    },
    /// Addresses outside the cluster.
    Range {
        /// The network.
        cidr: String,
        /// What of it stays closed: the metadata addresses of Azure.
        except: Vec<String>,
    },
    /// A host outside the cluster, by name.
    Host(String),
    /// Every workload that aksgen renders.
    Workloads,
    /// Anyone, inside the cluster or outside.
    Anyone,
}

/// A connection that the spec declares.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionRow {
    /// The environment.
    pub environment: String,
    /// Who opens it.
    pub from: ConnectionEnd,
    /// To whom.
    pub to: ConnectionEnd,
    /// `TCP` or `UDP`.
    pub protocol: &'static str,
    /// The port of the pod, not of its Service.
    pub port: u16,
    /// The spec path that says so; absent for what every cluster needs.
    pub because: Option<String>,
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

/// Every declared connection, by environment.
///
/// # Errors
/// What is wrong with the spec.
pub fn connections(request: &Request) -> Result<Vec<ConnectionRow>, Vec<crate::diag::Diagnostic>> {
    let input = Input::load(request)?;
    let mut out = vec![];
    for env in &input.envs {
        let said = declared::of(env);
        let mut add = |from: ConnectionEnd, to: ConnectionEnd, protocol, port, because| {
            out.push(ConnectionRow {
                environment: env.name.clone(),
                from,
                to,
                protocol,
                port,
                because,
            });
        };
        for connection in &said.connections {
            let to = match connection.to {
                ConnectionPeer::Pods(far) => pods(far),
                ConnectionPeer::Range(cidr) => range(cidr),
                ConnectionPeer::Host(host) if said.fqdn_policies => {
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
        said.scraped.iter().for_each(|(from, to, protocol, port)| {
            add(pods(from), pods(to), protocol, *port, Some("prometheus".into()));
        });
        said.open
            .iter()
            .for_each(|(far, port)| add(ConnectionEnd::Anyone, pods(far), "TCP", *port, None));
        ["TCP", "UDP"].into_iter().for_each(|protocol| {
            add(ConnectionEnd::Workloads, pods(&said.dns), protocol, 53, None)
        });
    }
    Ok(out)
}
