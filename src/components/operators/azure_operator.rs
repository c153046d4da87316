//! Azure Service Operator: one declaration, installed by either engine. Never a resource of Azure.

use crate::components::operator_names::{
    AZURE_ACCOUNT as ACCOUNT, AZURE_IDENTITY, AZURE_NAMESPACE as NAMESPACE,
};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    provisioning::{Phase, ProvisioningStep, SAME},
    text::{Duration, Plain},
    wiring::{AllowedPort, ExternalObject, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Azure Service Operator. It runs in the cluster that it describes.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureOperator {
    /// The version of its chart; the first of `azure.operator_release` where it is not given.
    pub version: Option<Plain>,
    /// How often every resource is compared with Azure, besides whenever it changes. Each
    /// comparison is a request per resource: a short time meets the limits of the subscription.
    pub sync_period: Duration,
    /// API groups whose kinds it installs besides those of the tree, such as `cache.azure.com`.
    pub groups: Vec<Plain>,
}

impl Component for AzureOperator {
    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("cert_manager", "azure_operator");
        let need =
            wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Operators, "azure_operator");
        need.allowed_ports.extend([
            AllowedPort::anyone("webhook", "azure-service-operator", 9443),
            AllowedPort::prometheus("metrics", "azure-service-operator", 8443),
        ]);
        // The client id of its identity is known only when the bootstrap has made it; the Secret
        // holds ids, no credential.
        let keys = ["AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_ID"];
        wiring.external_objects.insert(ExternalObject::secret(
            &context.azure_namespace(),
            "aso-credential",
            &keys,
        ));
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let release = env.azure().operator_release.as_str();
        let other = |version: &&Plain| {
            !version.as_str().trim_start_matches('v').starts_with(&format!("{release}."))
        };
        if let Some(version) = self.version.as_ref().filter(other) {
            let message = format!(
                "the chart `{}` is not of the release `{release}`, whose kinds are rendered",
                version.as_str()
            );
            let mut diagnostic = Diagnostic::in_spec(
                Code::VersionMismatch,
                "azure_operator.version",
                message,
                "change one of the two",
            );
            diagnostic = diagnostic.and("azure.operator_release");
            diagnostics.push(diagnostic);
        }
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        const AZURE: &str = "stages `azure` and `azure-long-running`: existing resources are adopted by name, all others are created";
        let identity = env.names().identity(AZURE_IDENTITY);
        let operator = format!(
            "identity `{identity}` of Azure Service Operator, with its federated credential and its roles on the resource group"
        );
        let credential = format!(
            "namespace `{}` with the Secret `aso-credential`, which contains ids and no credential",
            env.names().azure_namespace()
        );
        let rights = format!("`{identity}`");
        let step = ProvisioningStep::new;
        vec![
            step("operator", Phase::Bootstrap, operator, "Bicep", SAME.to_owned())
                .after(&["cluster"]),
            step("credential", Phase::Bootstrap, credential, "commands", SAME.to_owned())
                .after(&["operator"]),
            step("azure", Phase::Stages, AZURE.to_owned(), "Azure Service Operator", rights)
                .after(&["credential", "operators"]),
        ]
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("azure_operator", "azure-service-operator", self, env);
        let release = env.azure().operator_release.as_str();
        let version = self
            .version
            .as_ref()
            .map_or_else(|| format!("v{release}.0"), |version| version.as_str().to_owned());
        view.set("version", version, ["azure_operator.version", "azure.operator_release"]);
        view.set("sync", self.sync_period.canonical(), ["azure_operator.sync_period"]);
        view.set("namespace", NAMESPACE, ["azure_operator"]);
        view.set("account", ACCOUNT, ["azure_operator"]);
        view.set("release_label", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        view
    }
}
