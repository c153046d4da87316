//! The Velero operator: one declaration, installed by either engine. Never a location or a
//! schedule.

use crate::model::{
    Component, Env, View, WireContext,
    operators::{VELERO as NAMESPACE, reload_annotation},
    text::{ChartVersion, Image, SecretName},
    wiring::{AllowedPort, Form, Purpose, RequiredSecret, RoleScope, Wiring},
};
use crate::{azure::roles, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The Velero operator. It exists if someone backs up.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Velero {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it.
    pub enabled: Option<bool>,
    /// The version of its chart.
    pub version: ChartVersion,
    /// The secret in the vault that encrypts the data of volumes. People put it there: a backup
    /// that only the lost cluster could read is none.
    pub password: SecretName,
    /// The plugin for Azure, of the same minor version as Velero allows.
    pub plugin: Image,
}

/// The store that its password is read from.
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
        identity.roles.insert((roles::STORAGE_BLOB_DATA_CONTRIBUTOR, RoleScope::Storage));
        let need = wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Namespaces, "velero");
        // The node agent reads the volumes of other pods: it runs as root and mounts host paths.
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
