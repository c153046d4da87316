//! Azure Service Operator, which creates the Azure resources of the tree.

use crate::components::operator_names::{
    AZURE_ACCOUNT as ACCOUNT, AZURE_IDENTITY, AZURE_NAMESPACE as NAMESPACE,
};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    provisioning::{OWNER, Phase, ProvisioningStep},
    text::{ChartVersion, Duration, Plain},
    wiring::{AllowedPort, ExternalObject, Purpose, Wiring},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Azure Service Operator. It runs in the cluster that it manages.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureOperator {
    /// Version of the Helm chart; the first patch of `azure.operator_release` by default.
    pub version: Option<ChartVersion>,
    /// `azureSyncPeriod`: interval at which each resource is compared with Azure. Each comparison
    /// is an ARM request, so a short interval can exceed the limits of the subscription.
    pub sync_period: Duration,
    /// Additional API groups whose CRDs are installed, such as `cache.azure.com`.
    pub groups: Vec<Plain>,
}

impl Component for AzureOperator {
    fn wire(&self, _: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("cert_manager", "azure_operator");
        wiring.use_if_enabled("prometheus_crds");
        let need =
            wiring.namespace(NAMESPACE, Purpose::Operator, Stage::Operators, "azure_operator");
        need.allowed_ports.extend([
            AllowedPort::anyone("webhook", "azure-service-operator", 9443),
            AllowedPort::prometheus("metrics", "azure-service-operator", 8443),
        ]);
        // The bootstrap creates the Secret, because Azure assigns the client ID. The Secret
        // contains IDs and no credential.
        let keys = ["AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_ID"];
        wiring.external_objects.insert(ExternalObject::secret(
            &context.azure_namespace(),
            "aso-credential",
            &keys,
        ));
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let release = env.azure().operator_release.as_str();
        let other = |version: &&ChartVersion| {
            !version.as_str().trim_start_matches('v').starts_with(&format!("{release}."))
        };
        if let Some(version) = self.version.as_ref().filter(other) {
            let message = format!(
                "the chart `{}` does not belong to `azure.operator_release`, `{release}`",
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
            step("operator", Phase::Bootstrap, operator, "Bicep", OWNER.to_owned())
                .after(&["cluster"]),
            step("credential", Phase::Bootstrap, credential, "commands", OWNER.to_owned())
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
