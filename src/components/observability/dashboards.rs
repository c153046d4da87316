//! Grafana dashboards.

use crate::components::operator_names;
use crate::model::{Component, Env, View, wiring::Purpose};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Grafana dashboards, as `ConfigMaps` for the Grafana sidecar in the namespace of Prometheus.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dashboards {
    /// Enable the dashboards; by default they are enabled if the platform runs Grafana.
    pub enabled: Option<bool>,
}

impl Component for Dashboards {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("dashboards", "dashboards", self, env);
        let services = &env.shared.services;
        view.set("namespace", env.shared.prometheus.namespace.as_str(), ["prometheus.namespace"]);
        view.set("operator", operator_names::EXTERNAL_SECRETS, ["external_secrets"]);
        view.set("has_secrets", env.has("external_secrets"), ["external_secrets"]);
        view.set("has_services", !services.is_empty(), ["services"]);
        let applications = env
            .wiring
            .namespaces
            .iter()
            .filter(|(_, need)| need.purpose == Purpose::Application)
            .map(|(name, _)| name.as_str());
        view.set("namespaces", applications.collect::<Vec<_>>().join("|"), ["services"]);
        // Services with the same counter share one query.
        let counters: BTreeSet<_> =
            services.values().filter_map(|service| service.requests.as_ref()).collect();
        let histograms: BTreeSet<_> =
            services.values().filter_map(|service| service.latency.as_deref()).collect();
        let objectives = services.values().any(|service| service.objectives);
        view.set("has_requests", !counters.is_empty(), ["services"]);
        view.set("has_histograms", !histograms.is_empty(), ["services"]);
        view.set("has_objectives", objectives, ["services"]);
        let counter = |(i, (requests, status)): (usize, &(String, String))| json!({"id": id(i), "requests": requests, "status_label": status});
        view.set(
            "counters",
            counters.into_iter().enumerate().map(counter).collect::<Value>(),
            ["services"],
        );
        view.set(
            "histograms",
            histograms
                .into_iter()
                .enumerate()
                .map(|(i, name)| json!({"id": id(i), "name": name}))
                .collect::<Value>(),
            ["services"],
        );
        view
    }
}

/// `refId` of a query in a Grafana panel.
fn id(index: usize) -> String {
    format!("Q{index}")
}
