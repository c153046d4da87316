//! The key vault, and the list of what people put into it. Never a secret itself.

use super::{
    Blame, Component, Env, Ground, View,
    private_endpoints::unreached,
    resource_group::legal,
    text::{Cidr, Plain},
    wiring::{Target, Wiring},
};
use crate::azure::{guid, naming, roles};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

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

impl Component for Vault {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, ground: &Ground<'_>, out: &mut Wiring) {
        if ground.private {
            out.private("vault", Target { group: "keyvault.azure.com", kind: "Vault", part: "vault", addresses: 1 });
        }
    }

    fn rules(&self, _: &str, env: &Env, out: &mut Vec<Blame>) {
        legal(&naming::VAULT, &env.names().vault(), "vault.name", out);
        unreached("vault", &self.allowed_ranges, env, out);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("vault", "vault", self, env);
        let name = env.names().vault();
        let admins = env.platform.azure.admins.as_str();
        let scope = env.names().id("Microsoft.KeyVault/vaults", &name);
        view.set("officers_guid", guid::role_assignment(&scope, admins, roles::KEY_VAULT_SECRETS_OFFICER, 1), ["azure.admins"]);
        view.set("officers_role", roles::definition(roles::KEY_VAULT_SECRETS_OFFICER), ["azure.admins"]);
        view.set("admins", admins, ["azure.admins"]);
        view.set("azure_name", name, ["vault.name", "platform.name"]);
        view.set("restricted", env.is_private("vault") || !self.allowed_ranges.is_empty(), ["vault.allowed_ranges", "private_endpoints"]);
        view.set("private", env.is_private("vault"), ["private_endpoints"]);
        view.set("seeds", seeds(env), ["services"]);
        view
    }
}

/// Every secret once, with all who read it.
fn seeds(env: &Env) -> Value {
    let mut readers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for seed in &env.wiring.seeds {
        readers.entry(&seed.secret).or_default().push(format!("{}/{}", seed.reader.0, seed.reader.1));
    }
    readers.into_iter().map(|(secret, readers)| json!({"secret": secret, "readers": readers.join(", ")})).collect()
}
