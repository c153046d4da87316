//! `CronJob` that checks whether all secrets and stores are ready, for clusters without Prometheus.

use crate::model::{
    Component, Env, View, WireContext,
    schedule::longest_gap,
    text::{Cron, Image},
    wiring::{Demand, Pods, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// `CronJob` that fails if a secret or a store is not ready.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// Enable the component; `false` by default, because `operator_alerts` reports the same
    /// failures.
    pub enabled: Option<bool>,
    /// `schedule` of the `CronJob`, in UTC.
    pub schedule: Cron,
    /// Image with `kubectl`. Its minor version must be within one of the cluster's.
    pub image: Image,
}

/// Name and namespace of the `CronJob`.
const NAME: &str = "health-check";

impl Component for HealthCheck {
    fn enabled(&self) -> Option<bool> {
        self.enabled.or(Some(false))
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("external_secrets", "health_check");
        wiring.workload(&Pods::named(NAME, NAME), "health_check");
        wiring.api_clients.push(Pods::named(NAME, NAME));
        // The run, and the previous run that may still be terminating.
        wiring
            .namespace(NAME, Purpose::Tool, Stage::Namespaces, "health_check")
            .demand
            .add(Demand { pods: 2, cpu: 200, memory: 256 << 20 });
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("health_check", NAME, self, env);
        view.set("namespace", NAME, ["health_check"]);
        view.set(
            "keep_seconds",
            longest_gap(self.schedule.as_str()) * 60 * 3,
            ["health_check.schedule"],
        );
        let checks = json!([
            {"name": "stores", "resource": "clustersecretstores.external-secrets.io", "namespaced": false},
            {"name": "secrets", "resource": "externalsecrets.external-secrets.io", "namespaced": true},
        ]);
        view.set("checks", checks, ["health_check"]);
        view
    }
}
