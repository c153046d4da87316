//! The storage account that backups go to. Never holds anything else.

use crate::azure::{
    naming::{self, short},
    regions,
};
use crate::components::checks::{check_azure_name, check_ranges_unused, check_unset_if_existing};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceType, View, WireContext,
    text::{AccountId, Cidr, Plain},
    wiring::{PrivateLinkTarget, ResourceRef, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The storage account for backups. It exists if someone backs up.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// Its name in Azure, unique in the world; made from platform and environment where it is not
    /// given.
    pub name: Option<Plain>,
    /// How it is replicated.
    pub redundancy: Redundancy,
    /// The container for backups.
    pub container: Plain,
    /// Days that a deleted blob can be brought back.
    #[schemars(range(min = 1, max = 365))]
    pub soft_delete_days: u32,
    /// Addresses that may reach it besides Azure's own services; empty for every address with
    /// credentials.
    pub allowed_ranges: Vec<Cidr>,
    /// An account that somebody else made, with the container in it: nothing of it is rendered
    /// then, and its owner gives the roles.
    pub existing: Option<AccountId>,
}

/// How data is replicated.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Redundancy {
    /// Three copies in one place.
    #[serde(rename = "Standard_LRS")]
    Lrs,
    /// Three zones of the region.
    #[serde(rename = "Standard_ZRS")]
    Zrs,
    /// One more place in the paired region.
    #[serde(rename = "Standard_GRS")]
    Grs,
    /// Three zones, and one more place in the paired region.
    #[serde(rename = "Standard_GZRS")]
    Gzrs,
}

impl Storage {
    /// Zones and pairs that a region does not have hold no copies.
    fn region_has_room(&self, region: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let zones = matches!(self.redundancy, Redundancy::Zrs | Redundancy::Gzrs)
            && regions::has_zones(region) == Some(false);
        let pair = matches!(self.redundancy, Redundancy::Grs | Redundancy::Gzrs)
            && !regions::has_pair(region);
        for (missing, what) in [(zones, "zones"), (pair, "pair")] {
            if missing {
                let message =
                    format!("the region `{region}` has no {what} that copies could be kept in");
                let diagnostic = Diagnostic::in_spec(
                    Code::CapabilityMissing,
                    "storage.redundancy",
                    message,
                    "write another `redundancy`, such as `Standard_LRS`, or choose another region",
                );
                diagnostics.push(diagnostic.and("azure.location"));
            }
        }
    }
}

const STORAGE_ACCOUNT: ResourceType = ResourceType {
    group: "storage.azure.com",
    kind: "StorageAccount",
    arm: "Microsoft.Storage/storageAccounts",
    version: "2023-01-01",
};

impl Storage {
    /// Its name has at most 24 lower-case letters and digits, and is globally unique.
    fn resource_of(&self, env: &Env) -> Resource {
        let names = env.names();
        let default = || {
            let (platform, environment) = (short(names.platform(), 10), short(&env.name, 4));
            let suffix = names.unique_suffix(&env.name);
            format!("st{platform}{environment}{suffix}").replace('-', "")
        };
        let name = self.name.as_ref().map_or_else(default, |name| name.as_str().to_owned());
        Resource::new(&STORAGE_ACCOUNT, "storage", name, env)
            .or_existing(self.existing.as_ref().map(AccountId::as_str))
            .with_host("blob.core.windows.net")
    }
}

impl Component for Storage {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        if context.shared.private {
            let target = PrivateLinkTarget {
                group: STORAGE_ACCOUNT.group,
                kind: STORAGE_ACCOUNT.kind,
                part: "blob",
                scope: ResourceRef::single("storage"),
                zone: "storage",
                addresses: 1,
            };
            wiring.private("storage", "storage", target);
        }
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if self.existing.is_some() {
            check_unset_if_existing(
                "storage",
                &[
                    ("name", self.name.is_some()),
                    ("allowed_ranges", !self.allowed_ranges.is_empty()),
                ],
                diagnostics,
            );
        }
        check_ranges_unused("storage", &self.allowed_ranges, env, diagnostics);
        check_azure_name(
            &naming::STORAGE,
            &self.resource_of(env).azure_name,
            "storage.name",
            diagnostics,
        );
        check_azure_name(
            &naming::CONTAINER,
            self.container.as_str(),
            "storage.container",
            diagnostics,
        );
        self.region_has_room(env.azure().location.as_str(), diagnostics);
    }

    fn resource(&self, _: &str, env: &Env) -> Option<Resource> {
        Some(self.resource_of(env))
    }

    fn unique_names(&self, _: &str, env: &Env) -> Vec<(String, String)> {
        let own = self.existing.is_none();
        let name = || ("storage.name".to_owned(), self.resource_of(env).azure_name);
        own.then(name).into_iter().collect()
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("storage", "storage", self, env);
        view.set("azure_name", self.resource_of(env).azure_name, ["storage.name", "platform.name"]);
        view.set("own", self.existing.is_none(), ["storage.existing"]);
        view.set(
            "restricted",
            env.is_private("storage") || !self.allowed_ranges.is_empty(),
            ["storage.allowed_ranges", "private_endpoints"],
        );
        view.set("private", env.is_private("storage"), ["private_endpoints"]);
        view
    }
}
