//! The External Secrets operator: one declaration, installed by either engine. Never a store or a secret.

use super::{
    Component, Env, Ground, View,
    text::Plain,
    wiring::{Opening, Purpose, Wiring},
};
use crate::wave::Wave;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The External Secrets operator. It exists if someone reads secrets.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalSecrets {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// The version of its chart; only the newest minor is supported by its authors.
    pub version: Plain,
    /// Pods of the controller and of the webhook: one works, the others stand by.
    #[schemars(range(min = 1, max = 9))]
    pub replicas: u32,
}

/// Its namespace.
pub(super) const NAMESPACE: &str = "external-secrets";

impl Component for ExternalSecrets {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &Ground<'_>, out: &mut Wiring) {
        out.wish("rules");
        let need = out.namespace(NAMESPACE, Purpose::Operator, Wave::Core, "external_secrets");
        need.openings.extend([
            Opening::anyone("webhook", "external-secrets-webhook", 10250),
            Opening::prometheus("metrics", "external-secrets", 8080),
            Opening::prometheus("webhook-metrics", "external-secrets-webhook", 8080),
            Opening::prometheus("cert-controller-metrics", "external-secrets-cert-controller", 8080),
        ]);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("external_secrets", "external-secrets", self, env);
        view.set("namespace", NAMESPACE, ["external_secrets"]);
        view.set("survives_drain", self.replicas > 1, ["external_secrets.replicas"]);
        view.set("release_label", env.platform.monitoring.release.as_str(), ["monitoring.release"]);
        view
    }
}
