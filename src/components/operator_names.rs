//! Namespaces and identities of operators that several components refer to.

use crate::model::Env;

/// The namespace of External Secrets.
pub(crate) const EXTERNAL_SECRETS: &str = "external-secrets";

/// The namespace of cert-manager; also its identity and its `ServiceAccount`.
pub(crate) const CERT_MANAGER: &str = "cert-manager";

/// The namespace of Velero; also its identity and its `ServiceAccount`.
pub(crate) const VELERO: &str = "velero";

/// The managed identity of Azure Service Operator.
pub(crate) const AZURE_IDENTITY: &str = "azure-operator";

/// The namespace of Azure Service Operator. The federated credential trusts its `ServiceAccount`
/// there. Source: its documentation.
pub(crate) const AZURE_NAMESPACE: &str = "azureserviceoperator-system";

/// The `ServiceAccount` of Azure Service Operator.
pub(crate) const AZURE_ACCOUNT: &str = "azureserviceoperator-default";

/// Value of the annotation with which Reloader restarts a workload when one of the Secrets changes;
/// absent without Reloader.
pub(crate) fn reload_annotation(
    secrets: impl IntoIterator<Item = String>,
    env: &Env,
) -> Option<String> {
    let named = secrets.into_iter().collect::<Vec<_>>().join(",");
    (env.has("reloader") && !named.is_empty()).then_some(named)
}
