//! Azure Key Vault of the platform. Secret values are never rendered.

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

/// Azure Key Vault of the platform. It exists if a secret is read.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Name of the vault in Azure, globally unique; derived from platform and environment by
    /// default.
    pub name: Option<Plain>,
    /// `sku.name`.
    pub sku: Sku,
    /// `softDeleteRetentionInDays`: days in which a deleted secret can be recovered. Azure cannot
    /// change it later.
    #[schemars(range(min = 7, max = 90))]
    pub soft_delete_days: u32,
    /// `networkAcls.ipRules`: public addresses that may reach the vault, besides trusted Azure
    /// services. An empty list allows all addresses.
    pub allowed_ranges: Vec<Cidr>,
    /// ARM ID of a vault that another team owns. No vault is rendered; the owner assigns the roles.
    pub existing: Option<VaultId>,
}

/// Service tier of a vault.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sku {
    /// Keys protected by software.
    Standard,
    /// Keys protected by hardware security modules.
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
        set_access_values(&mut view, None, env);
        view
    }
}
