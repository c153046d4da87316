//! From a plain tree to an environment: decoded, and wired until nothing new is needed. Never looks for the user's mistakes.

use super::{Component, Env, Ground, Platform, Presence, Row, TABLE, Wiring, env::Present, pods_of, text::Host, vaults, wiring::Links};
use crate::spec::Mistake;
use serde_json::Value;
use std::collections::BTreeSet;

/// A tree, or what is wrong with its form.
pub type Shaped = Result<Value, Vec<Mistake>>;

/// Decodes an environment; `environments` are the names of all. `resolve` gives the judged tree for a set of derived instances, as component and name; what one instance needs
/// may need others in turn, so it is asked again until nothing new appears.
///
/// # Errors
/// The mistakes of form, if there are any.
///
/// # Panics
/// If a tree that the schema accepts does not decode: schema and structs are made from each other.
pub fn decode(name: &str, profile: &str, environments: &[String], resolve: impl Fn(&[(String, String)]) -> Shaped) -> Result<Env, Vec<Mistake>> {
    let mut needed: BTreeSet<(&'static str, String)> = BTreeSet::new();
    loop {
        let derived: Vec<(String, String)> = needed.iter().filter(|(_, name)| !name.is_empty()).map(|(c, n)| ((*c).to_owned(), n.clone())).collect();
        let platform: Platform = serde_json::from_value(resolve(&derived)?).expect("the schema is made from the structs");
        let present = present(&platform, &needed);
        let wiring = wire(name, &platform, &present);
        let wishes = wiring.wishes.iter().map(|component| (*component, String::new()));
        let next = wiring.needs.keys().cloned().chain(wishes).collect();
        if next == needed {
            let links = Links::new(&wiring);
            return Ok(Env { name: name.to_owned(), profile: profile.to_owned(), environments: environments.to_vec(), platform, wiring, links, present });
        }
        needed = next;
    }
}

fn present(platform: &Platform, needed: &BTreeSet<(&'static str, String)>) -> Present {
    let here = |row: &Row| {
        (row.instances)(platform).into_iter().filter(|(name, component)| exists(row, name, *component, needed)).map(|(name, _)| name.to_owned()).collect()
    };
    TABLE.iter().map(|row| (row.name, here(row))).collect()
}

fn exists(row: &Row, name: &str, component: &dyn Component, needed: &BTreeSet<(&'static str, String)>) -> bool {
    match row.presence {
        Presence::Always | Presence::Declared => true,
        Presence::Needed => component.enabled().unwrap_or_else(|| needed.contains(&(row.name, String::new()))),
        Presence::Derived => needed.contains(&(row.name, name.to_owned())),
    }
}

fn wire(environment: &str, platform: &Platform, present: &Present) -> Wiring {
    let copies = vaults::copies(platform);
    let (gateway_pods, prometheus) = (platform.gateway.pods(), pods_of(&platform.monitoring.namespace, &platform.monitoring.labels));
    let ground = Ground {
        environment,
        platform: &platform.platform,
        gateway: &platform.gateway,
        gateway_pods: &gateway_pods,
        prometheus: &prometheus,
        issuer: &platform.issuer,
        zone: platform.dns.zone.as_ref().map(Host::as_str),
        monitoring: &platform.monitoring,
        network: &platform.network,
        azure: &platform.azure,
        copies: &copies,
        private: platform.private_endpoints.enabled == Some(true),
    };
    let mut wiring = Wiring::default();
    for row in TABLE {
        for (name, component) in (row.instances)(platform) {
            if present[row.name].contains(name) {
                component.wire(name, &ground, &mut wiring);
            }
        }
    }
    wiring
}
