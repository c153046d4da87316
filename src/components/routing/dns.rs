//! DNS zone of exposed services. external-dns writes its records.

use crate::azure::ids;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View,
    names::DNS_ZONE,
    text::{Host, Name, Plain},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// DNS zone of exposed services.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    /// Name of the zone, such as `shop.example.com`. Without a zone, create DNS records and
    /// certificates manually.
    pub zone: Option<Host>,
    /// Environment that owns the zone; `production`, or the only environment, by default. Its hosts
    /// are directly below the zone. Hosts of the others are below `<environment>.<zone>`.
    pub owner: Option<Name>,
    /// ARM ID of an existing zone. No zone is rendered.
    pub existing: Option<Plain>,
}

impl Component for Dns {
    fn enabled(&self) -> Option<bool> {
        Some(self.zone.is_some() || self.owner.is_some() || self.existing.is_some())
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let Some(zone) = &self.zone else {
            diagnostics.push(Diagnostic::in_spec(
                Code::MissingDnsZone,
                "dns",
                "`dns.zone` is missing",
                "set `dns.zone`, or remove the other keys of `dns`",
            ));
            return;
        };
        match env.names().zone_owner() {
            None => diagnostics.push(Diagnostic::in_spec(
                Code::SharedResource,
                "dns.zone",
                "no environment owns the zone",
                "set `dns.owner`",
            )),
            Some(owner) if !env.environments.iter().any(|known| known == owner) => {
                let help = format!("there are: {}", env.environments.join(", "));
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownReference,
                    "dns.owner",
                    format!("there is no environment `{owner}`"),
                    help,
                ));
            }
            Some(_) => {}
        }
        if let Some(existing) =
            self.existing.as_ref().filter(|existing| !is_zone(existing.as_str(), zone.as_str()))
        {
            let help = format!(
                "use the form `/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.Network/dnsZones/{}`",
                zone.as_str()
            );
            diagnostics.push(Diagnostic::in_spec(
                Code::BadValue,
                "dns.existing",
                format!("`{}` is not the ARM ID of the zone", existing.as_str()),
                help,
            ));
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let names = env.names();
        let sources = ["dns.zone", "dns.owner", "dns.existing"];
        let mut view = View::new("dns", "zone", self, env);
        let id = names.zone_id();
        view.set("zone_name", names.zone(), ["dns.zone"]);
        view.set("suffix", names.host_suffix(), sources);
        view.set("owned", names.owns_zone(), sources);
        view.set("zone_subscription", ids::subscription(&id), sources);
        view.set("zone_group", ids::group(&id), sources);
        view.set("zone_id", id, sources);
        view
    }
}

fn is_zone(id: &str, zone: &str) -> bool {
    ids::is_of(DNS_ZONE, id) && ids::name(id).eq_ignore_ascii_case(zone)
}
