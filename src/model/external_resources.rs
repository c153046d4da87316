//! What belongs to others: another environment, or another team. Nothing of it is rendered; a
//! person who may gives roles on it.

use super::{Env, wiring::RoleScope};
use crate::azure::{guid, ids, roles};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A role that an identity needs on what belongs to others.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    /// The identity, by its name in the spec.
    pub identity: &'a str,
    /// The role.
    pub role: &'static str,
    /// What it is on.
    pub scope: &'a RoleScope,
}

/// The roles on what belongs to others, which Azure Service Operator cannot give.
pub(crate) fn grants(env: &Env) -> Vec<Grant<'_>> {
    let all = env.wiring.identities.iter().flat_map(|(identity, need)| {
        need.roles.iter().map(move |(role, scope)| Grant { identity, role, scope })
    });
    all.filter(|grant| !env.names().is_ours(grant.scope)).collect()
}

/// The ids of these roles: nothing deletes them but a person.
pub(crate) fn granted(env: &Env) -> Vec<String> {
    let id = |grant: &Grant<'_>| {
        format!(
            "{}/providers/Microsoft.Authorization/roleAssignments/{}",
            env.names().scope_id(grant.scope),
            grant.guid(env)
        )
    };
    grants(env).iter().map(id).collect()
}

impl Grant<'_> {
    fn guid(&self, env: &Env) -> String {
        let generation = env.shared.generations[self.identity];
        guid::role_assignment(
            &env.names().scope_id(self.scope),
            &env.names().identity(self.identity),
            self.role,
            generation,
        )
    }
}

/// One deployment per resource group of others: it creates the roles there, and nothing else.
pub(crate) fn deployments(env: &Env) -> Vec<Value> {
    let mut groups: BTreeMap<(String, String), Vec<Grant<'_>>> = BTreeMap::new();
    for grant in grants(env) {
        let id = env.names().scope_id(grant.scope).to_lowercase();
        groups
            .entry((ids::group(&id).to_owned(), ids::subscription(&id).to_owned()))
            .or_default()
            .push(grant);
    }
    let alone = |group: &str| groups.keys().filter(|(other, _)| other == group).count() == 1;
    let file = |group: &str, subscription: &str| {
        if alone(group) { group.to_owned() } else { format!("{group}-{subscription}") }
    };
    groups
        .iter()
        .map(|((group, subscription), grants)| deployment(&file(group, subscription), grants, env))
        .collect()
}

/// The roles of one resource group: identities and scopes are listed once, and roles refer to them
/// by their number, from 1.
fn deployment(name: &str, grants: &[Grant<'_>], env: &Env) -> Value {
    let names = env.names();
    let identities: BTreeSet<String> =
        grants.iter().map(|grant| names.identity(grant.identity)).collect();
    let scopes: BTreeMap<String, &str> = grants
        .iter()
        .filter_map(|grant| Some((names.scope_id(grant.scope), resource(grant.scope)?)))
        .collect();
    let one = |grant: &Grant<'_>| {
        let (identity, scope) = (names.identity(grant.identity), names.scope_id(grant.scope));
        json!({
            "guid": grant.guid(env),
            "role": grant.role,
            "definition": roles::definition(grant.role),
            "identity": identities.iter().position(|one| *one == identity).map(|at| at + 1),
            // The resource group itself is not a resource in its own deployment.
            "scope": scopes.keys().position(|one| *one == scope).map_or(0, |at| at + 1),
        })
    };
    let id = grants.first().map(|grant| names.scope_id(grant.scope)).unwrap_or_default();
    json!({
        "name": name,
        "subscription": ids::subscription(&id),
        "group": ids::group(&id),
        "identities": identities,
        "scopes": scopes.iter().map(|(id, resource)| json!({"name": ids::path(id), "resource": resource})).collect::<Value>(),
        "roles": grants.iter().map(one).collect::<Value>(),
    })
}

/// The type of a resource and a version of its API; nothing for a resource group.
fn resource(scope: &RoleScope) -> Option<&'static str> {
    Some(match scope {
        RoleScope::Vault | RoleScope::OtherVault(_) => "Microsoft.KeyVault/vaults@2023-07-01",
        RoleScope::Storage => "Microsoft.Storage/storageAccounts@2023-01-01",
        RoleScope::Registry => "Microsoft.ContainerRegistry/registries@2023-07-01",
        RoleScope::Subnet(_) => "Microsoft.Network/virtualNetworks/subnets@2024-03-01",
        RoleScope::Network => "Microsoft.Network/virtualNetworks@2024-03-01",
        RoleScope::PrivateZone(_) => "Microsoft.Network/privateDnsZones@2024-06-01",
        RoleScope::Zone => "Microsoft.Network/dnsZones@2018-05-01",
        RoleScope::Identity(_) => "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31",
        RoleScope::ResourceGroup | RoleScope::ZoneGroup => return None,
    })
}
