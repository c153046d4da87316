//! Secrets that people add to stores, and the references that read them.

use super::{SpecKey, Wiring};

/// Key of the text in a Secret. A store of Kubernetes reads one key of a Secret.
const VALUE: &str = "value";

/// A secret that a person must add to a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequiredSecret {
    /// The store.
    pub store: String,
    /// Its name in the store.
    pub secret: String,
    /// Its form.
    pub form: Form,
    /// Namespace and name of its reader.
    pub reader: (String, String),
    /// The spec path that names it.
    pub source: SpecKey,
}

/// Form of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A text.
    Text,
    /// A certificate with its private key.
    Certificate,
}

impl Form {
    /// Keys of a Secret of this form.
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Form::Text => &[VALUE],
            Form::Certificate => &["tls.crt", "tls.key"],
        }
    }
}

/// Reference to a secret in its store, as `remoteRef` of an ExternalSecret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// `remoteRef.key`: its name in the store.
    pub key: String,
    /// `remoteRef.property`: the key of a Secret; absent for a key vault.
    pub property: Option<&'static str>,
}

impl Wiring {
    /// Requires a secret, and its store in the namespace of the reader.
    pub fn require_secret(&mut self, seed: RequiredSecret) {
        self.store(&seed.store.clone(), &seed.reader.0.clone(), &seed.source.clone());
        self.required_secrets.insert(seed);
    }

    /// The namespace of the Secrets of a store of Kubernetes; absent for a key vault.
    pub fn secret_namespace(&self, store: &str) -> Option<&str> {
        self.secret_namespaces.get(store).map(String::as_str)
    }

    /// The reference to a text in a store.
    pub fn remote(&self, store: &str, secret: &str) -> Remote {
        match self.secret_namespace(store) {
            Some(_) => Remote { key: object(secret), property: Some(VALUE) },
            None => Remote { key: secret.to_owned(), property: None },
        }
    }
}

/// The name of the Secret with a required secret. Names of Kubernetes have no capitals, and names
/// of Key Vault are case-insensitive.
pub fn object(secret: &str) -> String {
    secret.to_ascii_lowercase()
}
