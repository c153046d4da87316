//! A job that asks whether every secret and every store is ready: for whoever has no Prometheus
//! that would say so. Never reads a Secret.

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

/// A job that asks at times whether every secret and every store is ready, and fails if one is not.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// Whether there is one; only where it is asked for, because the alerts of `rules` say the
    /// same.
    pub enabled: Option<bool>,
    /// When, in UTC.
    pub schedule: Cron,
    /// The image with `kubectl`, of a minor version next to the cluster's.
    pub image: Image,
}

/// Its namespace and its name.
const NAME: &str = "health-check";

impl Component for HealthCheck {
    fn enabled(&self) -> Option<bool> {
        self.enabled.or(Some(false))
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("external_secrets", "health_check");
        wiring.workload(&Pods::named(NAME, NAME), "health_check");
        // The run, and the one before it, which may still be ending.
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
