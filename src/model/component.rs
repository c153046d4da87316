//! The interface of a component: wiring, validation, resources and values for its templates.

use super::{
    Env, Resource, View, Wiring,
    general::{AzureSettings, General},
    provisioning::ProvisioningStep,
    shared::Shared,
};
use crate::diag::{Diagnostic, SpecPath};

/// Facts for a component during wiring.
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
    /// Adds the offers and needs of the instance.
    fn wire(&self, _name: &str, _context: &WireContext<'_>, _wiring: &mut Wiring) {}

    /// Whether the instance is present; `None` if it is present only when another instance needs
    /// it.
    fn enabled(&self) -> Option<bool> {
        None
    }

    /// Reports errors in the spec that a schema cannot find.
    fn validate(&self, _name: &str, _env: &Env, _diagnostics: &mut Vec<Diagnostic<SpecPath>>) {}

    /// Reports conflicts with the other environments; `all` holds every requested environment.
    fn validate_across(&self, _name: &str, _env: &Env, _all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
        vec![]
    }

    /// The Azure resource that the instance renders or refers to. Role assignments, private
    /// endpoints and other components refer to it.
    fn resource(&self, _name: &str, _env: &Env) -> Option<Resource> {
        None
    }

    /// A child of the Azure resource, such as a subnet, by its position in the component's list.
    fn child_resource(&self, _position: usize, _env: &Env) -> Option<Resource> {
        None
    }

    /// Azure names that only one environment can own, each with the spec path that it follows
    /// from.
    fn unique_names(&self, _name: &str, _env: &Env) -> Vec<(String, String)> {
        vec![]
    }

    /// Steps of the first provisioning.
    fn provisioning(&self, _name: &str, _env: &Env) -> Vec<ProvisioningStep> {
        vec![]
    }

    /// The values for its templates.
    fn view(&self, name: &str, env: &Env) -> View;
}
