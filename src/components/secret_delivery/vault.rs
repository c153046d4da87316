//! The key vault. Never a secret itself.

use crate::azure::naming;
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    checks::check_azure_name,
    checks::check_ranges_unused,
    checks::check_unset_if_existing,
    key_vaults::set_access_values,
    text::{Cidr, Plain, VaultId},
    wiring::{PrivateLinkTarget, RoleScope, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

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

impl Component for Vault {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        if context.shared.private {
            let target = PrivateLinkTarget {
                group: "keyvault.azure.com",
                kind: "Vault",
                part: "vault",
                scope: RoleScope::Vault,
                addresses: 1,
            };
            wiring.private("vault", "vault", "vault", target);
        }
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(&naming::VAULT, &env.names().vault(), "vault.name", diagnostics);
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

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("vault", "vault", self, env);
        view.set("azure_name", env.names().vault(), ["vault.name", "platform.name"]);
        view.set(
            "allowed_ranges",
            json!(env.shared.network.clients(&self.allowed_ranges)),
            ["vault.allowed_ranges", "network.egress_ranges"],
        );
        set_access_values(&mut view, None, env);
        view
    }
}
