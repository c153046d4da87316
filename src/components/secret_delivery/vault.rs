//! The key vault. Never a secret itself.

use crate::azure::naming;
use crate::components::checks::{check_azure_name, check_ranges_unused, check_unset_if_existing};
use crate::components::key_vaults::{self, set_access_values};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, View, WireContext,
    text::{Cidr, Plain, VaultId},
    wiring::Wiring,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The key vault. It exists if someone reads secrets.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// Its name in Azure, unique in the world; made from platform and environment where it is not
    /// given.
    pub name: Option<Plain>,
    /// `premium` keeps keys in hardware.
    pub sku: Sku,
    /// Days that a deleted secret can be brought back; cannot be changed later.
    #[schemars(range(min = 7, max = 90))]
    pub soft_delete_days: u32,
    /// Addresses that may reach it besides Azure's own services; empty for every address with
    /// credentials.
    pub allowed_ranges: Vec<Cidr>,
    /// A vault that somebody else made: nothing of it is rendered then, and its owner gives the
    /// roles.
    pub existing: Option<VaultId>,
}

/// The kind of vault.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sku {
    /// Keys in software.
    Standard,
    /// Keys in hardware.
    Premium,
}

impl Vault {
    fn resource_of(&self, env: &Env) -> Resource {
        let name = key_vaults::azure_name(self.name.as_ref(), &env.name, &env.name, env);
        key_vaults::resource("vault".to_owned(), name, self.existing.as_ref(), env)
    }
}

impl Component for Vault {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        if context.shared.private {
            wiring.private("vault", "vault", key_vaults::private_link(None));
        }
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(
            &naming::VAULT,
            &self.resource_of(env).azure_name,
            "vault.name",
            diagnostics,
        );
        if self.existing.is_some() {
            check_unset_if_existing(
                "vault",
                &[
                    ("name", self.name.is_some()),
                    ("allowed_ranges", !self.allowed_ranges.is_empty()),
                ],
                diagnostics,
            );
        }
        check_ranges_unused("vault", &self.allowed_ranges, env, diagnostics);
    }

    fn resource(&self, _: &str, env: &Env) -> Option<Resource> {
        Some(self.resource_of(env))
    }

    fn unique_names(&self, _: &str, env: &Env) -> Vec<(String, String)> {
        let own = self.existing.is_none();
        let name = || ("vault.name".to_owned(), self.resource_of(env).azure_name);
        own.then(name).into_iter().collect()
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("vault", "vault", self, env);
        view.set("azure_name", self.resource_of(env).azure_name, ["vault.name", "platform.name"]);
        set_access_values(&mut view, None, env);
        view
    }
}
