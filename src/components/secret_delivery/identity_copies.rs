//! Copies of client IDs from the Azure namespace, where Azure Service Operator exports them, to the
//! namespaces of their pods.

use crate::components::operator_names::EXTERNAL_SECRETS as NAMESPACE;
use crate::model::{Component, Env, View, WireContext, wiring::Wiring};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Copies of client IDs from the Azure namespace to the namespaces of their pods.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityCopies {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// `refreshInterval` of the `ClusterSecretStore`: seconds between two checks of the store.
    #[schemars(range(min = 60, max = 86400))]
    pub check_seconds: u32,
}

/// `ServiceAccount` that reads the client IDs.
const READER: &str = "azure-identities-reader";

impl Component for IdentityCopies {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("external_secrets", "identity_copies");
        wiring.accounts.insert(READER.to_owned());
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let sources: Vec<String> = env
            .wiring
            .needs
            .get(&("identity_copies", String::new()))
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let copies = &env.wiring.replicated_client_ids;
        let mut view = View::new("identity_copies", "azure-identities", self, env);
        view.set("reader", READER, sources.clone());
        view.set("namespace", NAMESPACE, sources.clone());
        // A role without `resourceNames` would allow every Secret of the namespace.
        view.set("has_copies", !copies.is_empty(), sources.clone());
        let secrets: BTreeSet<String> =
            copies.iter().map(|(identity, _)| format!("{identity}-identity")).collect();
        view.set("sources", json!(secrets), sources.clone());
        let readers: BTreeSet<&String> = copies.iter().map(|(_, namespace)| namespace).collect();
        view.set("readers", json!(readers), sources.clone());
        let copy = |(identity, namespace): &(String, String)| json!({"name": format!("{identity}-identity"), "namespace": namespace});
        view.set("copies", copies.iter().map(copy).collect::<Value>(), sources);
        view
    }
}
