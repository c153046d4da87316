//! Private DNS zones, which resolve names of databases and private endpoints inside the network.

use crate::azure::roles;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    checks::check_unset_if_existing,
    names::POSTGRES_ZONE,
    operators::AZURE_IDENTITY,
    text::PrivateZoneId,
    wiring::{RoleScope, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Private DNS zones, linked to the network: one for all databases, and one for each kind of
/// resource with a private endpoint.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateZone {
    /// `resolutionPolicy: NxDomainRedirect`: resolve names on the internet that the zone does not
    /// contain. For resources of other teams with private endpoints in another network.
    pub fallback_to_internet: bool,
    /// ARM ID of a zone that another team owns and has linked to the network. A network can be
    /// linked to one zone of each name.
    pub existing: Option<PrivateZoneId>,
}

impl Component for PrivateZone {
    fn wire(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let operator = wiring.identity(AZURE_IDENTITY, &format!("private_zones.{name}"));
        if self.existing.is_some() {
            operator.roles.insert((
                roles::PRIVATE_DNS_ZONE_CONTRIBUTOR,
                RoleScope::PrivateZone(name.to_owned()),
            ));
        } else if !context.shared.network.existing.is_empty() {
            operator.roles.insert((roles::NETWORK_CONTRIBUTOR, RoleScope::Network));
        }
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if let Some(existing) = &self.existing {
            check_unset_if_existing(
                &format!("private_zones.{name}"),
                &[("fallback_to_internet", self.fallback_to_internet)],
                diagnostics,
            );
            let right = if name == POSTGRES_ZONE {
                existing.name().ends_with(".postgres.database.azure.com")
            } else {
                existing.name() == env.names().private_zone(name)
            };
            if !right {
                let message = format!(
                    "names of this kind are not resolved in the zone `{}`",
                    existing.name()
                );
                let help = format!(
                    "set the ARM ID of a zone `{}`",
                    if name == POSTGRES_ZONE {
                        "<name>.postgres.database.azure.com".into()
                    } else {
                        env.names().private_zone(name)
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
        if self.fallback_to_internet && name == POSTGRES_ZONE {
            let path = format!("private_zones.{name}.fallback_to_internet");
            diagnostics.push(Diagnostic::in_spec(
                Code::CapabilityMissing,
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
        view.set("zone", env.names().private_zone(name), sources.clone());
        view.set("link", env.names().stem(), sources);
        view.set(
            "network",
            json!({"id": env.shared.network.existing, "name": "network"}),
            ["network.existing"],
        );
        view
    }
}
