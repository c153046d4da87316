//! Mistakes that no single environment can see: what they share, and what they must not share.
//! Never looks into one of them alone.

use super::{Env, TABLE, provisioning};
use crate::diag::{Code, Diagnostic, SpecPath};
use std::collections::BTreeMap;

/// Every such mistake; `envs` are those that were asked for.
pub fn cross_environment(envs: &[Env]) -> Vec<(&Env, Diagnostic<SpecPath>)> {
    let zones = envs.iter().filter_map(|env| misses(env, envs, "dns", zone));
    let registries = envs.iter().filter_map(|env| misses(env, envs, "registry", shared_registry));
    zones
        .chain(registries)
        .chain(provisioning::check_dependency_cycle(envs))
        .chain(owned_twice(envs))
        .chain(envs.iter().flat_map(|env| by_component(env, envs)))
        .collect()
}

/// The conflicts that components report.
fn by_component<'a>(env: &'a Env, envs: &[Env]) -> Vec<(&'a Env, Diagnostic<SpecPath>)> {
    let instances = TABLE.iter().flat_map(|row| env.instances(row));
    instances
        .flat_map(|(name, component)| component.validate_across(name, env, envs))
        .map(|diagnostic| (env, diagnostic))
        .collect()
}

/// What an environment shares: the owner of it, and its id.
type SharedKey = (Option<String>, String);

fn zone(env: &Env) -> Option<SharedKey> {
    let dns = &env.platform.dns;
    (dns.zone.is_some() && dns.existing.is_none())
        .then(|| (env.names().zone_owner().map(str::to_owned), env.names().zone_id()))
}

fn shared_registry(env: &Env) -> Option<SharedKey> {
    let registry = &env.platform.registry;
    let shared = env.has("registry") && registry.owner.is_some() && registry.existing.is_none();
    shared.then(|| {
        (registry.owner.as_ref().map(|owner| owner.as_str().to_owned()), env.names().registry_id())
    })
}

/// An environment that looks for a shared thing where its owner does not have it.
fn misses<'a>(
    env: &'a Env,
    envs: &[Env],
    component: &str,
    shared: fn(&Env) -> Option<SharedKey>,
) -> Option<(&'a Env, Diagnostic<SpecPath>)> {
    let (owner, here) = shared(env)?;
    let owner = envs.iter().find(|other| Some(&other.name) == owner.as_ref())?;
    let (_, there) = shared(owner)?;
    let path = if component == "dns" { "dns.zone" } else { "registry.owner" };
    let message = format!(
        "`{}` would look for it as `{here}`, but `{}` has it as `{there}`",
        env.name, owner.name
    );
    let help = format!("set `environments.{}.{component}.existing` to that id", env.name);
    (here != there).then(|| (env, Diagnostic::in_spec(Code::SharedResource, path, message, help)))
}

/// Things that two environments would render under one name: two operators would pull them to and
/// fro, or Azure would refuse the second.
fn owned_twice(envs: &[Env]) -> Vec<(&Env, Diagnostic<SpecPath>)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut out = vec![];
    for env in envs {
        for (path, id) in env.names().unique() {
            let first = *seen.entry(id.to_lowercase()).or_insert(&env.name);
            if first != env.name {
                let message = format!("`{first}` and `{}` would both own `{id}`", env.name);
                let help =
                    format!("let one own it, and give `{}` another name, or `existing`", env.name);
                out.push((env, Diagnostic::in_spec(Code::DuplicateName, path, message, help)));
            }
        }
    }
    out
}
