//! What a component is: it says what it needs, checks what a schema cannot, and gives its templates
//! their values. Never one of them.

use super::{
    Env, View, Wiring, gateway,
    general::{Azure, General},
    issuer, network,
    prometheus::Prometheus,
    wiring::Pods,
};
use crate::diag::{Diagnostic, SpecPath};

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
    fn validate(&self, _name: &str, _env: &Env, _diagnostics: &mut Vec<Diagnostic<SpecPath>>) {}

    /// The values for its templates.
    fn view(&self, name: &str, env: &Env) -> View;
}
