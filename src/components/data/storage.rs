//! The storage account that backups go to. Never holds anything else.

use crate::azure::{naming, regions};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    checks::check_azure_name,
    checks::check_ranges_unused,
    checks::check_unset_if_existing,
    text::{AccountId, Cidr, Plain},
    wiring::{PrivateLinkTarget, RoleScope, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

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

impl Component for Storage {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        if context.shared.private {
            let target = PrivateLinkTarget {
                group: "storage.azure.com",
                kind: "StorageAccount",
                part: "blob",
                scope: RoleScope::Storage,
                addresses: 1,
            };
            wiring.private("storage", "storage", "storage", target);
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
        check_azure_name(&naming::STORAGE, &env.names().storage(), "storage.name", diagnostics);
        check_azure_name(
            &naming::CONTAINER,
            self.container.as_str(),
            "storage.container",
            diagnostics,
        );
        self.region_has_room(env.azure().location.as_str(), diagnostics);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("storage", "storage", self, env);
        view.set("azure_name", env.names().storage(), ["storage.name", "platform.name"]);
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
