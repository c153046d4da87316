//! Alerts on External Secrets.

use crate::components::operator_names::EXTERNAL_SECRETS as NAMESPACE;
use crate::model::{Component, Env, View, alert_test_values, text::Duration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Alerts on the External Secrets operator.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorAlerts {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// `for` of the alert on secrets that cannot be read.
    pub sync_failure_after: Duration,
    /// `for` of the alert on stores that cannot be reached.
    pub store_failure_after: Duration,
    /// Share of failed reconciliations, in percent, above which an alert fires.
    #[schemars(range(min = 1, max = 99))]
    pub reconcile_error_percent: u32,
    /// Number of container restarts within an hour above which an alert fires.
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
