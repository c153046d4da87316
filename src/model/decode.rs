//! Decodes a plain tree to an environment, and wires it until no new instance is required.

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

/// The validated spec of an environment.
pub trait Spec {
    /// The whole tree.
    ///
    /// # Errors
    /// If the tree does not match the schema.
    fn whole(&self) -> ShapeResult;

    /// The table of one component, with instances that the spec does not have.
    ///
    /// # Errors
    /// If the table does not match the schema.
    fn table(&self, component: &str, instances: &[&str]) -> ShapeResult;
}

/// Decodes an environment; `environments` are the names of all. A required instance can require
/// others in turn, so decoding repeats until no new instance appears.
///
/// # Errors
/// If the spec does not match the schema.
///
/// # Panics
/// If a tree that the schema accepts does not decode. Schema and structs have one source.
pub fn decode(
    name: &str,
    profile: &str,
    environments: &[String],
    spec: &impl Spec,
) -> Result<Env, Vec<Diagnostic<SpecPath>>> {
    let mut platform: Platform =
        serde_json::from_value(spec.whole()?).expect("the schema is made from the structs");
    let (mut needed, mut present, mut wiring) = (Needed::new(), Present::new(), Wiring::default());
    loop {
        let now = self::present(&platform, &needed);
        wire(name, environments, &platform, &now, &present, &mut wiring);
        present = now;
        let next = self::needed(&wiring);
        if next == needed {
            break;
        }
        add_instances(&mut platform, &needed, &next, spec)?;
        needed = next;
    }
    Ok(Env {
        name: name.to_owned(),
        profile: profile.to_owned(),
        environments: environments.to_vec(),
        shared: shared(&platform, environments),
        platform,
        links: Links::new(&wiring),
        wiring,
        present,
    })
}

/// Required instances, as component and name.
type Needed = BTreeSet<(&'static str, String)>;

fn needed(wiring: &Wiring) -> Needed {
    let optional = wiring.used_if_enabled.iter().map(|component| (*component, String::new()));
    wiring.needs.keys().cloned().chain(optional).collect()
}

/// Adds the tables of new instances.
fn add_instances(
    platform: &mut Platform,
    before: &Needed,
    needed: &Needed,
    spec: &impl Spec,
) -> Result<(), Vec<Diagnostic<SpecPath>>> {
    let new = needed.difference(before).filter(|(_, instance)| !instance.is_empty());
    let components: BTreeSet<&str> = new.map(|(component, _)| *component).collect();
    for component in components {
        let instances: Vec<&str> = needed
            .iter()
            .filter(|(other, instance)| *other == component && !instance.is_empty())
            .map(|(_, instance)| instance.as_str())
            .collect();
        platform.replace(component, spec.table(component, &instances)?);
    }
    Ok(())
}

fn present(platform: &Platform, needed: &Needed) -> Present {
    let here = |row: &ComponentRow| {
        (row.instances)(platform)
            .into_iter()
            .filter(|(name, component)| exists(row, name, *component, needed))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    TABLE.iter().map(|row| (row.name, here(row))).collect()
}

fn exists(row: &ComponentRow, name: &str, component: &dyn Component, needed: &Needed) -> bool {
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
