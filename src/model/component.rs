//! The interface of a component: wiring, validation and values for its templates.

use super::{
    Env, View, Wiring,
    general::{Azure, General},
    shared::Shared,
};
use crate::diag::Code;

/// The surroundings of a component during wiring.
#[derive(Debug, Clone, Copy)]
pub struct WireContext<'a> {
    /// The name of the environment.
    pub environment: &'a str,
    /// `[platform]` of the spec.
    pub general: &'a General,
    /// `[azure]` of the spec.
    pub azure: &'a Azure,
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
    fn validate(&self, _name: &str, _env: &Env, _diagnostics: &mut Vec<Blame>) {}

    /// Reports conflicts with the other environments; `all` holds every requested environment.
    fn validate_across(&self, _name: &str, _env: &Env, _all: &[Env]) -> Vec<Blame> {
        vec![]
    }

    /// The values for its templates.
    fn view(&self, name: &str, env: &Env) -> View;
}

/// A mistake at a path of the spec.
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
