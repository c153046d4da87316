//! Resource group of one environment.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceOwner, View, WireContext, names,
    provisioning::{OWNER, Phase, ProvisioningStep},
    resource::RESOURCE_GROUP,
    text::Plain,
    wiring::{Purpose, Wiring},
};
use crate::{azure::naming, components::checks::check_azure_name, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Resource group of an environment.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceGroup {
    /// Name of the resource group in Azure; derived from platform and environment by default.
    pub name: Option<Plain>,
    /// Use a resource group that another team owns. Requires `name`; the group and its tags are not
    /// changed.
    pub existing: bool,
}

impl Component for ResourceGroup {
    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.namespace(
            &context.azure_namespace(),
            Purpose::Azure,
            Stage::Azure,
            "resource_group",
        );
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(
            &naming::RESOURCE_GROUP,
            &env.names().resource_group(),
            "resource_group.name",
            diagnostics,
        );
        if self.existing && self.name.is_none() {
            diagnostics.push(Diagnostic::in_spec(
                Code::IncompleteTable,
                "resource_group.existing",
                "the existing resource group has no name",
                "set `resource_group.name`",
            ));
        }
    }

    fn resource(&self, _: &str, env: &Env) -> Option<Resource> {
        let azure_name = env.names().resource_group();
        Some(Resource {
            kind: &RESOURCE_GROUP,
            object: names::object(&azure_name),
            azure_name,
            host: String::new(),
            id: env.names().group_id(),
            owner: ResourceOwner::Here,
        })
    }

    fn unique_names(&self, _: &str, env: &Env) -> Vec<(String, String)> {
        // Several environments can use a group that another team owns.
        let own = !self.existing;
        own.then(|| ("resource_group.name".to_owned(), env.names().group_id()))
            .into_iter()
            .collect()
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let state = if self.existing { "existing" } else { "created" };
        let what = format!("resource group `{}`, {state}", env.names().resource_group());
        let step = ProvisioningStep::new("group", Phase::Bootstrap, what, "commands", OWNER);
        vec![step.after(&["providers"])]
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("resource_group", "", self, env);
        view.set(
            "azure_name",
            env.names().resource_group(),
            ["resource_group.name", "platform.name"],
        );
        view
    }
}
