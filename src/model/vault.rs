//! The key vault, and the list of what people put into it. Never a secret itself.

use super::{
    Blame, Component, Env, View,
    resource_group::legal,
    stores::listed,
    text::{Cidr, Plain},
    wiring::{Form, Seed},
};
use crate::azure::{guid, naming, roles};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The key vault. It exists if someone reads secrets.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// Its name in Azure, unique in the world; made from platform and environment where it is not given.
    pub name: Option<Plain>,
    /// `premium` keeps keys in hardware.
    pub sku: Sku,
    /// Days that a deleted secret can be brought back; cannot be changed later.
    #[schemars(range(min = 7, max = 90))]
    pub soft_delete_days: u32,
    /// Addresses that may reach it besides Azure's own services; empty for every address with credentials.
    pub allowed_ranges: Vec<Cidr>,
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

/// Its address.
pub(super) fn url(env: &Env) -> String {
    format!("https://{}.vault.azure.net", env.names().vault())
}

impl Component for Vault {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn rules(&self, _: &str, env: &Env, out: &mut Vec<Blame>) {
        legal(&naming::VAULT, &env.names().vault(), "vault.name", out);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("vault", "vault", self, env);
        let name = env.names().vault();
        let admins = env.platform.azure.admins.as_str();
        let scope = env.names().id("Microsoft.KeyVault/vaults", &name);
        view.set("reloads", env.has("reloader"), ["reloader"]);
        view.set("officers_guid", guid::role_assignment(&scope, admins, roles::KEY_VAULT_SECRETS_OFFICER, 1), ["azure.admins"]);
        view.set("officers_role", roles::definition(roles::KEY_VAULT_SECRETS_OFFICER), ["azure.admins"]);
        view.set("admins", admins, ["azure.admins"]);
        view.set("azure_name", name, ["vault.name", "platform.name"]);
        view.set("restricted", !self.allowed_ranges.is_empty(), ["vault.allowed_ranges"]);
        let here: Vec<&Seed> = env.wiring.seeds.iter().filter(|seed| env.wiring.kept_in(&seed.store).is_none()).collect();
        let certificates = here.iter().any(|seed| seed.form == Form::Certificate);
        view.set("seeds", listed(here.into_iter()), ["services", "secrets"]);
        view.set("has_certificates", certificates, ["secrets"]);
        // A store inside the cluster has a list of its own, in the same place.
        view.set("has_list", env.wiring.keeps.is_empty(), ["stores"]);
        view.set("certificate_officers_guid", guid::role_assignment(&scope, admins, roles::KEY_VAULT_CERTIFICATES_OFFICER, 1), ["azure.admins"]);
        view.set("certificate_officers_role", roles::definition(roles::KEY_VAULT_CERTIFICATES_OFFICER), ["azure.admins"]);
        view
    }
}
