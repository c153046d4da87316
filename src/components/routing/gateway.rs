//! Ingress gateway of the AKS Istio add-on, for exposed services.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View,
    provisioning::{Phase, ProvisioningStep},
    text::{MeshRevision, Name, Plain},
    wiring::{CertificateSource, Pods, Route},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Ingress gateway of the AKS Istio add-on. It exists if a service is exposed.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Enable the gateway of AKS; by default it is enabled if a service is exposed. Set `false` for
    /// your own gateway with your own routes and certificates. `namespace` and `labels` then select
    /// its pods.
    pub enabled: Option<bool>,
    /// `serviceMeshProfile.istio.revisions`: one revision, or two during an upgrade.
    #[schemars(length(min = 1, max = 2))]
    pub revisions: Vec<MeshRevision>,
    /// Namespace of the gateway pods.
    pub namespace: Name,
    /// Labels of the gateway pods; the labels of the AKS gateway by default.
    pub labels: Option<BTreeMap<String, Plain>>,
}

impl Gateway {
    /// Pods of the gateway. `labels` replaces the labels of AKS.
    pub fn pods(&self) -> Pods {
        let of_aks = || {
            BTreeMap::from([("istio".to_owned(), "aks-istio-ingressgateway-external".to_owned())])
        };
        let own = |labels: &BTreeMap<String, Plain>| {
            labels.iter().map(|(key, value)| (key.clone(), value.as_str().to_owned())).collect()
        };
        Pods::new(self.namespace.as_str(), self.labels.as_ref().map_or_else(of_aks, own))
    }
}

/// Namespace of the AKS gateway. Source: AKS documentation on the Istio add-on.
const NAMESPACE: &str = "aks-istio-ingress";

impl Component for Gateway {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn validate(&self, _: &str, _: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if self.namespace.as_str() != NAMESPACE {
            let message = format!("AKS runs its gateway in `{NAMESPACE}`");
            diagnostics.push(Diagnostic::in_spec(
                Code::ExclusiveSettings,
                "gateway.namespace",
                message,
                "remove the key, or set `gateway.enabled = false` for your own gateway",
            ));
        }
    }

    fn provisioning(&self, _: &str, _: &Env) -> Vec<ProvisioningStep> {
        let what = "DNS records and certificates of hosts";
        let step = ProvisioningStep::new("hosts", Phase::Workloads, what, "commands", "a person")
            .page("[hosts](hosts.md)")
            .after(&["workloads", "delegation"]);
        vec![step]
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("gateway", "gateway", self, env);
        let issues = env.has("issuer");
        let routes = &env.wiring.routes;
        view.set(
            "hosts",
            routes.iter().map(|route| described(route, issues)).collect::<Value>(),
            ["services"],
        );
        let people = routes.iter().any(|route| route.source(issues) == CertificateSource::People);
        view.set("people", people, ["services"]);
        view.set("records", !env.has("external_dns"), ["external_dns"]);
        view
    }
}

fn described(route: &Route, issues: bool) -> Value {
    let source = route.source(issues);
    let certificate = match source {
        CertificateSource::Store => "the store of the service",
        CertificateSource::Issuer => "the issuer",
        CertificateSource::People => "people",
    };
    json!({"host": route.host, "service": route.service, "secret": route.secret(), "certificate": certificate, "by_hand": source == CertificateSource::People})
}
