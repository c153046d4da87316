//! Reloader, which restarts what reads a Secret when it appears or changes: one declaration,
//! installed by either engine. Never a Secret.

use crate::model::{
    Component, Env, View, WireContext,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reloader. It exists if a pod reads a Secret when it starts.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reloader {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it. Without
    /// it people restart what reads a secret that changed.
    pub enabled: Option<bool>,
    /// The version of its chart.
    pub version: ChartVersion,
    /// Pods: one works, the others stand by.
    #[schemars(range(min = 1, max = 9))]
    pub replicas: u32,
}

/// Its namespace.
const NAMESPACE: &str = "reloader";

impl Component for Reloader {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("prometheus_crds", "reloader");
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
