//! Roles on resources of other owners: another environment or another team. A person assigns them
//! by Bicep, because Azure Service Operator has no rights there.

use super::{Env, Resource};
use crate::azure::{guid, ids, roles};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A role that an identity needs on a resource of another owner.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    /// The identity, by its name in the spec.
    pub identity: &'a str,
    /// The role.
    pub role: &'static str,
    /// The scope of the assignment.
    pub scope: Resource,
}

/// The roles on resources of other owners.
pub(crate) fn grants(env: &Env) -> Vec<Grant<'_>> {
    let all = env.wiring.identities.iter().flat_map(|(identity, need)| {
        need.roles.iter().filter_map(move |(role, scope)| {
            Some(Grant { identity, role, scope: env.resource(scope)? })
        })
    });
    all.filter(|grant| !grant.scope.is_own()).collect()
}

/// ARM ids of these role assignments. Only a person deletes them.
pub(crate) fn granted(env: &Env) -> Vec<String> {
    let id = |grant: &Grant<'_>| {
        format!(
            "{}/providers/Microsoft.Authorization/roleAssignments/{}",
            grant.scope.id,
            grant.guid(env)
        )
    };
    grants(env).iter().map(id).collect()
}

impl Grant<'_> {
    fn guid(&self, env: &Env) -> String {
        let generation = env.shared.generations[self.identity];
        let identity = env.names().identity(self.identity);
        guid::role_assignment(&self.scope.id, &identity, self.role, generation)
    }
}

/// One deployment per resource group of another owner. It only creates role assignments there.
pub(crate) fn deployments(env: &Env) -> Vec<Value> {
    let mut groups: BTreeMap<(String, String), Vec<Grant<'_>>> = BTreeMap::new();
    for grant in grants(env) {
        let id = grant.scope.id.to_lowercase();
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
    let scopes: BTreeMap<&str, String> = grants
        .iter()
        .filter_map(|grant| Some((grant.scope.id.as_str(), grant.scope.bicep_type()?)))
        .collect();
    let one = |grant: &Grant<'_>| {
        let identity = names.identity(grant.identity);
        json!({
            "guid": grant.guid(env),
            "role": grant.role,
            "definition": roles::definition(grant.role),
            "identity": identities.iter().position(|one| *one == identity).map(|at| at + 1),
            // The resource group itself is not a resource in its own deployment.
            "scope": scopes.keys().position(|one| *one == grant.scope.id).map_or(0, |at| at + 1),
        })
    };
    let id = grants.first().map(|grant| grant.scope.id.as_str()).unwrap_or_default();
    json!({
        "name": name,
        "subscription": ids::subscription(id),
        "group": ids::group(id),
        "identities": identities,
        "scopes": scopes
            .iter()
            .map(|(id, resource)| json!({"name": ids::path(id), "resource": resource}))
            .collect::<Value>(),
        "roles": grants.iter().map(one).collect::<Value>(),
    })
}
