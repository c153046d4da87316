//! Connections by either end. Never decides what a call means.

use super::{Connection, Peer, Pods, Wiring};
use std::collections::BTreeMap;

/// All calls that found their endpoint, by either end.
#[derive(Debug, Default)]
pub struct Links {
    all: Vec<Connection>,
    from: BTreeMap<Pods, Vec<usize>>,
    to: BTreeMap<Peer, Vec<usize>>,
}

impl Links {
    /// The connections of an environment.
    pub fn new(wiring: &Wiring) -> Links {
        let mut links = Links::default();
        for connection in wiring.calls.iter().filter_map(|call| wiring.resolve(call).ok()) {
            let index = links.all.len();
            links.from.entry(connection.from.clone()).or_default().push(index);
            links.to.entry(connection.to.clone()).or_default().push(index);
            links.all.push(connection);
        }
        links
    }

    /// Every connection.
    pub fn iter(&self) -> impl Iterator<Item = &Connection> {
        self.all.iter()
    }

    /// What these pods connect to.
    pub fn from(&self, pods: &Pods) -> impl Iterator<Item = &Connection> {
        self.from.get(pods).into_iter().flatten().map(|i| &self.all[*i])
    }

    /// Who connects to this peer.
    pub fn to(&self, peer: &Peer) -> impl Iterator<Item = &Connection> {
        self.to.get(peer).into_iter().flatten().map(|i| &self.all[*i])
    }
}
