//! cert-manager: one declaration, installed by either engine. Never an issuer or a certificate.

use crate::model::{
    Component, Env, View, WireContext,
    operators::{CERT_MANAGER as NAMESPACE, reload_annotation},
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
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// The version of its chart; the two newest minors are supported by its authors.
    pub version: ChartVersion,
    /// Pods of the controller, of the webhook and of the injector: one of each works, the others
    /// stand by.
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
        // Only an issuer has an identity: to a webhook of an operator nobody has to prove anything.
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
