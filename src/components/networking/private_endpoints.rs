//! Private endpoints: addresses of the vaults, the storage account and the registry inside the
//! network.

use crate::azure::{ids, network::Subnet};
use crate::model::{
    Component, Env, Resource, View,
    provisioning::{Phase, ProvisioningStep},
    wiring::{PrivateLinkTarget, ResourceRef},
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

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let external = env.wiring.targets.values().any(|target| !env.owns(&target.scope));
        let what =
            "[private endpoints](private-endpoints.md) of resources of other owners, approved";
        let step = ProvisioningStep::new(
            "agreed",
            Phase::Approval,
            what,
            "commands",
            "the owners of the resources",
        );
        external.then(|| step.after(&["azure"])).into_iter().collect()
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("private_endpoints", "private-endpoints", self, env);
        let endpoints: Vec<Value> =
            env.wiring.targets.iter().map(|(name, target)| endpoint(name, target, env)).collect();
        let foreign: Vec<Value> =
            endpoints.iter().filter(|endpoint| endpoint["id"] != "").cloned().collect();
        view.set("endpoints", json!(endpoints), ["private_endpoints"]);
        view.set("foreign", json!(foreign), ["private_endpoints"]);
        view.set("subnet", env.shared.network.reference(Subnet::PrivateEndpoints), ["network"]);
        let vault = env.single_resource("vault");
        let private = vault.is_own() && env.is_private("vault");
        view.set("vault_name", private.then_some(vault.azure_name), ["vault"]);
        view.set("network_name", env.single_resource("network").azure_name, ["network"]);
        view
    }
}

/// Values of an endpoint. `id` is set for a target that another team owns and must approve.
fn endpoint(name: &str, target: &PrivateLinkTarget, env: &Env) -> Value {
    let names = env.names();
    let resource = env.resource(&target.scope);
    let id = resource.as_ref().map(|resource| resource.id.as_str()).unwrap_or_default();
    let what = ids::name(id);
    let id = if resource.as_ref().is_some_and(Resource::is_own) { "" } else { id };
    let zone = env.resource(&ResourceRef::of("private_zones", target.zone));
    let zone = zone.map(|zone| zone.reference());
    let azure_name = format!("pep-{}-{name}", names.stem());
    let query = format!("[?ends_with(properties.privateEndpoint.id, '/{azure_name}')].id");
    json!({"name": name, "azure_name": azure_name, "query": query, "zone": zone, "part": target.part, "group": target.group, "kind": target.kind, "what": what, "id": id})
}
