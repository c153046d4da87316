//! Private DNS zones: how names of databases and private endpoints are found inside the network. Never a public zone.

use super::{Blame, Component, Env, View, network};
use crate::diag::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Private DNS zones, linked to the network: one for all databases, and one for each service with a private endpoint.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateZone {
    /// Look a name up on the internet where the zone does not have it: for things of others that have private endpoints elsewhere.
    pub fallback_to_internet: bool,
}

/// The zone of all databases.
pub(super) const POSTGRES: &str = "postgres";

/// The name of a zone. Source: the documentation of private endpoints; the one of databases may be any below `postgres.database.azure.com`
/// that is no server's.
fn zone(me: &str, env: &Env) -> String {
    match me {
        "vault" => "privatelink.vaultcore.azure.net".into(),
        "storage" => "privatelink.blob.core.windows.net".into(),
        "registry" => "privatelink.azurecr.io".into(),
        _ => format!("{}.private.postgres.database.azure.com", env.names().stem()),
    }
}

impl Component for PrivateZone {
    fn rules(&self, me: &str, _: &Env, out: &mut Vec<Blame>) {
        if self.fallback_to_internet && me == POSTGRES {
            let path = format!("private_zones.{me}.fallback_to_internet");
            out.push(Blame::new(Code::Conflict, path, "Azure lets only zones of private endpoints fall back to the internet", "remove it"));
        }
    }

    fn view(&self, me: &str, env: &Env) -> View {
        let because: Vec<String> = env.wiring.needs.get(&("private_zones", me.to_owned())).into_iter().flatten().cloned().collect();
        let mut view = View::new(&format!("private_zones.{me}"), me, self, env);
        view.set("zone", zone(me, env), because.clone());
        view.set("link", env.names().stem(), because);
        view.set("network", json!({"id": network::id(env), "name": "network"}), ["network.existing"]);
        view
    }
}
