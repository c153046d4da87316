//! The interface of a component: wiring, validation and values for its templates.

use super::{
    Env, View, Wiring,
    general::{AzureSettings, General},
    shared::Shared,
};
use crate::diag::{Diagnostic, SpecPath};

/// The surroundings of a component during wiring.
#[derive(Debug, Clone, Copy)]
pub struct WireContext<'a> {
    /// The name of the environment.
    pub environment: &'a str,
    /// `[platform]` of the spec.
    pub general: &'a General,
    /// `[azure]` of the spec.
    pub azure: &'a AzureSettings,
    /// Facts of all components.
    pub shared: &'a Shared,
}

impl WireContext<'_> {
    /// The namespace of the Azure resources.
    pub fn azure_namespace(&self) -> String {
        format!("azure-{}-{}", self.general.name.as_str(), self.environment)
    }
}

/// One instance of a component.
pub trait Component: Sync {
    /// Adds what the instance offers and needs.
    fn wire(&self, _name: &str, _context: &WireContext<'_>, _wiring: &mut Wiring) {}

    /// The instance exists: yes, no, or when another instance needs it.
    fn enabled(&self) -> Option<bool> {
        None
    }

    /// Reports mistakes in the spec that a schema cannot find.
    fn validate(&self, _name: &str, _env: &Env, _diagnostics: &mut Vec<Diagnostic<SpecPath>>) {}

    /// Reports conflicts with the other environments; `all` holds every requested environment.
    fn validate_across(&self, _name: &str, _env: &Env, _all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
        vec![]
    }

    /// The values for its templates.
    fn view(&self, name: &str, env: &Env) -> View;
}
