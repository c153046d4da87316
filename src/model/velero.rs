//! The Velero operator: one declaration, installed by either engine. Never a location or a schedule.

use super::{
    Component, Env, Ground, View,
    text::{Image, Plain},
    wiring::{Opening, Purpose, Scope, Wiring},
};
use crate::{azure::roles, wave::Wave};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The Velero operator. It exists if someone backs up.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Velero {
    /// The version of its chart.
    pub version: Plain,
    /// The plugin for Azure, of the same minor version as Velero allows.
    pub plugin: Image,
}

/// Its namespace, its identity and its `ServiceAccount`.
pub(super) const NAMESPACE: &str = "velero";

impl Component for Velero {
    fn wire(&self, _: &str, _: &Ground<'_>, out: &mut Wiring) {
        out.need("storage", "velero");
        out.copy(NAMESPACE, NAMESPACE, "velero");
        let identity = out.identity(NAMESPACE, "velero");
        identity.subjects.insert((NAMESPACE.into(), NAMESPACE.into()));
        identity.roles.insert((roles::STORAGE_BLOB_DATA_CONTRIBUTOR, Scope::Storage));
        let need = out.namespace(NAMESPACE, Purpose::Operator, Wave::Foundation, "velero");
        // The node agent reads the volumes of other pods: it runs as root and mounts host paths.
        need.privileged = true;
        need.openings.insert(Opening { name: "metrics".into(), labels: [("app.kubernetes.io/name".into(), "velero".into())].into(), port: 8085, scrape: true });
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("velero", "velero", self, env);
        view.set("namespace", NAMESPACE, ["velero"]);
        view.set("account", NAMESPACE, ["velero"]);
        view.set("identity", format!("{NAMESPACE}-identity"), ["velero"]);
        view.set("release_label", env.platform.monitoring.release.as_str(), ["monitoring.release"]);
        view
    }
}
