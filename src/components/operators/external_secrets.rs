//! External Secrets operator, which copies secrets into the cluster.

use crate::components::key_vaults;
use crate::components::operator_names::EXTERNAL_SECRETS as NAMESPACE;
use crate::model::{
    Component, Env, View, WireContext,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// External Secrets operator. It exists if a secret is read.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalSecrets {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Version of the Helm chart. The project supports the newest minor version only.
    pub version: ChartVersion,
    /// `replicas` of the controller and the webhook. The controller has one active replica; the
    /// others are standby.
    #[schemars(range(min = 1, max = 9))]
    pub replicas: u32,
    /// Add admission policies that deny stores of vaults, providers and namespaces outside this
    /// spec. They also deny kinds that write to vaults or request external credentials. The
    /// operator does not reconcile these kinds, and may request tokens of store accounts only. Set
    /// `false` if your own manifests need more.
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
        // Kubernetes stores read from the namespace of a store or of the Azure resources. All other
        // stores read from a vault.
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
        // A role without `resourceNames` would allow every account of the namespace.
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
