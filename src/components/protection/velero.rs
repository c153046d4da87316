//! Velero, which backs up namespaces and their volumes.

use crate::components::operator_names::{VELERO as NAMESPACE, reload_annotation};
use crate::model::{
    Component, Env, View, WireContext,
    text::{ChartVersion, Image, SecretName},
    wiring::{AllowedPort, Form, Purpose, RequiredSecret, ResourceRef, Wiring},
};
use crate::{azure::roles, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Velero. It exists if there are backups.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Velero {
    /// Enable the component; by default it is enabled if another component needs it.
    pub enabled: Option<bool>,
    /// Version of the Helm chart.
    pub version: ChartVersion,
    /// Name of the secret with the encryption password of volume backups. Create it manually, so
    /// that a new cluster can read the backups.
    pub password: SecretName,
    /// Image of the Azure plugin. Its version must match Velero.
    pub plugin: Image,
}

/// Secret store of the password.
const STORE: &str = "vault";

impl Component for Velero {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("storage", "velero");
        wiring.replicate_client_id(NAMESPACE, NAMESPACE, "velero");
        let secret = self.password.as_str().to_owned();
        wiring.require_secret(RequiredSecret {
            store: STORE.into(),
            secret,
            form: Form::Text,
            reader: (NAMESPACE.into(), NAMESPACE.into()),
            source: "velero.password".into(),
        });
        let identity = wiring.identity(NAMESPACE, "velero");
        identity.subjects.insert((NAMESPACE.into(), NAMESPACE.into()));
        identity
            .roles
            .insert((roles::STORAGE_BLOB_DATA_CONTRIBUTOR, ResourceRef::single("storage")));
        let need = wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Namespaces, "velero");
        // The node agent runs as root and mounts host paths, to read the volumes of other pods.
        need.privileged = true;
        need.allowed_ports.insert(AllowedPort::prometheus("metrics", "velero", 8085));
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("velero", "velero", self, env);
        view.set("namespace", NAMESPACE, ["velero"]);
        view.set("store", STORE, ["velero"]);
        let remote = env.wiring.remote(STORE, self.password.as_str());
        view.set("password", remote.key, ["velero.password"]);
        view.set("password_property", remote.property, ["velero.password"]);
        view.set("account", NAMESPACE, ["velero"]);
        view.set("identity", format!("{NAMESPACE}-identity"), ["velero"]);
        view.set(
            "reloads",
            reload_annotation([format!("{NAMESPACE}-identity")], env),
            ["velero", "reloader"],
        );
        view.set("release_label", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view
    }
}
