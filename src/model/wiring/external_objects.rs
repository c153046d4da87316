//! Objects that exist although nobody renders them. Never one that the spec has to declare.

/// An object that exists although nobody renders it: people or the bootstrap make it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalObject {
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The keys of a Secret or `ConfigMap`.
    pub keys: Vec<String>,
}

impl ExternalObject {
    /// A Secret.
    pub fn secret(namespace: &str, name: &str, keys: &[&str]) -> ExternalObject {
        ExternalObject {
            kind: "Secret",
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        }
    }
}
