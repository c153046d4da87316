//! Reloader, which restarts workloads when their Secrets appear or change.

use crate::model::{
    Component, Env, View, WireContext,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reloader, which restarts workloads when their Secrets change. It exists if a pod reads a Secret
/// at its start.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reloader {
    /// Enable the component; by default it is enabled if another component needs it. Without
    /// Reloader, restart the readers of a changed secret manually.
    pub enabled: Option<bool>,
    /// Version of the Helm chart.
    pub version: ChartVersion,
    /// `replicas` of Reloader. One is active; the others are standby.
    #[schemars(range(min = 1, max = 9))]
    pub replicas: u32,
}

/// Namespace of Reloader.
const NAMESPACE: &str = "reloader";

impl Component for Reloader {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.use_if_enabled("prometheus_crds");
        let need = wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Operators, "reloader");
        need.allowed_ports.insert(AllowedPort::prometheus("metrics", "reloader", 9090));
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("reloader", "reloader", self, env);
        view.set("namespace", NAMESPACE, ["reloader"]);
        view.set("survives_drain", self.replicas > 1, ["reloader.replicas"]);
        view.set("release_label", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view
    }
}
