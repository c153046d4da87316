//! Objects that exist without being rendered and without `[assume]` in the spec.

/// An object that is created manually or by the bootstrap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalObject {
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Keys of a Secret or `ConfigMap`.
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
