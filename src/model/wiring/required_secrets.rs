//! What people put into a store, and how it is asked for there. Never a secret itself.

use super::{SpecKey, Wiring};

/// The key of a Secret that holds the text of a seed: a store of Kubernetes asks for a Secret and
/// for a key of it.
const VALUE: &str = "value";

/// What a person has to put into a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequiredSecret {
    /// The store.
    pub store: String,
    /// Its name there.
    pub secret: String,
    /// What it is.
    pub form: Form,
    /// Who reads it, as namespace and name.
    pub reader: (String, String),
    /// The spec path that names it.
    pub source: SpecKey,
}

/// What a seed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A text.
    Text,
    /// A certificate with its private key.
    Certificate,
}

impl Form {
    /// The keys of a Secret of this form.
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Form::Text => &[VALUE],
            Form::Certificate => &["tls.crt", "tls.key"],
        }
    }
}

/// How a text is asked for in its store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its name there.
    pub key: String,
    /// The part of it that is meant; absent where it has no parts.
    pub property: Option<&'static str>,
}

impl Wiring {
    /// Reads what a person put into a store.
    pub fn require_secret(&mut self, seed: RequiredSecret) {
        self.store(&seed.store.clone(), &seed.reader.0.clone(), &seed.source.clone());
        self.required_secrets.insert(seed);
    }

    /// The namespace in which a store of Kubernetes keeps its Secrets; absent for a vault.
    pub fn secret_namespace(&self, store: &str) -> Option<&str> {
        self.secret_namespaces.get(store).map(String::as_str)
    }

    /// How to ask a store for a text.
    pub fn remote(&self, store: &str, secret: &str) -> Remote {
        match self.secret_namespace(store) {
            Some(_) => Remote { key: object(secret), property: Some(VALUE) },
            None => Remote { key: secret.to_owned(), property: None },
        }
    }
}

/// The name of the Secret that holds a seed: Kubernetes knows no capitals, and Key Vault makes no
/// difference between them.
pub fn object(secret: &str) -> String {
    secret.to_ascii_lowercase()
}
