//! Private DNS zones: how names of databases and private endpoints are found inside the network.
//! Never a public zone.

use crate::model::{
    Component, Env, View, WireContext, azure_operator,
    external_resources::check_unset_if_existing,
    network,
    text::PrivateZoneId,
    wiring::{Scope, Wiring},
};
use crate::{
    azure::roles,
    diag::{Code, Diagnostic, SpecPath},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Private DNS zones, linked to the network: one for all databases, and one for each service with a
/// private endpoint.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateZone {
    /// Look a name up on the internet where the zone does not have it: for things of others that
    /// have private endpoints elsewhere.
    pub fallback_to_internet: bool,
    /// A zone that somebody else made and linked to the network: a network takes one of each name.
    pub existing: Option<PrivateZoneId>,
}

/// The zone of all databases.
pub(crate) const POSTGRES: &str = "postgres";

/// The kind of a zone.
pub(crate) const KIND: &str = "Microsoft.Network/privateDnsZones";

/// The name of a zone. Source: the documentation of private endpoints; the one of databases may be
/// any below `postgres.database.azure.com` that is no server's.
pub(crate) fn zone(name: &str, env: &Env) -> String {
    match name {
        "vault" => "privatelink.vaultcore.azure.net".into(),
        "storage" => "privatelink.blob.core.windows.net".into(),
        "registry" => "privatelink.azurecr.io".into(),
        _ => format!("{}.private.postgres.database.azure.com", env.names().stem()),
    }
}

/// What a reference to a zone says: the object, or the id where it exists already.
pub(crate) fn reference(name: &str, env: &Env) -> Value {
    let existing = env.platform.private_zones.get(name).and_then(|zone| zone.existing.as_ref());
    json!({"name": name, "id": existing.map(PrivateZoneId::as_str).unwrap_or_default()})
}

impl Component for PrivateZone {
    fn wire(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let operator = wiring.identity(azure_operator::IDENTITY, &format!("private_zones.{name}"));
        if self.existing.is_some() {
            operator
                .roles
                .insert((roles::PRIVATE_DNS_ZONE_CONTRIBUTOR, Scope::PrivateZone(name.to_owned())));
        } else if context.network.existing.is_some() {
            operator.roles.insert((roles::NETWORK_CONTRIBUTOR, Scope::Network));
        }
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if let Some(existing) = &self.existing {
            check_unset_if_existing(
                &format!("private_zones.{name}"),
                &[("fallback_to_internet", self.fallback_to_internet)],
                diagnostics,
            );
            let right = if name == POSTGRES {
                existing.name().ends_with(".postgres.database.azure.com")
            } else {
                existing.name() == zone(name, env)
            };
            if !right {
                let message =
                    format!("names of this kind are not looked up in `{}`", existing.name());
                let help = format!(
                    "name the id of a zone `{}`",
                    if name == POSTGRES {
                        "<name>.postgres.database.azure.com".into()
                    } else {
                        zone(name, env)
                    }
                );
                diagnostics.push(Diagnostic::in_spec(
                    Code::BadValue,
                    format!("private_zones.{name}.existing"),
                    message,
                    help,
                ));
            }
        }
        if self.fallback_to_internet && name == POSTGRES {
            let path = format!("private_zones.{name}.fallback_to_internet");
            diagnostics.push(Diagnostic::in_spec(
                Code::Conflict,
                path,
                "Azure lets only zones of private endpoints fall back to the internet",
                "remove it",
            ));
        }
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let sources: Vec<String> = env
            .wiring
            .needs
            .get(&("private_zones", name.to_owned()))
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let mut view = View::new(&format!("private_zones.{name}"), name, self, env);
        view.set("own", self.existing.is_none(), [format!("private_zones.{name}.existing")]);
        view.set("zone", zone(name, env), sources.clone());
        view.set("link", env.names().stem(), sources);
        view.set(
            "network",
            json!({"id": network::id(env), "name": "network"}),
            ["network.existing"],
        );
        view
    }
}
