//! cert-manager, which issues certificates of webhooks and exposed hosts.

use crate::components::operator_names::{CERT_MANAGER as NAMESPACE, reload_annotation};
use crate::model::{
    Component, Env, View, WireContext,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// cert-manager. It exists if an operator's webhook or an exposed service needs a certificate.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CertManager {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Version of the Helm chart. The project supports the two newest minor versions.
    pub version: ChartVersion,
    /// `replicas` of the controller, the webhook and the CA injector. Controller and injector have
    /// one active replica; the others are standby.
    #[schemars(range(min = 1, max = 9))]
    pub replicas: u32,
}

impl Component for CertManager {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        let need = wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Operators, "cert_manager");
        need.allowed_ports.extend([
            AllowedPort::anyone("webhook", "webhook", 10250),
            AllowedPort::prometheus("metrics", "cert-manager", 9402),
            AllowedPort::prometheus("webhook-metrics", "webhook", 9402),
            AllowedPort::prometheus("cainjector-metrics", "cainjector", 9402),
        ]);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("cert_manager", "cert-manager", self, env);
        view.set("namespace", NAMESPACE, ["cert_manager"]);
        view.set("account", NAMESPACE, ["cert_manager"]);
        // Only the issuer needs an identity, for DNS-01 challenges.
        let has_identity = env
            .wiring
            .replicated_client_ids
            .contains(&(NAMESPACE.to_owned(), NAMESPACE.to_owned()));
        let secret = format!("{NAMESPACE}-identity");
        view.set(
            "reloads",
            reload_annotation(has_identity.then(|| secret.clone()), env),
            ["issuer", "reloader"],
        );
        view.set("identity", has_identity.then_some(secret), ["issuer"]);
        view.set("survives_drain", self.replicas > 1, ["cert_manager.replicas"]);
        view.set("runbooks", json!(env.shared.prometheus.runbooks), ["prometheus.runbooks"]);
        view.set("release_label", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view
    }
}
