//! Pods as ends of connections.

use litemap::LiteMap;
use std::{ops::Deref, sync::Arc};

/// Labels by their keys.
type PodLabels = LiteMap<String, String>;

/// Pods by namespace and labels. Copies share one allocation, because each call contains its pods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pods(Arc<Selected>);

/// Namespace and labels that select pods.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selected {
    /// Their namespace.
    pub namespace: String,
    /// Common labels.
    pub labels: PodLabels,
}

impl Pods {
    /// Pods of a namespace with all of these labels.
    pub fn new(namespace: &str, labels: impl IntoIterator<Item = (String, String)>) -> Pods {
        Pods(Arc::new(Selected {
            namespace: namespace.to_owned(),
            labels: labels.into_iter().collect(),
        }))
    }

    /// Pods with the label `app.kubernetes.io/name`.
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
