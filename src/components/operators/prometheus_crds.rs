//! CRDs of the Prometheus operator, in a chart of their own: operators with monitors are installed
//! before Prometheus.

use crate::model::{
    Component, Env, View, WireContext,
    text::ChartVersion,
    wiring::{Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// CRDs of the Prometheus operator. They are installed with the platform's own Prometheus.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrometheusCrds {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Version of the Helm chart, with the same operator release as `prometheus.version`.
    pub version: ChartVersion,
}

impl Component for PrometheusCrds {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.namespace(
            &context.shared.prometheus.namespace,
            Purpose::Operator,
            Stage::Operators,
            "prometheus_crds",
        );
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("prometheus_crds", "prometheus-operator-crds", self, env);
        view.set("namespace", env.shared.prometheus.namespace.as_str(), ["prometheus.namespace"]);
        view
    }
}
