//! Private endpoints: addresses of the vaults, the storage account and the registry inside the
//! network.

use crate::azure::{ids, network::Subnet};
use crate::model::{
    Component, Env, View,
    wiring::{PrivateLinkTarget, RoleScope},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Private endpoints of the vaults, the storage account and the registry. They are then reachable
/// from inside the network only.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateEndpoints {
    /// Create private endpoints; `false` by default.
    pub enabled: Option<bool>,
}

impl Component for PrivateEndpoints {
    fn enabled(&self) -> Option<bool> {
        // The component exists only if a target needs it.
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

/// Values of an endpoint. `id` is set for a target that another team owns and must approve.
fn endpoint(name: &str, zone: &str, target: &PrivateLinkTarget, env: &Env) -> Value {
    let names = env.names();
    let id = names.scope_id(&target.scope);
    let what = ids::name(&id).to_owned();
    let id = if names.is_ours(&target.scope) { String::new() } else { id };
    let azure_name = format!("pep-{}-{name}", names.stem());
    let query = format!("[?ends_with(properties.privateEndpoint.id, '/{azure_name}')].id");
    json!({"name": name, "azure_name": azure_name, "query": query, "zone": names.private_zone_reference(zone), "part": target.part, "group": target.group, "kind": target.kind, "what": what, "id": id})
}
