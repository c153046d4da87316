//! Peers of network policies, as values for templates.

use super::wiring::ConnectionPeer;
use crate::azure::metadata;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One rule per peer, with all its ports.
pub(crate) fn policy_rules(ends: impl Iterator<Item = (ConnectionPeer, u16)>) -> Value {
    let mut peers: BTreeMap<ConnectionPeer, BTreeSet<u16>> = BTreeMap::new();
    for (peer, port) in ends {
        peers.entry(peer).or_default().insert(port);
    }
    peers.into_iter().map(|(peer, ports)| rule(&peer, &ports)).collect()
}

fn rule(peer: &ConnectionPeer, ports: &BTreeSet<u16>) -> Value {
    match peer {
        ConnectionPeer::Pods(pods) => {
            let labels: Value = pods
                .labels
                .iter()
                .map(|(key, value)| json!({"key": key, "value": value}))
                .collect();
            json!({"namespace": pods.namespace, "labels": labels, "cidr": "", "except": [], "ports": ports})
        }
        ConnectionPeer::Range(cidr) => {
            json!({"namespace": "", "labels": [], "cidr": cidr, "except": metadata::inside(cidr), "ports": ports})
        }
        ConnectionPeer::Host(_) => {
            json!({"namespace": "", "labels": [], "cidr": "0.0.0.0/0", "except": metadata::inside("0.0.0.0/0"), "ports": ports})
        }
    }
}
