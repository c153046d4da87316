//! The External Secrets operator: one declaration, installed by either engine. Never a store or a
//! secret.

use crate::model::{
    Component, Env, View, WireContext, key_vaults,
    operators::EXTERNAL_SECRETS as NAMESPACE,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The External Secrets operator. It exists if someone reads secrets.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalSecrets {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// The version of its chart; only the newest minor is supported by its authors.
    pub version: ChartVersion,
    /// Pods of the controller and of the webhook: one works, the others stand by.
    #[schemars(range(min = 1, max = 9))]
    pub replicas: u32,
    /// Admission refuses stores of other vaults, providers and namespaces than those of this spec,
    /// and what writes into vaults or asks others for credentials; the operator does not serve them
    /// either, and acts as no account but those of its stores. `false` for manifests of your own
    /// that need more.
    pub policies: bool,
}

impl Component for ExternalSecrets {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.use_if_enabled("operator_alerts");
        let need =
            wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Operators, "external_secrets");
        need.allowed_ports.extend([
            AllowedPort::anyone("webhook", "external-secrets-webhook", 10250),
            AllowedPort::prometheus("metrics", "external-secrets", 8080),
            AllowedPort::prometheus("webhook-metrics", "external-secrets-webhook", 8080),
            AllowedPort::prometheus(
                "cert-controller-metrics",
                "external-secrets-cert-controller",
                8080,
            ),
        ]);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("external_secrets", "external-secrets", self, env);
        view.set("namespace", NAMESPACE, ["external_secrets"]);
        view.set("survives_drain", self.replicas > 1, ["external_secrets.replicas"]);
        // Stores of Kubernetes read from their own namespace, or from that of the Azure resources;
        // all others are a vault.
        let vaults: BTreeSet<String> =
            env.wiring.stores.keys().filter_map(|store| key_vaults::url(store, env)).collect();
        let remotes: BTreeSet<String> = env
            .wiring
            .secret_namespaces
            .values()
            .cloned()
            .chain([env.names().azure_namespace()])
            .collect();
        view.set(
            "guards_vault",
            self.policies && !vaults.is_empty(),
            ["external_secrets.policies"],
        );
        view.set("vaults", json!(vaults), ["stores", "vault.name", "platform.name"]);
        view.set("remotes", json!(remotes), ["stores", "platform.name"]);
        view.set("account", NAMESPACE, ["external_secrets"]);
        view.set("open", !self.policies, ["external_secrets.policies"]);
        // A role without names would open every account of the namespace.
        view.set(
            "names_accounts",
            self.policies && !env.wiring.accounts.is_empty(),
            ["external_secrets.policies"],
        );
        view.set("accounts", json!(env.wiring.accounts), ["stores", "identity_copies", "postgres"]);
        view.set("release_label", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view
    }
}
