//! Container registry for images of the platform.

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

/// Container registry. It exists if a service has an image without a registry, such as
/// `orders:1.4.2`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Name of the registry in Azure, globally unique; derived from the platform and the owning
    /// environment by default.
    pub name: Option<Plain>,
    /// Environment that owns the registry; the other environments pull from it. By default, each
    /// environment has its own registry.
    pub owner: Option<Name>,
    /// `sku.name`; by default `Premium` with a private endpoint and `Standard` without.
    pub sku: Option<RegistrySku>,
    /// `publicNetworkAccess`. By default it is disabled if the registry has a private endpoint and
    /// no `owner`.
    pub public_access: Option<bool>,
    /// First parts of the names of repositories, such as `team` of `team/orders:1.4.2`. Images with
    /// other first parts need the host of their registry, because Docker Hub can have them as well.
    /// The names of the platform, of its services and of their namespaces are always included.
    pub repository_namespaces: Vec<Name>,
    /// ARM ID of a registry that another team owns. No registry is rendered.
    pub existing: Option<RegistryId>,
}

/// Service tier of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum RegistrySku {
    /// 10 GiB of storage.
    Basic,
    /// 100 GiB of storage.
    Standard,
    /// 500 GiB of storage, private endpoints.
    Premium,
}

/// Whether the registry is rendered in this environment.
fn is_own(env: &Env) -> bool {
    env.shared.registry.is_own(&env.name)
}

/// Whether the registry refuses clients on the internet.
fn is_closed(env: &Env) -> bool {
    env.shared.registry.is_closed(env.is_private("registry"))
}

/// Diagnostic of an environment that cannot reach the registry of another one.
fn unreachable(environment: &str, owner: &str) -> Diagnostic<SpecPath> {
    let message = format!(
        "`{environment}` pulls from the registry of `{owner}`, which is closed to the internet"
    );
    let help = format!(
        "set `environments.{environment}.private_endpoints.enabled`, or remove `public_access`"
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
        // Each network needs its own endpoint, also for the registry of another environment: a
        // private zone answers in linked networks only.
        if context.shared.private {
            let target = PrivateLinkTarget {
                group: REGISTRY.group,
                kind: REGISTRY.kind,
                part: "registry",
                scope: ResourceRef::single("registry"),
                zone: "registry",
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
                format!("`registry.owner` is `{}`, which is no environment", owner.as_str());
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
                "remove `sku`, or set it to `Premium`",
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
