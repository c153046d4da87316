//! The registry that images of the platform's own are pulled from. Never the images in it.

use crate::azure::{
    naming::{self, short, suffix},
    roles,
};
use crate::components::checks::{check_azure_name, check_unset_if_existing};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceType, View, WireContext,
    provisioning::{Phase, ProvisioningStep},
    text::{Name, Plain, RegistryId},
    wiring::{PrivateLinkTarget, ResourceRef, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The container registry. It exists if an image names no other one: `orders:1.4.2`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// Its name in Azure, unique in the world; made from the platform and the owning environment
    /// where it is not given.
    pub name: Option<Plain>,
    /// The environment that it belongs to; the others pull from it. Where it is not given, every
    /// environment has a registry of its own.
    pub owner: Option<Name>,
    /// What it can do; where it is not given, `Premium` with a private endpoint and `Standard`
    /// without.
    pub sku: Option<RegistrySku>,
    /// Whether the internet reaches it; where it is not given, unless it has a private endpoint and
    /// no other environment pulls from it.
    pub public_access: Option<bool>,
    /// A registry that somebody else made: nothing of it is rendered then.
    pub existing: Option<RegistryId>,
}

/// What a registry can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum RegistrySku {
    /// 10 GB.
    Basic,
    /// 100 GB.
    Standard,
    /// 500 GB, private endpoints.
    Premium,
}

/// The registry is rendered in this environment.
fn is_own(env: &Env) -> bool {
    env.shared.registry.is_own(&env.name)
}

/// The registry refuses clients on the internet.
fn is_closed(env: &Env) -> bool {
    env.shared.registry.is_closed(env.is_private("registry"))
}

/// An environment without a private endpoint pulls from a registry that is closed to the internet.
fn unreachable(environment: &str, owner: &str) -> Diagnostic<SpecPath> {
    let message = format!(
        "`{environment}` pulls from the registry of `{owner}`, which is closed to the internet"
    );
    let help = format!(
        "set `environments.{environment}.private_endpoints.enabled`, or leave `public_access` out"
    );
    Diagnostic::in_spec(Code::Unreachable, "registry.owner", message, help)
}

const REGISTRY: ResourceType = ResourceType {
    group: "containerregistry.azure.com",
    kind: "Registry",
    arm: "Microsoft.ContainerRegistry/registries",
    version: "2023-07-01",
};

impl Registry {
    /// Its name has at most 50 letters and digits, and is globally unique. All environments that
    /// share the registry have the same name for it.
    fn resource_of(&self, env: &Env) -> Resource {
        let platform = env.names().platform();
        let owner = self.owner.as_ref().map(Name::as_str);
        let default = || {
            let owner = owner.unwrap_or(&env.name);
            // Environments that share a registry can have different subscriptions.
            let suffix = suffix(env.azure().tenant_id.as_str(), platform, owner);
            format!("acr{}{}{suffix}", short(platform, 30), short(owner, 8)).replace('-', "")
        };
        let name = self.name.as_ref().map_or_else(default, |name| name.as_str().to_owned());
        let registry = Resource::new(&REGISTRY, "registry", name.to_lowercase(), env)
            .of_environment(owner, "registry.owner", env)
            .or_existing(self.existing.as_ref().map(RegistryId::as_str));
        let azure_name = registry.azure_name.to_lowercase();
        Resource { azure_name, ..registry }.with_host("azurecr.io")
    }
}

impl Component for Registry {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let kubelet = wiring.identity("kubelet", "registry");
        kubelet.roles.insert((roles::ACR_PULL, ResourceRef::single("registry")));
        // Every network has an endpoint of its own, whoever the registry belongs to: names in a
        // private zone are looked up nowhere else.
        if context.shared.private {
            let target = PrivateLinkTarget {
                group: REGISTRY.group,
                kind: REGISTRY.kind,
                part: "registry",
                scope: ResourceRef::single("registry"),
                zone: "registry",
                zone_name: "privatelink.azurecr.io",
                addresses: 2,
            };
            wiring.private("registry", "registry", target);
        }
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(
            &naming::REGISTRY,
            &self.resource_of(env).azure_name,
            "registry.name",
            diagnostics,
        );
        if let Some(owner) = self
            .owner
            .as_ref()
            .filter(|owner| !env.environments.iter().any(|e| e == owner.as_str()))
        {
            let message =
                format!("there is no environment `{}` that could own the registry", owner.as_str());
            diagnostics.push(Diagnostic::in_spec(
                Code::UnknownReference,
                "registry.owner",
                message,
                format!("there are: {}", env.environments.join(", ")),
            ));
        }
        if env.is_private("registry") && self.sku.is_some_and(|sku| sku != RegistrySku::Premium) {
            let diagnostic = Diagnostic::in_spec(
                Code::CapabilityMissing,
                "registry.sku",
                "only a `Premium` registry has a private endpoint",
                "leave `sku` out, or write `Premium`",
            );
            diagnostics.push(diagnostic.and("private_endpoints.enabled"));
        }
        if self.existing.is_some() {
            let given = [
                ("name", self.name.is_some()),
                ("owner", self.owner.is_some()),
                ("sku", self.sku.is_some()),
            ];
            check_unset_if_existing("registry", &given, diagnostics);
            check_unset_if_existing(
                "registry",
                &[("public_access", self.public_access.is_some())],
                diagnostics,
            );
        }
    }

    fn validate_across(&self, _: &str, env: &Env, all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
        let owner = self.owner.as_ref();
        let Some(owner) = all.iter().find(|one| owner.is_some_and(|o| o.as_str() == one.name))
        else {
            return vec![];
        };
        let reachable = is_own(env) || env.is_private("registry") || !is_closed(owner);
        if reachable { vec![] } else { vec![unreachable(&env.name, &owner.name)] }
    }

    fn resource(&self, _: &str, env: &Env) -> Option<Resource> {
        Some(self.resource_of(env))
    }

    fn unique_names(&self, _: &str, env: &Env) -> Vec<(String, String)> {
        let name = || ("registry.name".to_owned(), self.resource_of(env).azure_name);
        is_own(env).then(name).into_iter().collect()
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let name = self.resource_of(env).azure_name;
        let what = format!("images of the platform, pushed to `{name}`");
        let rights = "its own identity, with the role AcrPush";
        let step = ProvisioningStep::new("images", Phase::Content, what, "your pipeline", rights)
            .after(&["azure", "agreed"])
            .before("workloads");
        is_own(env).then_some(step).into_iter().collect()
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("registry", "registry", self, env);
        let (own, registry) = (is_own(env), self.resource_of(env));
        view.set(
            "azure_name",
            registry.azure_name,
            ["registry.name", "registry.owner", "platform.name"],
        );
        view.set("host", registry.host, ["registry.name", "registry.owner"]);
        view.set("own", own, ["registry.owner", "registry.existing"]);
        let tier = self.sku.unwrap_or(if env.is_private("registry") {
            RegistrySku::Premium
        } else {
            RegistrySku::Standard
        });
        view.set("tier", serde_json::json!(tier), ["registry.sku", "private_endpoints"]);
        view.set(
            "closed",
            is_closed(env),
            ["private_endpoints", "registry.owner", "registry.public_access"],
        );
        view
    }
}
