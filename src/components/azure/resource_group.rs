//! The resource group that holds everything of one environment. Never shared between environments.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, Resource, ResourceOwner, View, WireContext, names,
    provisioning::{Phase, ProvisioningStep, SAME},
    resource::RESOURCE_GROUP,
    text::Plain,
    wiring::{Purpose, Wiring},
};
use crate::{azure::naming, components::checks::check_azure_name, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The resource group.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceGroup {
    /// Its name in Azure; made from platform and environment where it is not given.
    pub name: Option<Plain>,
    /// Somebody else made it: nobody makes it, moves it or changes its tags. Its name is needed
    /// then.
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
                "which group exists already?",
                "name it by `resource_group.name`",
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
        vec![("resource_group.name".to_owned(), env.names().group_id())]
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let state = if self.existing { "existing" } else { "created" };
        let what = format!("resource group `{}`, {state}", env.names().resource_group());
        let step = ProvisioningStep::new("group", Phase::Bootstrap, what, "commands", SAME);
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
