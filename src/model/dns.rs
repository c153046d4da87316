//! The DNS zone that exposed services have their names in. Never a record: external-dns makes those.

use super::{
    Blame, Component, Env, View,
    text::{Host, Name, Plain},
};
use crate::diag::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The DNS zone that exposed services have their names in.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    /// The zone, such as `shop.example.com`. Without one, records and certificates are made elsewhere.
    pub zone: Option<Host>,
    /// The environment that owns the zone and whose hosts stand right below it; those of the others stand below `<environment>.<zone>`.
    /// `production`, or the only one, where it is not given.
    pub owner: Option<Name>,
    /// The id of the zone in Azure, where it exists already: then it is only referred to.
    pub existing: Option<Plain>,
}

impl Component for Dns {
    fn enabled(&self) -> Option<bool> {
        Some(self.zone.is_some() || self.owner.is_some() || self.existing.is_some())
    }

    fn rules(&self, _: &str, env: &Env, out: &mut Vec<Blame>) {
        let Some(zone) = &self.zone else {
            out.push(Blame::new(Code::Conflict, "dns", "there is no `dns.zone` that these settings could be about", "name the zone, or remove them"));
            return;
        };
        match env.names().zone_owner() {
            None => out.push(Blame::new(Code::Conflict, "dns.zone", "no environment owns the zone", "name one by `dns.owner`")),
            Some(owner) if !env.environments.iter().any(|known| known == owner) => {
                let help = format!("there are: {}", env.environments.join(", "));
                out.push(Blame::new(Code::UnknownReference, "dns.owner", format!("there is no environment `{owner}`"), help));
            }
            Some(_) => {}
        }
        if let Some(existing) = self.existing.as_ref().filter(|existing| !is_zone(existing.as_str(), zone.as_str())) {
            let help = format!("write `/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.Network/dnsZones/{}`", zone.as_str());
            out.push(Blame::new(Code::BadValue, "dns.existing", format!("`{}` is not the id of the zone", existing.as_str()), help));
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let names = env.names();
        let because = ["dns.zone", "dns.owner", "dns.existing"];
        let mut view = View::new("dns", "zone", self, env);
        let id = names.zone_id();
        view.set("zone_name", names.zone(), ["dns.zone"]);
        view.set("suffix", names.host_suffix(), because);
        view.set("owned", names.owns_zone(), because);
        view.set("zone_subscription", part(&id, 2), because);
        view.set("zone_group", part(&id, 4), because);
        view.set("zone_id", id, because);
        view.set("grants", grants(env), because);
        view
    }
}

/// A part of an Azure id: 2 is the subscription, 4 the resource group.
pub(super) fn part(id: &str, number: usize) -> &str {
    id.split('/').nth(number).unwrap_or_default()
}

fn is_zone(id: &str, zone: &str) -> bool {
    let fixed = [(0, ""), (1, "subscriptions"), (3, "resourceGroups"), (5, "providers"), (6, "Microsoft.Network"), (7, "dnsZones"), (8, zone)];
    fixed.iter().all(|(number, word)| part(id, *number).eq_ignore_ascii_case(word)) && !part(id, 2).is_empty() && !part(id, 4).is_empty()
}

/// The roles at a zone of others: their names, scopes and identities.
fn grants(env: &Env) -> Value {
    let names = env.names();
    let of = |(name, need): (&String, &super::wiring::IdentityNeed)| {
        let foreign = need.roles.iter().filter(|(_, scope)| !names.is_ours(scope));
        let grant = |(role, scope): &(&str, super::wiring::Scope)| {
            let subscription = env.platform.azure.subscription_id.as_str();
            json!({"role": role, "scope": names.scope_id(scope), "identity": names.identity(name), "group": names.resource_group(), "subscription": subscription})
        };
        foreign.map(grant).collect::<Vec<_>>()
    };
    env.wiring.identities.iter().flat_map(of).collect()
}

/// Every environment means the same zone; `envs` are those that were asked for.
pub(super) fn across(envs: &[Env]) -> Vec<(&Env, Blame)> {
    let mut out = vec![];
    for env in envs.iter().filter(|env| env.platform.dns.zone.is_some() && env.platform.dns.existing.is_none()) {
        let owner = envs.iter().find(|other| Some(other.name.as_str()) == env.names().zone_owner() && other.platform.dns.zone.is_some());
        if let Some(owner) = owner.filter(|owner| owner.names().zone_id() != env.names().zone_id()) {
            let (here, there) = (env.names().zone_id(), owner.names().zone_id());
            let message = format!("`{}` would look for the zone as `{here}`, but `{}` has it as `{there}`", env.name, owner.name);
            out.push((env, Blame::new(Code::Conflict, "dns.zone", message, format!("set `environments.{}.dns.existing`", env.name))));
        }
    }
    out
}
