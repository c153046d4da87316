//! external-dns: one declaration, installed by either engine. Never a zone.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    checks::check_zone,
    operators::reload_annotation,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, RoleScope, Wiring},
};
use crate::{
    azure::{ids, roles},
    stage::Stage,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

/// external-dns. It exists if a service is exposed and there is a zone.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalDns {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it. Without
    /// it people write the records.
    pub enabled: Option<bool>,
    /// The version of its chart.
    pub version: ChartVersion,
    /// What it may do to records of its own; it never touches others.
    pub policy: Policy,
}

/// What external-dns may do.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Remove what is no longer exposed: a record that outlives its address can be taken over by
    /// whoever gets the address next.
    Sync,
    /// Only add and change.
    UpsertOnly,
}

/// Its namespace, its identity and its `ServiceAccount`.
const NAMESPACE: &str = "external-dns";

impl Component for ExternalDns {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.replicate_client_id(NAMESPACE, NAMESPACE, "external_dns");
        let identity = wiring.identity(NAMESPACE, "external_dns");
        identity.subjects.insert((NAMESPACE.into(), NAMESPACE.into()));
        // It finds the zone by listing those of the resource group.
        identity.roles.extend([
            (roles::DNS_ZONE_CONTRIBUTOR, RoleScope::Zone),
            (roles::READER, RoleScope::ZoneGroup),
        ]);
        let need =
            wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Namespaces, "external_dns");
        need.allowed_ports.insert(AllowedPort::prometheus("metrics", "external-dns", 7979));
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let message = "there is no zone that external-dns could write records into";
        check_zone("external_dns", message, env, diagnostics);
        if !env.has("gateway") {
            let message = "external-dns reads hosts from gateways of Istio, and the gateway is not that of AKS";
            let diagnostic = Diagnostic::in_spec(
                Code::ExclusiveSettings,
                "external_dns.enabled",
                message,
                "remove it, and create the records where your gateway is declared",
            );
            diagnostics.push(diagnostic.and("gateway.enabled"));
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("external_dns", "external-dns", self, env);
        let id = env.names().zone_id();
        let config = json!({
            "cloud": "AzurePublicCloud",
            "tenantId": env.azure().tenant_id,
            "subscriptionId": ids::subscription(&id),
            "resourceGroup": ids::group(&id),
            "useWorkloadIdentityExtension": true,
        });
        let digest = Sha256::digest(config.to_string());
        view.set(
            "checksum",
            digest[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            ["dns", "azure"],
        );
        view.set(
            "azure_json",
            config.to_string(),
            ["dns.zone", "dns.existing", "azure.tenant_id", "azure.subscription_id"],
        );
        view.set("configuration", "azure", ["external_dns"]);
        view.set("zone", env.names().zone(), ["dns.zone"]);
        view.set("record_owner", env.names().stem(), ["platform.name"]);
        view.set("namespace", NAMESPACE, ["external_dns"]);
        view.set("account", NAMESPACE, ["external_dns"]);
        view.set("identity", format!("{NAMESPACE}-identity"), ["external_dns"]);
        view.set(
            "reloads",
            reload_annotation([format!("{NAMESPACE}-identity")], env),
            ["external_dns", "reloader"],
        );
        view.set("release_label", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view
    }
}
