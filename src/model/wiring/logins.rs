//! Credentials of callers: environment variables, and the Secret with the password of each caller.

/// Environment variables of a caller of an endpoint.
#[derive(Debug, Clone)]
pub struct Login {
    /// Variables with one value for all callers, by name.
    pub plain: Vec<(&'static str, String)>,
    /// Variable with the user name of the caller.
    pub user: &'static str,
    /// Variable with the password of the caller.
    pub password: &'static str,
}

/// Key of the password in its Secret.
pub const KEY: &str = "password";

/// Name of the Secret with the password of a caller, in the namespace of the caller.
pub fn secret(caller: &str, endpoint: &str) -> String {
    format!("{caller}-{}", endpoint.replace('.', "-"))
}
