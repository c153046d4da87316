//! How a caller logs in where it calls: plain variables, and a password of its own. Never the
//! password.

/// What a caller of an endpoint finds in its environment.
#[derive(Debug, Clone)]
pub struct Login {
    /// Variables that are the same for all callers, by name.
    pub plain: Vec<(&'static str, String)>,
    /// The variable with the caller's own name.
    pub user: &'static str,
    /// The variable with the caller's own password.
    pub password: &'static str,
}

/// The key of the password.
pub const KEY: &str = "password";

/// The Secret with the password of a caller, in the caller's namespace.
pub fn secret(caller: &str, endpoint: &str) -> String {
    format!("{caller}-{}", endpoint.replace('.', "-"))
}
