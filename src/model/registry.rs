//! The registry that images of the platform's own are pulled from. Never the images in it.

use super::{
    Blame, Component, Env, Ground, View,
    resource_group::legal,
    text::{Name, Plain, RegistryId},
    wiring::{Scope, Target, Wiring},
};
use crate::{
    azure::{naming, roles},
    diag::Code,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The container registry. It exists if an image names no other one: `orders:1.4.2`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// Its name in Azure, unique in the world; made from the platform and the owning environment where it is not given.
    pub name: Option<Plain>,
    /// The environment that it belongs to; the others pull from it, so it stays open to the internet whatever `private_endpoints` says.
    /// Where it is not given, every environment has a registry of its own.
    pub owner: Option<Name>,
    /// What it can do; where it is not given, `Premium` with a private endpoint and `Standard` without.
    pub sku: Option<RegistrySku>,
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

impl Registry {
    /// Is it rendered in this environment?
    fn is_own(&self, environment: &str) -> bool {
        self.existing.is_none() && self.owner.as_ref().is_none_or(|owner| owner.as_str() == environment)
    }
}

/// The host of the registry of an environment.
pub(super) fn host(env: &Env) -> String {
    format!("{}.azurecr.io", env.names().registry())
}

impl Component for Registry {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, ground: &Ground<'_>, out: &mut Wiring) {
        // In the resource group of another environment we may give nobody a role.
        if self.is_own(ground.environment) {
            if ground.private {
                out.private("registry", Target { group: "containerregistry.azure.com", kind: "Registry", part: "registry", addresses: 2 });
            }
            out.identity("kubelet", "registry").roles.insert((roles::ACR_PULL, Scope::Registry));
        }
    }

    fn rules(&self, _: &str, env: &Env, out: &mut Vec<Blame>) {
        legal(&naming::REGISTRY, &env.names().registry(), "registry.name", out);
        if let Some(owner) = self.owner.as_ref().filter(|owner| !env.environments.iter().any(|e| e == owner.as_str())) {
            let message = format!("there is no environment `{}` that could own the registry", owner.as_str());
            out.push(Blame::new(Code::UnknownReference, "registry.owner", message, format!("there are: {}", env.environments.join(", "))));
        }
        if env.is_private("registry") && self.sku.is_some_and(|sku| sku != RegistrySku::Premium) {
            let blame = Blame::new(Code::Conflict, "registry.sku", "only a `Premium` registry has a private endpoint", "leave `sku` out, or write `Premium`");
            out.push(Blame { other: Some("private_endpoints.enabled".into()), ..blame });
        }
        let given = [("name", self.name.is_some()), ("owner", self.owner.is_some()), ("sku", self.sku.is_some())];
        for (field, _) in given.into_iter().filter(|(_, given)| *given && self.existing.is_some()) {
            let message = format!("a registry that exists already has its `{field}`");
            let blame = Blame::new(Code::Conflict, format!("registry.{field}"), message, "remove one of the two");
            out.push(Blame { other: Some("registry.existing".into()), ..blame });
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("registry", "registry", self, env);
        let own = self.is_own(&env.name);
        view.set("azure_name", env.names().registry(), ["registry.name", "registry.owner", "platform.name"]);
        view.set("host", host(env), ["registry.name", "registry.owner"]);
        view.set("own", own, ["registry.owner", "registry.existing"]);
        view.set("foreign", !own, ["registry.owner", "registry.existing"]);
        let private = env.is_private("registry");
        let tier = self.sku.unwrap_or(if private { RegistrySku::Premium } else { RegistrySku::Standard });
        view.set("tier", serde_json::json!(tier), ["registry.sku", "private_endpoints"]);
        view.set("closed", private && self.owner.is_none(), ["private_endpoints", "registry.owner"]);
        view.set("kubelet_identity", env.names().identity("kubelet"), ["platform.name"]);
        view.set("role", roles::ACR_PULL, ["registry"]);
        view
    }
}
