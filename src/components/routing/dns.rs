//! DNS zone of exposed services. external-dns writes its records.

use crate::azure::ids;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceOwner, ResourceType, View,
    provisioning::{Phase, ProvisioningStep},
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

const DNS_ZONE: ResourceType = ResourceType {
    group: "network.azure.com",
    kind: "DnsZone",
    arm: "Microsoft.Network/dnsZones",
    version: "2018-05-01",
};

impl Dns {
    /// The name of the zone; empty without one.
    fn zone(&self) -> &str {
        self.zone.as_ref().map_or("", |zone| zone.as_str())
    }

    fn resource_of(&self, env: &Env) -> Resource {
        let owner = env.shared.zone_owner.as_deref();
        let zone = Resource::new(&DNS_ZONE, "zone", self.zone().to_owned(), env)
            .of_environment(owner, "dns.zone", env)
            .or_existing(self.existing.as_ref().map(Plain::as_str));
        if self.zone.is_some() && owner.is_some() {
            zone
        } else {
            Resource { owner: ResourceOwner::External, ..zone }
        }
    }
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
        match env.shared.zone_owner.as_deref() {
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

    fn resource(&self, _: &str, env: &Env) -> Option<Resource> {
        Some(self.resource_of(env))
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let (what, by) = ("DNS zone, delegated by its parent zone", "the registrar of the domain");
        let step = ProvisioningStep::new(
            "delegation",
            Phase::Delegation,
            what,
            by,
            "the owner of the domain",
        )
        .page("[dns](dns.md)")
        .after(&["azure"]);
        self.resource_of(env).is_own().then_some(step).into_iter().collect()
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let sources = ["dns.zone", "dns.owner", "dns.existing"];
        let mut view = View::new("dns", "zone", self, env);
        let zone = self.resource_of(env);
        view.set("zone_name", self.zone(), ["dns.zone"]);
        view.set("suffix", env.shared.host_suffix(&env.name), sources);
        view.set("owned", zone.is_own(), sources);
        view.set("zone_subscription", ids::subscription(&zone.id), sources);
        view.set("zone_group", ids::group(&zone.id), sources);
        view.set("zone_id", zone.id, sources);
        view
    }
}

fn is_zone(id: &str, zone: &str) -> bool {
    ids::is_of(DNS_ZONE.arm, id) && ids::name(id).eq_ignore_ascii_case(zone)
}
