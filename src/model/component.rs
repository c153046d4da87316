//! What a component is: it says what it needs, checks what a schema cannot, and gives its templates
//! their values. Never one of them.

use super::{
    Env, View, Wiring, gateway,
    general::{Azure, General},
    issuer, network,
    prometheus::Prometheus,
    wiring::Pods,
};
use crate::diag::Code;

/// What a component may know of its surroundings while it says what it needs.
#[derive(Debug, Clone, Copy)]
pub struct WireContext<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The platform itself.
    pub platform: &'a General,
    /// The subscription.
    pub azure: &'a Azure,
    /// The gateway.
    pub gateway: &'a gateway::Gateway,
    /// The pods of the gateway.
    pub gateway_pods: &'a Pods,
    /// The pods of Prometheus.
    pub prometheus: &'a Pods,
    /// The issuer of certificates.
    pub issuer: &'a issuer::Issuer,
    /// The DNS zone, where there is one.
    pub zone: Option<&'a str>,
    /// Prometheus.
    pub monitoring: &'a Prometheus,
    /// Vault, storage account and registry have private endpoints.
    pub private: bool,
    /// Vaults that are copies of the first.
    pub copies: &'a [&'a str],
    /// The network that the environment lives in.
    pub network: &'a network::Network,
}

/// What one instance of a component does.
pub trait Component: Sync {
    /// Says what it offers to others and needs from them.
    fn wire(&self, _name: &str, _context: &WireContext<'_>, _wiring: &mut Wiring) {}

    /// Whether the instance exists: yes, no, or only if someone needs it.
    fn enabled(&self) -> Option<bool> {
        None
    }

    /// The user's mistakes that a schema cannot see.
    fn validate(&self, _name: &str, _env: &Env, _diagnostics: &mut Vec<Blame>) {}

    /// The values for its templates.
    fn view(&self, name: &str, env: &Env) -> View;
}

/// A mistake of the user, at a path of the spec.
#[derive(Debug)]
pub struct Blame {
    /// Which rule.
    pub code: Code,
    /// Where, as a whole path.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// The fix.
    pub help: String,
    /// Another path that it disagrees with.
    pub other: Option<String>,
}

impl Blame {
    /// A mistake without a second place.
    pub fn new(
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Blame {
        Blame { code, path: path.into(), message: message.into(), help: help.into(), other: None }
    }
}
