//! Alerts on the operators of the platform. Never the alerts of a service: those stand beside its
//! other templates.

use crate::components::operator_names::EXTERNAL_SECRETS as NAMESPACE;
use crate::model::{Component, Env, View, alert_test_values, text::Duration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Alerts on the operators of the platform.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorAlerts {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// How long a secret may fail to be read before someone is told.
    pub sync_failure_after: Duration,
    /// How long a store may fail before someone is told.
    pub store_failure_after: Duration,
    /// The share of failed reconciliations, in percent, that is an alert.
    #[schemars(range(min = 1, max = 99))]
    pub reconcile_error_percent: u32,
    /// Restarts of a container within an hour that are an alert.
    #[schemars(range(min = 1, max = 100))]
    pub restarts: u32,
}

impl Component for OperatorAlerts {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("operator_alerts", "external-secrets", self, env);
        view.set("namespace", NAMESPACE, ["external_secrets"]);
        view.set(
            "sync_failure_after",
            self.sync_failure_after.canonical(),
            ["operator_alerts.sync_failure_after"],
        );
        view.set(
            "store_failure_after",
            self.store_failure_after.canonical(),
            ["operator_alerts.store_failure_after"],
        );
        view.set("release", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view.set("runbooks", json!(env.shared.prometheus.runbooks), ["prometheus.runbooks"]);
        view.set(
            "sync_failure",
            alert_test_values::test_timing(&self.sync_failure_after),
            ["operator_alerts.sync_failure_after"],
        );
        view.set(
            "store_failure",
            alert_test_values::test_timing(&self.store_failure_after),
            ["operator_alerts.store_failure_after"],
        );
        view.set(
            "errors",
            alert_test_values::share(self.reconcile_error_percent),
            ["operator_alerts.reconcile_error_percent"],
        );
        view.set("one_restart_less", self.restarts - 1, ["operator_alerts.restarts"]);
        view.set("one_restart_more", self.restarts + 1, ["operator_alerts.restarts"]);
        view
    }
}
