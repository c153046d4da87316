//! Where secrets are read from: one store per vault, open to the namespaces that read from it. Never a secret.

use super::{
    Component, Env, Ground, View,
    external_secrets::NAMESPACE,
    wiring::{Scope, Wiring},
};
use crate::azure::roles;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Where secrets are read from.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Seconds between two checks that the store can be reached.
    #[schemars(range(min = 60, max = 86400))]
    pub check_seconds: u32,
}

impl Component for Store {
    fn wire(&self, me: &str, _: &Ground<'_>, out: &mut Wiring) {
        let because = format!("stores.{me}");
        out.need("external_secrets", &because);
        out.need("vault", &because);
        let reader = out.identity(&reader(me), &because);
        reader.subjects.insert((NAMESPACE.to_owned(), self::reader(me)));
        reader.roles.insert((roles::KEY_VAULT_SECRETS_USER, Scope::Vault));
    }

    fn view(&self, me: &str, env: &Env) -> View {
        let because: Vec<String> = env.wiring.needs.get(&("stores", me.to_owned())).into_iter().flatten().cloned().collect();
        let mut view = View::new(&format!("stores.{me}"), me, self, env);
        view.set("namespace", NAMESPACE, because.clone());
        view.set("reader", reader(me), because.clone());
        view.set("exported", format!("{}-identity", reader(me)), because.clone());
        view.set("vault_url", format!("https://{}.vault.azure.net", env.names().vault()), ["vault.name", "platform.name"]);
        view.set("readers", json!(env.wiring.stores[me]), because);
        view
    }
}

/// The identity, and the `ServiceAccount`, that reads the store.
fn reader(store: &str) -> String {
    format!("{store}-reader")
}
