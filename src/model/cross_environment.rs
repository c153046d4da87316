//! Rules over several environments: shared resources, and names that only one environment can own.

use super::{Env, ResourceOwner, TABLE, provisioning};
use crate::diag::{Code, Diagnostic, SpecPath};
use std::collections::BTreeMap;

/// Diagnostics over several environments; `envs` holds every requested environment.
pub fn cross_environment(envs: &[Env]) -> Vec<(&Env, Diagnostic<SpecPath>)> {
    envs.iter()
        .flat_map(|env| check_shared_resources(env, envs))
        .chain(provisioning::check_dependency_cycle(envs))
        .chain(check_unique_names(envs))
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

/// Resources of another environment that have another ARM id there.
fn check_shared_resources<'a>(env: &'a Env, envs: &[Env]) -> Vec<(&'a Env, Diagnostic<SpecPath>)> {
    let mut out = vec![];
    for (of, here) in env.resources() {
        let ResourceOwner::Environment { name, path } = &here.owner else { continue };
        let owner = envs.iter().find(|other| other.name == *name);
        let there = owner
            .filter(|owner| owner.is_present(of.component, &of.instance))
            .and_then(|owner| owner.resource(&of));
        let there = there.filter(|there| there.owner != ResourceOwner::External);
        let Some(there) = there.filter(|there| there.id != here.id) else { continue };
        let message =
            format!("`{}` refers to `{}`, but `{name}` owns `{}`", env.name, here.id, there.id);
        let help = format!("set `environments.{}.{}.existing` to that id", env.name, of.component);
        out.push((env, Diagnostic::in_spec(Code::SharedResource, *path, message, help)));
    }
    out
}

/// Names that two environments would own: two operators would change one resource in turns, or
/// Azure would refuse the second.
fn check_unique_names(envs: &[Env]) -> Vec<(&Env, Diagnostic<SpecPath>)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut out = vec![];
    for env in envs {
        for (path, id) in unique_names(env) {
            let first = *seen.entry(id.to_lowercase()).or_insert(&env.name);
            if first != env.name {
                let message = format!("`{first}` and `{}` would both own `{id}`", env.name);
                let help = format!(
                    "let one environment own it; set another name or `existing` in `{}`",
                    env.name
                );
                out.push((env, Diagnostic::in_spec(Code::DuplicateName, path, message, help)));
            }
        }
    }
    out
}

fn unique_names(env: &Env) -> impl Iterator<Item = (String, String)> {
    let instances = TABLE.iter().flat_map(|row| env.instances(row));
    instances.flat_map(|(name, component)| component.unique_names(name, env))
}
