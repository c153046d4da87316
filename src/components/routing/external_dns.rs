//! external-dns, which writes the DNS records of exposed hosts.

use crate::components::checks::check_zone;
use crate::components::operator_names::reload_annotation;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    text::ChartVersion,
    wiring::{AllowedPort, Purpose, ResourceRef, Wiring},
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
    /// Enable the component; by default it is enabled if another component needs it. Without
    /// external-dns, create the records manually.
    pub enabled: Option<bool>,
    /// Version of the Helm chart.
    pub version: ChartVersion,
    /// `policy`: allowed changes of records. Records without the owner id of this environment stay
    /// unchanged.
    pub policy: Policy,
}

/// Allowed changes of records.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Create, update and delete records. A record without its service would point to an address
    /// that Azure can assign to another customer.
    Sync,
    /// Create and update records only.
    UpsertOnly,
}

/// Namespace, identity and `ServiceAccount` of external-dns.
const NAMESPACE: &str = "external-dns";

impl Component for ExternalDns {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.replicate_client_id(NAMESPACE, NAMESPACE, "external_dns");
        let identity = wiring.identity(NAMESPACE, "external_dns");
        identity.subjects.insert((NAMESPACE.into(), NAMESPACE.into()));
        // external-dns lists the zones of the resource group, which requires the role Reader.
        identity.roles.extend([
            (roles::DNS_ZONE_CONTRIBUTOR, ResourceRef::single("dns")),
            (roles::READER, ResourceRef::single("dns").resource_group()),
        ]);
        let need =
            wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Namespaces, "external_dns");
        need.allowed_ports.insert(AllowedPort::prometheus("metrics", "external-dns", 7979));
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let message = "external-dns needs a DNS zone";
        check_zone("external_dns", message, env, diagnostics);
        if env.shared.ingress.enabled == Some(false) {
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
        let id = env.single_resource("dns").id;
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
        view.set("zone", env.shared.zone.as_deref().unwrap_or_default(), ["dns.zone"]);
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
