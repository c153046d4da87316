//! Private DNS zones, which resolve names of databases and private endpoints inside the network.

use crate::azure::roles;
use crate::components::checks::check_unset_if_existing;
use crate::components::operator_names::AZURE_IDENTITY;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceType, View, WireContext,
    text::PrivateZoneId,
    wiring::{PrivateZoneNeed, ResourceRef, Wiring},
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

const PRIVATE_ZONE: ResourceType = ResourceType {
    group: "network.azure.com",
    kind: "PrivateDnsZone",
    arm: "Microsoft.Network/privateDnsZones",
    version: "2024-06-01",
};

/// DNS name of a zone.
fn zone_name<'a>(zone: &str, env: &'a Env) -> &'a str {
    env.wiring.private_zones.get(zone).map(|need| need.name.as_str()).unwrap_or_default()
}

impl Component for PrivateZone {
    fn wire(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let operator = wiring.identity(AZURE_IDENTITY, &format!("private_zones.{name}"));
        if self.existing.is_some() {
            operator.roles.insert((
                roles::PRIVATE_DNS_ZONE_CONTRIBUTOR,
                ResourceRef::of("private_zones", name),
            ));
        } else if !context.shared.network.existing.is_empty() {
            operator.roles.insert((roles::NETWORK_CONTRIBUTOR, ResourceRef::single("network")));
        }
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let need = env.wiring.private_zones.get(name);
        if let Some((existing, need)) = self.existing.as_ref().zip(need) {
            check_existing(name, existing, need, diagnostics);
            check_unset_if_existing(
                &format!("private_zones.{name}"),
                &[("fallback_to_internet", self.fallback_to_internet)],
                diagnostics,
            );
        }
        if self.fallback_to_internet && need.is_some_and(|need| need.suffix.is_some()) {
            let path = format!("private_zones.{name}.fallback_to_internet");
            diagnostics.push(Diagnostic::in_spec(
                Code::CapabilityMissing,
                path,
                "Azure lets only zones of private endpoints fall back to the internet",
                "remove it",
            ));
        }
    }

    fn resource(&self, name: &str, env: &Env) -> Option<Resource> {
        let existing = self.existing.as_ref().map(PrivateZoneId::as_str);
        let zone = zone_name(name, env).to_owned();
        Some(Resource::new(&PRIVATE_ZONE, name, zone, env).or_existing(existing))
    }

    /// A network has one link per name of a zone.
    fn unique_names(&self, name: &str, env: &Env) -> Vec<(String, String)> {
        let network = &env.shared.network.existing;
        let linked = env.wiring.targets.values().any(|target| target.zone == name);
        let unique = linked && self.existing.is_none() && !network.is_empty();
        let link = || ("network.existing".into(), format!("{network}/{}", zone_name(name, env)));
        unique.then(link).into_iter().collect()
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
        view.set("zone", zone_name(name, env), sources.clone());
        view.set("link", env.names().stem(), sources);
        view.set(
            "network",
            json!({"id": env.shared.network.existing, "name": "network"}),
            ["network.existing"],
        );
        view
    }
}

/// Reports an existing zone that cannot contain the records.
fn check_existing(
    name: &str,
    existing: &PrivateZoneId,
    need: &PrivateZoneNeed,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if need.accepts(existing.name()) {
        return;
    }
    let suitable =
        need.suffix.map_or_else(|| need.name.clone(), |suffix| format!("<name>{suffix}"));
    diagnostics.push(Diagnostic::in_spec(
        Code::BadValue,
        format!("private_zones.{name}.existing"),
        format!("names of this kind are not looked up in `{}`", existing.name()),
        format!("name the id of a zone `{suitable}`"),
    ));
}
