//! Dashboards of Grafana. Never an alert: what somebody has to know at once is no picture.

use crate::components::operator_names;
use crate::model::{Component, Env, View, wiring::Purpose};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Dashboards of Grafana, as `ConfigMaps` that its sidecar finds in the namespace of Prometheus.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dashboards {
    /// Whether there are any: yes, no, or, where it is not given, when the platform runs its own
    /// Grafana.
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
        // Services that count alike share a line of the query.
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

/// What Grafana calls a query of a panel.
fn id(index: usize) -> String {
    format!("Q{index}")
}
