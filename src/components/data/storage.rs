//! Storage account for backups.

use crate::azure::{
    naming::{self, short},
    regions,
};
use crate::components::checks::{check_azure_name, check_client_ranges, check_unset_if_existing};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceType, View, WireContext,
    text::{AccountId, Cidr, Plain},
    wiring::{PrivateLinkTarget, ResourceRef, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Storage account for backups. It exists if there are backups.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Name of the storage account in Azure, globally unique; derived from platform and environment
    /// by default.
    pub name: Option<Plain>,
    /// `sku.name`: replication of the data.
    pub redundancy: Redundancy,
    /// Name of the blob container for backups.
    pub container: Plain,
    /// `deleteRetentionPolicy.days`: days in which a deleted blob or container can be restored.
    #[schemars(range(min = 1, max = 365))]
    pub soft_delete_days: u32,
    /// `networkAcls.ipRules`: public addresses that may reach the account, besides trusted Azure
    /// services. An empty list allows all addresses.
    pub allowed_ranges: Vec<Cidr>,
    /// ARM ID of a storage account that another team owns, with the container. No account is
    /// rendered; the owner assigns the roles.
    pub existing: Option<AccountId>,
}

/// Replication of the data.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Redundancy {
    /// Three copies in one data center.
    #[serde(rename = "Standard_LRS")]
    Lrs,
    /// Three copies in three zones of the region.
    #[serde(rename = "Standard_ZRS")]
    Zrs,
    /// Three copies in one data center, and three in the paired region.
    #[serde(rename = "Standard_GRS")]
    Grs,
    /// Three copies in three zones, and three in the paired region.
    #[serde(rename = "Standard_GZRS")]
    Gzrs,
}

impl Storage {
    /// Reports a redundancy that needs zones or a paired region, in a region without them.
    fn check_region(&self, region: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let zones = matches!(self.redundancy, Redundancy::Zrs | Redundancy::Gzrs)
            && regions::has_zones(region) == Some(false);
        let pair = matches!(self.redundancy, Redundancy::Grs | Redundancy::Gzrs)
            && !regions::has_pair(region);
        for (missing, what) in [(zones, "availability zones"), (pair, "paired region")] {
            if missing {
                let message = format!("the region `{region}` has no {what} for this redundancy");
                let diagnostic = Diagnostic::in_spec(
                    Code::CapabilityMissing,
                    "storage.redundancy",
                    message,
                    "set another `redundancy`, such as `Standard_LRS`, or choose another region",
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
        check_client_ranges("storage", &self.allowed_ranges, env, diagnostics);
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
        self.check_region(env.azure().location.as_str(), diagnostics);
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
        view.set(
            "allowed_ranges",
            json!(ip_rules(&env.shared.network.clients(&self.allowed_ranges))),
            ["storage.allowed_ranges", "network.egress_ranges"],
        );
        view.set("private", env.is_private("storage"), ["private_endpoints"]);
        view
    }
}

/// Values of `ipRules`. Storage accounts refuse `/31` and `/32`, and accept single addresses.
/// Source: Azure documentation on the storage firewall.
fn ip_rules(ranges: &[&Cidr]) -> Vec<String> {
    let rules = ranges.iter().flat_map(|range| match range.net() {
        net if net.prefix_len() >= 31 => net.hosts().map(|host| host.to_string()).collect(),
        net => vec![net.to_string()],
    });
    rules.collect()
}
