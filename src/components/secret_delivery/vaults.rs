//! Additional key vaults. Other settings are those of `[vault]`. A failover is manual.

use crate::azure::{naming, regions};
use crate::components::checks::{check_azure_name, check_unset_if_existing};
use crate::components::key_vaults::{self, object, set_access_values};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, View, WireContext,
    text::{Location, Plain, VaultId},
    wiring::Wiring,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Additional key vault, for the stores that name it. A vault that no store names is a replica of
/// the first vault. Its secrets are created manually, and the readers of the first vault may read
/// it.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherVault {
    /// Name of the vault in Azure, globally unique; derived from platform, environment and the name
    /// of this table by default.
    pub name: Option<Plain>,
    /// Azure region of the vault; `azure.location` by default.
    pub location: Option<Location>,
    /// ARM ID of a vault that another team owns. No vault is rendered; the owner assigns the roles.
    pub existing: Option<VaultId>,
}

impl OtherVault {
    fn resource_of(&self, name: &str, env: &Env) -> Resource {
        let unique = format!("{}/{name}", env.name);
        let azure_name = key_vaults::azure_name(self.name.as_ref(), name, &unique, env);
        key_vaults::resource(object(name), azure_name, self.existing.as_ref(), env)
    }
}

impl Component for OtherVault {
    fn wire(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        if context.shared.private {
            let source = format!("vaults.{name}");
            wiring.private(&object(name), &source, key_vaults::private_link(Some(name)));
        }
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let at = |field: &str| format!("vaults.{name}.{field}");
        check_azure_name(
            &naming::VAULT,
            &self.resource_of(name, env).azure_name,
            &at("name"),
            diagnostics,
        );
        if self.existing.is_some() {
            check_unset_if_existing(
                &format!("vaults.{name}"),
                &[("name", self.name.is_some()), ("location", self.location.is_some())],
                diagnostics,
            );
        }
        if let Some(region) =
            self.location.as_ref().filter(|region| regions::has_zones(region.as_str()).is_none())
        {
            let message = format!("there is no region `{}`", region.as_str());
            diagnostics.push(Diagnostic::in_spec(
                Code::UnknownReference,
                at("location"),
                message,
                "use a name of `az account list-locations`",
            ));
        }
    }

    fn resource(&self, name: &str, env: &Env) -> Option<Resource> {
        Some(self.resource_of(name, env))
    }

    fn unique_names(&self, name: &str, env: &Env) -> Vec<(String, String)> {
        let own = self.existing.is_none();
        let named = || (format!("vaults.{name}.name"), self.resource_of(name, env).azure_name);
        own.then(named).into_iter().collect()
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let own = format!("vaults.{name}");
        let mut view = View::new(&own, &object(name), self, env);
        let first = &env.shared.vault;
        view.set("sku", serde_json::json!(first.sku), ["vault.sku"]);
        view.set("soft_delete_days", first.soft_delete_days, ["vault.soft_delete_days"]);
        view.set(
            "allowed_ranges",
            serde_json::json!(env.shared.network.clients(&first.allowed_ranges)),
            ["vault.allowed_ranges", "network.egress_ranges"],
        );
        let region = self.location.as_ref().unwrap_or(&env.azure().location);
        view.set("location", region.as_str(), [format!("{own}.location"), "azure.location".into()]);
        view.set(
            "azure_name",
            self.resource_of(name, env).azure_name,
            [format!("{own}.name"), "platform.name".into()],
        );
        set_access_values(&mut view, Some(name), env);
        view
    }
}
