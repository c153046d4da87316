//! Managed identities with their federated credentials and role assignments, derived from the
//! wiring.

use crate::azure::{guid, naming, roles};
use crate::components::checks::check_azure_name;
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{Component, Env, Resource, ResourceType, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Managed identities of pods and of the cluster.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Number of the identity under its name. Raise it after the identity was deleted and created
    /// again: Azure cannot move a role assignment to another principal.
    #[schemars(range(max = 1_000_000))]
    pub generation: u32,
}

const IDENTITY: ResourceType = ResourceType {
    group: "managedidentity.azure.com",
    kind: "UserAssignedIdentity",
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities",
    version: "2023-01-31",
};

impl Component for Identity {
    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(
            &naming::IDENTITY,
            &env.names().identity(name),
            &format!("identities.{name}"),
            diagnostics,
        );
    }

    fn resource(&self, name: &str, env: &Env) -> Option<Resource> {
        Some(Resource::new(&IDENTITY, name, env.names().identity(name), env))
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let need = &env.wiring.identities[name];
        let sources = || need.sources.iter().cloned();
        let mut view = View::new(&format!("identities.{name}"), name, self, env);
        view.set("azure_name", env.names().identity(name), ["platform.name"]);
        view.set("exported", format!("{name}-identity"), sources());
        view.set("protected", need.protect, sources());
        view.set("disposable", !need.protect, sources());
        let subjects = |keep: bool| {
            let all = need.subjects.iter().filter(move |_| keep);
            all.map(|(namespace, account)| subject(namespace, account)).collect::<Value>()
        };
        view.set("protected_subjects", subjects(need.protect), sources());
        view.set("subjects", subjects(!need.protect), sources());
        let roles = |keep: bool| {
            need.roles
                .iter()
                .filter(move |_| keep)
                .filter_map(|(role, scope)| Some((role, env.resource(scope)?)))
                .filter(|(_, scope)| scope.is_own())
                .map(|(role, scope)| self.assignment(name, role, &scope, env))
                .collect::<Value>()
        };
        view.set("protected_roles", roles(need.protect), sources());
        view.set("roles", roles(!need.protect), sources());
        view
    }
}

fn subject(namespace: &str, account: &str) -> Value {
    json!({"name": format!("{namespace}-{account}"), "subject": format!("system:serviceaccount:{namespace}:{account}")})
}

impl Identity {
    fn assignment(&self, name: &str, role: &str, scope: &Resource, env: &Env) -> Value {
        let identity = env.names().identity(name);
        let guid = guid::role_assignment(&scope.id, &identity, role, self.generation);
        json!({
            "name": guid::short(&guid),
            "guid": guid,
            "definition": roles::definition(role),
            "role": role,
            "group": scope.kind.group,
            "kind": scope.kind.kind,
            "object": scope.object,
        })
    }
}
