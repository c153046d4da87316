//! Azure Key Vault of the platform. Secret values are never rendered.

use crate::azure::naming;
use crate::components::checks::{check_azure_name, check_client_ranges, check_unset_if_existing};
use crate::components::key_vaults::{self, set_access_values};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, View, WireContext,
    text::{Cidr, Plain, VaultId},
    wiring::Wiring,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

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
        check_client_ranges("vault", &self.allowed_ranges, env, diagnostics);
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
        let ranges = env.shared.network.clients(&self.allowed_ranges);
        let sources = ["vault.allowed_ranges", "network.egress_ranges"];
        view.set("allowed_ranges", json!(ranges), sources);
        set_access_values(&mut view, None, env);
        view
    }
}
