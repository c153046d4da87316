//! Interned values: facts are small, and a comparison of two is cheap.

use super::super::{
    network::PolicyPeer,
    selector::{LabelMap, Selector},
};
use indexmap::IndexSet;
use std::{
    borrow::Borrow,
    hash::Hash,
    sync::{Arc, Mutex},
};

/// Values by number. Numbers depend on the order of insertion and must not sort the output.
#[derive(Debug)]
struct InternPool<T: ?Sized>(Mutex<IndexSet<Arc<T>>>);

impl<T: ?Sized + Hash + Eq> Default for InternPool<T> {
    fn default() -> Self {
        InternPool(Mutex::default())
    }
}

impl<T: ?Sized + Hash + Eq> InternPool<T>
where
    Arc<T>: Borrow<T>,
{
    fn number(&self, value: &T) -> u32
    where
        for<'a> Arc<T>: From<&'a T>,
    {
        let mut set = self.0.lock().expect("no panic while held");
        let index = set.get_index_of(value).unwrap_or_else(|| set.insert_full(value.into()).0);
        u32::try_from(index).expect("fewer values than a u32 counts")
    }

    fn add(&self, value: T) -> u32
    where
        T: Sized,
    {
        let mut set = self.0.lock().expect("no panic while held");
        let index = set.get_index_of(&value).unwrap_or_else(|| set.insert_full(Arc::new(value)).0);
        u32::try_from(index).expect("fewer values than a u32 counts")
    }

    fn value(&self, number: u32) -> Option<Arc<T>> {
        self.0.lock().expect("no panic while held").get_index(number as usize).cloned()
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);)+
    };
}

ids! {
    /// An interned text.
    Name
    /// An interned selector.
    SelectorId
    /// Interned labels.
    LabelsId
    /// An interned peer of a network policy.
    PeerId
    /// An interned list of ports, such as `TCP/8080`.
    PortsId
}

/// All interned values of a run.
#[derive(Debug, Default)]
pub struct Interner {
    texts: InternPool<str>,
    selectors: InternPool<Selector>,
    labels: InternPool<LabelMap>,
    peers: InternPool<PolicyPeer>,
    ports: InternPool<Vec<String>>,
}

impl Interner {
    /// The number of a text.
    ///
    /// # Panics
    /// If there are more than 4 billion different texts.
    pub fn name(&self, text: &str) -> Name {
        Name(self.texts.number(text))
    }

    /// The text of a number.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn text(&self, name: Name) -> String {
        self.texts.value(name.0).map(|text| text.to_string()).unwrap_or_default()
    }

    pub(in crate::verify) fn selector_id(&self, selector: Selector) -> SelectorId {
        SelectorId(self.selectors.add(selector))
    }

    pub(in crate::verify) fn selector(&self, id: SelectorId) -> Arc<Selector> {
        self.selectors.value(id.0).unwrap_or_default()
    }

    pub(in crate::verify) fn labels_id(&self, labels: LabelMap) -> LabelsId {
        LabelsId(self.labels.add(labels))
    }

    pub(in crate::verify) fn labels(&self, id: LabelsId) -> Arc<LabelMap> {
        self.labels.value(id.0).unwrap_or_default()
    }

    pub(in crate::verify) fn peer_id(&self, peer: PolicyPeer) -> PeerId {
        PeerId(self.peers.add(peer))
    }

    pub(in crate::verify) fn peer(&self, id: PeerId) -> Arc<PolicyPeer> {
        self.peers.value(id.0).unwrap_or_else(|| Arc::new(PolicyPeer::Anyone))
    }

    pub(in crate::verify) fn ports_id(&self, ports: Vec<String>) -> PortsId {
        PortsId(self.ports.add(ports))
    }

    pub(in crate::verify) fn ports(&self, id: PortsId) -> Arc<Vec<String>> {
        self.ports.value(id.0).unwrap_or_default()
    }
}
