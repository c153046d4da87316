//! Azure Monitor alerts, for metrics that exist in Azure only.

use crate::azure::naming::{self, short};
use crate::components::checks::check_azure_name;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{Component, Each, Env, View, WireContext, text::Email, wiring::Wiring};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Azure Monitor alerts and their receivers.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureMonitorAlerts {
    /// Enable the alerts; by default they are enabled if `email` has an address.
    pub enabled: Option<bool>,
    /// `emailReceivers` of the action group: email addresses by name.
    pub email: Each<Email>,
    /// Number of throttled vault requests within 15 minutes above which an alert fires.
    #[schemars(range(min = 0, max = 100_000))]
    pub throttled_requests: u32,
}

impl Component for AzureMonitorAlerts {
    fn enabled(&self) -> Option<bool> {
        self.enabled.or(Some(!self.email.is_empty()))
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, _: &mut Wiring) {}

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        check_azure_name(&naming::ACTION_GROUP, &group_name(env), "platform.name", diagnostics);
        if self.email.is_empty() {
            let message = "the alerts have no receiver";
            diagnostics.push(Diagnostic::in_spec(
                Code::MissingReceiver,
                "azure_monitor_alerts.enabled",
                message,
                "add an address to `azure_monitor_alerts.email`, or set `azure_monitor_alerts.enabled = false`",
            ));
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("azure_monitor_alerts", "platform", self, env);
        view.set("group_name", group_name(env), ["platform.name"]);
        view.set(
            "group_id",
            env.names().id("Microsoft.Insights/actionGroups", &group_name(env)),
            ["platform.name"],
        );
        view.set("short_name", short(env.general().name.as_str(), 12), ["platform.name"]);
        view.set(
            "throttling_name",
            format!("alert-{}-vault-throttling", env.names().stem()),
            ["platform.name"],
        );
        view.set(
            "receivers",
            self.email
                .iter()
                .map(|(name, address)| json!({"name": name, "address": address}))
                .collect::<Value>(),
            ["azure_monitor_alerts.email"],
        );
        // Azure Service Operator has no permission to add alerts on resources of other teams.
        view.set("has_vault", env.has("vault") && !env.shared.vault.existing, ["vault"]);
        view
    }
}

fn group_name(env: &Env) -> String {
    format!("ag-{}", env.names().stem())
}
