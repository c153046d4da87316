//! Supported versions of Kubernetes and of Azure Service Operator.

/// Minor versions of Kubernetes that AKS supports and that the schemas of this build cover.
pub const KUBERNETES: &[&str] = &["1.35", "1.36", "1.37"];

/// Releases of Azure Service Operator that the kind registry covers, oldest first.
pub const OPERATOR: &[&str] = &["2.14", "2.15", "2.16", "2.17", "2.18", "2.19", "2.20", "2.21"];

/// Returns whether the group of an `apiVersion` belongs to Azure Service Operator.
pub fn is_azure(api_version: &str) -> bool {
    api_version.split('/').next().is_some_and(|group| group.ends_with(".azure.com"))
}
