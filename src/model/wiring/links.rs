//! Connections by either end.

use super::{Call, Connection, ConnectionPeer, Pods, Wiring};
use std::collections::BTreeMap;

/// Indices of calls with an endpoint, by either end.
#[derive(Debug, Default)]
pub struct Links {
    from: BTreeMap<Pods, Vec<u32>>,
    to: BTreeMap<ConnectionPeer, Vec<u32>>,
}

impl Links {
    /// The connections of an environment.
    pub fn new(wiring: &Wiring) -> Links {
        let mut links = Links::default();
        for (index, call) in (0..).zip(&wiring.calls) {
            let Ok(connection) = wiring.resolve(call) else { continue };
            links.from.entry(connection.from.clone()).or_default().push(index);
            links.to.entry(connection.to.clone()).or_default().push(index);
        }
        links
    }
}

impl Wiring {
    /// All connections.
    pub fn connections(&self) -> impl Iterator<Item = Connection<'_>> {
        self.calls.iter().filter_map(|call| self.resolve(call).ok())
    }

    /// Connections that start at these pods.
    pub fn connections_from<'a>(
        &'a self,
        pods: &Pods,
        links: &'a Links,
    ) -> impl Iterator<Item = Connection<'a>> {
        links
            .from
            .get(pods)
            .into_iter()
            .flatten()
            .filter_map(|index| self.resolve(self.call(*index)).ok())
    }

    /// Connections that end at this peer.
    pub fn connections_to<'a>(
        &'a self,
        peer: &ConnectionPeer,
        links: &'a Links,
    ) -> impl Iterator<Item = Connection<'a>> {
        links
            .to
            .get(peer)
            .into_iter()
            .flatten()
            .filter_map(|index| self.resolve(self.call(*index)).ok())
    }

    fn call(&self, index: u32) -> &Call {
        &self.calls[index as usize]
    }
}
