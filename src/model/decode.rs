//! From a plain tree to an environment: decoded, and wired until nothing new is needed. Never looks
//! for the user's mistakes.

use super::{
    Component, ComponentRow, Env, Platform, Presence, TABLE, WireContext, Wiring, env::Present,
    wiring::Links,
};
use crate::components::shared;
use crate::diag::{Diagnostic, SpecPath};
use serde_json::Value;
use std::collections::BTreeSet;

/// A tree, or its violations of the schema.
pub type ShapeResult = Result<Value, Vec<Diagnostic<SpecPath>>>;

/// What an environment says, judged.
pub trait Spec {
    /// All of it.
    ///
    /// # Errors
    /// The mistakes of form, if there are any.
    fn whole(&self) -> ShapeResult;

    /// The table of one component, with instances that no one wrote.
    ///
    /// # Errors
    /// The mistakes of form, if there are any.
    fn table(&self, component: &str, instances: &[&str]) -> ShapeResult;
}

/// Decodes an environment; `environments` are the names of all. What one instance needs may need
/// others in turn, so the spec is asked for the tables of those until nothing new appears.
///
/// # Errors
/// The mistakes of form, if there are any.
///
/// # Panics
/// If a tree that the schema accepts does not decode: schema and structs are made from each other.
pub fn decode(
    name: &str,
    profile: &str,
    environments: &[String],
    spec: &impl Spec,
) -> Result<Env, Vec<Diagnostic<SpecPath>>> {
    let mut platform: Platform =
        serde_json::from_value(spec.whole()?).expect("the schema is made from the structs");
    let (mut needed, mut present, mut wiring) =
        (BTreeSet::new(), Present::new(), Wiring::default());
    loop {
        let now = self::present(&platform, &needed);
        wire(name, environments, &platform, &now, &present, &mut wiring);
        present = now;
        let used_if_enabled =
            wiring.used_if_enabled.iter().map(|component| (*component, String::new()));
        let next: BTreeSet<(&'static str, String)> =
            wiring.needs.keys().cloned().chain(used_if_enabled).collect();
        if next == needed {
            let links = Links::new(&wiring);
            return Ok(Env {
                name: name.to_owned(),
                profile: profile.to_owned(),
                environments: environments.to_vec(),
                shared: shared(&platform, environments),
                platform,
                wiring,
                links,
                present,
            });
        }
        let fresh: BTreeSet<&str> = next
            .difference(&needed)
            .filter(|(_, instance)| !instance.is_empty())
            .map(|(component, _)| *component)
            .collect();
        for component in fresh {
            let instances: Vec<&str> = next
                .iter()
                .filter(|(other, instance)| *other == component && !instance.is_empty())
                .map(|(_, i)| i.as_str())
                .collect();
            platform.replace(component, spec.table(component, &instances)?);
        }
        needed = next;
    }
}

fn present(platform: &Platform, needed: &BTreeSet<(&'static str, String)>) -> Present {
    let here = |row: &ComponentRow| {
        (row.instances)(platform)
            .into_iter()
            .filter(|(name, component)| exists(row, name, *component, needed))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    TABLE.iter().map(|row| (row.name, here(row))).collect()
}

fn exists(
    row: &ComponentRow,
    name: &str,
    component: &dyn Component,
    needed: &BTreeSet<(&'static str, String)>,
) -> bool {
    match row.presence {
        Presence::Always | Presence::Declared => true,
        Presence::Needed => {
            component.enabled().unwrap_or_else(|| needed.contains(&(row.name, String::new())))
        }
        Presence::Derived => needed.contains(&(row.name, name.to_owned())),
    }
}

/// Wires the instances that were not present `before`.
fn wire(
    environment: &str,
    environments: &[String],
    platform: &Platform,
    present: &Present,
    before: &Present,
    wiring: &mut Wiring,
) {
    let shared = shared(platform, environments);
    let context = WireContext {
        environment,
        general: &platform.platform,
        azure: &platform.azure,
        shared: &shared,
    };
    for row in TABLE {
        for (name, component) in (row.instances)(platform) {
            if present[row.name].contains(name)
                && !before.get(row.name).is_some_and(|known| known.contains(name))
            {
                component.wire(name, &context, wiring);
            }
        }
    }
}
