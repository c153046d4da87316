//! Private endpoints: vault, storage account and registry get an address inside the network, and
//! none outside. Never of anything of others.

use crate::azure::{ids, network::Subnet};
use crate::model::{
    Component, Env, View,
    wiring::{PrivateLinkTarget, RoleScope},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Private endpoints: the vault, the storage account and the registry are then reached from inside
/// the network only.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateEndpoints {
    /// Whether there are any: yes or no; no, where it is not given.
    pub enabled: Option<bool>,
}

impl Component for PrivateEndpoints {
    fn enabled(&self) -> Option<bool> {
        // With nothing to lead to there is no endpoint.
        self.enabled.filter(|enabled| !enabled)
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("private_endpoints", "private-endpoints", self, env);
        let endpoints: Vec<Value> = env
            .wiring
            .targets
            .iter()
            .map(|(name, (zone, target))| endpoint(name, zone, target, env))
            .collect();
        let foreign: Vec<Value> =
            endpoints.iter().filter(|endpoint| endpoint["id"] != "").cloned().collect();
        view.set("endpoints", json!(endpoints), ["private_endpoints"]);
        view.set("foreign", json!(foreign), ["private_endpoints"]);
        view.set("subnet", env.shared.network.reference(Subnet::PrivateEndpoints), ["network"]);
        let vault = env.names().is_ours(&RoleScope::Vault) && env.is_private("vault");
        view.set("vault_name", vault.then(|| env.names().vault()), ["vault"]);
        view.set(
            "network_name",
            env.shared
                .network
                .existing
                .rsplit('/')
                .next()
                .filter(|name| !name.is_empty())
                .map_or_else(|| env.names().network(), str::to_owned),
            ["network"],
        );
        view
    }
}

/// An endpoint of something of ours, or of something of others, which has an id here and whose
/// owner has to agree.
fn endpoint(name: &str, zone: &str, target: &PrivateLinkTarget, env: &Env) -> Value {
    let names = env.names();
    let id = names.scope_id(&target.scope);
    let what = ids::name(&id).to_owned();
    let id = if names.is_ours(&target.scope) { String::new() } else { id };
    let azure_name = format!("pep-{}-{name}", names.stem());
    let query = format!("[?ends_with(properties.privateEndpoint.id, '/{azure_name}')].id");
    json!({"name": name, "azure_name": azure_name, "query": query, "zone": names.private_zone_reference(zone), "part": target.part, "group": target.group, "kind": target.kind, "what": what, "id": id})
}
