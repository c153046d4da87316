//! Managed identities with their federated credentials and role assignments, derived from the
//! wiring.

use crate::azure::{guid, naming, roles};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{Component, Env, View, checks::check_azure_name, wiring::RoleScope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Managed identities of pods and of the cluster.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Number of the identity under its name. Raise it after the identity was deleted and created
    /// again: Azure cannot move a role assignment to another principal.
    pub generation: u32,
}

impl Component for Identity {
    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(
            &naming::IDENTITY,
            &env.names().identity(name),
            &format!("identities.{name}"),
            diagnostics,
        );
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let need = &env.wiring.identities[name];
        let sources = || need.sources.iter().cloned();
        let mut view = View::new(&format!("identities.{name}"), name, self, env);
        view.set("azure_name", env.names().identity(name), ["platform.name"]);
        view.set("exported", format!("{name}-identity"), sources());
        view.set("protected", need.protect, sources());
        view.set("disposable", !need.protect, sources());
        view.set(
            "subjects",
            need.subjects
                .iter()
                .map(|(namespace, account)| subject(namespace, account))
                .collect::<Value>(),
            sources(),
        );
        let roles = |keep: bool| {
            need.roles
                .iter()
                .filter(move |(_, scope)| keep && env.names().is_ours(scope))
                .map(|(role, scope)| self.assignment(name, role, scope, env))
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
    fn assignment(&self, name: &str, role: &str, scope: &RoleScope, env: &Env) -> Value {
        let names = env.names();
        let (group, kind, object) = match scope {
            RoleScope::Vault => ("keyvault.azure.com", "Vault", "vault".to_owned()),
            RoleScope::OtherVault(name) => {
                ("keyvault.azure.com", "Vault", crate::model::key_vaults::object(name))
            }
            RoleScope::Storage => ("storage.azure.com", "StorageAccount", "storage".to_owned()),
            RoleScope::Registry => {
                ("containerregistry.azure.com", "Registry", "registry".to_owned())
            }
            RoleScope::Subnet(subnet) => {
                ("network.azure.com", "VirtualNetworksSubnet", subnet.name().to_owned())
            }
            RoleScope::Network => ("network.azure.com", "VirtualNetwork", "network".to_owned()),
            RoleScope::PrivateZone(name) => ("network.azure.com", "PrivateDnsZone", name.clone()),
            RoleScope::Zone => ("network.azure.com", "DnsZone", "zone".to_owned()),
            RoleScope::ResourceGroup | RoleScope::ZoneGroup => (
                "resources.azure.com",
                "ResourceGroup",
                crate::model::names::object(&names.resource_group()),
            ),
            RoleScope::Identity(other) => {
                ("managedidentity.azure.com", "UserAssignedIdentity", other.clone())
            }
        };
        let id = names.scope_id(scope);
        let guid = guid::role_assignment(&id, &names.identity(name), role, self.generation);
        json!({"name": guid::short(&guid), "guid": guid, "definition": roles::definition(role), "role": role, "group": group, "kind": kind, "object": object})
    }
}
