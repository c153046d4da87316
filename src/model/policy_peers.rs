//! Peers of a policy, as templates want them. Never decides who is one.

use super::wiring::Peer;
use crate::azure::metadata;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One rule per peer, with all its ports.
pub(crate) fn rules(ends: impl Iterator<Item = (Peer, u16)>) -> Value {
    let mut peers: BTreeMap<Peer, BTreeSet<u16>> = BTreeMap::new();
    for (peer, port) in ends {
        peers.entry(peer).or_default().insert(port);
    }
    peers.into_iter().map(|(peer, ports)| rule(&peer, &ports)).collect()
}

fn rule(peer: &Peer, ports: &BTreeSet<u16>) -> Value {
    match peer {
        Peer::Pods(pods) => {
            let labels: Value = pods
                .labels
                .iter()
                .map(|(key, value)| json!({"key": key, "value": value}))
                .collect();
            json!({"namespace": pods.namespace, "labels": labels, "cidr": "", "except": [], "ports": ports})
        }
        Peer::Range(cidr) => {
            json!({"namespace": "", "labels": [], "cidr": cidr, "except": metadata::inside(cidr), "ports": ports})
        }
        Peer::Host(_) => {
            json!({"namespace": "", "labels": [], "cidr": "0.0.0.0/0", "except": metadata::inside("0.0.0.0/0"), "ports": ports})
        }
    }
}
