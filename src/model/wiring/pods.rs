//! Who takes part in connections. Never says which.

use litemap::LiteMap;
use std::{ops::Deref, sync::Arc};

/// Labels by their keys.
type PodLabels = LiteMap<String, String>;

/// Pods, by namespace and labels. Every call holds those that it comes from, so all copies share
/// one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pods(Arc<Selected>);

/// What pods have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selected {
    /// Their namespace.
    pub namespace: String,
    /// Labels that they all carry.
    pub labels: PodLabels,
}

impl Pods {
    /// The pods of a namespace that carry all of some labels.
    pub fn new(namespace: &str, labels: impl IntoIterator<Item = (String, String)>) -> Pods {
        Pods(Arc::new(Selected {
            namespace: namespace.to_owned(),
            labels: labels.into_iter().collect(),
        }))
    }

    /// The pods of a workload that carries our name label.
    pub fn named(namespace: &str, name: &str) -> Pods {
        Pods::new(namespace, [("app.kubernetes.io/name".to_owned(), name.to_owned())])
    }
}

impl Deref for Pods {
    type Target = Selected;

    fn deref(&self) -> &Selected {
        &self.0
    }
}
