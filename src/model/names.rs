//! Names and ids that all components of an environment share.

use super::{Env, text};
use crate::azure::naming::suffix;

/// Reason why Kubernetes refuses a name of the spec (RFC 1035).
pub(super) fn why_refused(name: &str) -> String {
    const MOST: usize = 63;
    let length = name.chars().count();
    let start = name.get(..MOST).filter(|_| length > MOST).map(|start| start.trim_end_matches('-'));
    if start.is_some_and(text::is_name) {
        format!("`{name}` has {length} characters; a name in Kubernetes can have {MOST}")
    } else {
        format!("`{name}` is not a valid name in Kubernetes")
    }
}

/// The names of one environment.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a>(pub &'a Env);

impl<'a> Names<'a> {
    /// The name of the platform.
    pub fn platform(self) -> &'a str {
        self.0.platform.platform.name.as_str()
    }

    /// Platform and environment, such as `shop-dev`.
    pub fn stem(self) -> String {
        format!("{}-{}", self.platform(), self.0.name)
    }

    /// The namespace of the Azure resources of this environment.
    pub fn azure_namespace(self) -> String {
        format!("azure-{}", self.stem())
    }

    /// The resource group.
    pub fn resource_group(self) -> String {
        let named = self.0.shared.resource_group.name.clone();
        named.unwrap_or_else(|| format!("rg-{}", self.stem()))
    }

    /// A managed identity.
    pub fn identity(self, name: &str) -> String {
        format!("id-{}-{name}", self.stem())
    }

    /// ARM id of the resource group.
    pub fn group_id(self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.0.azure().subscription_id.as_str(),
            self.resource_group()
        )
    }

    /// ARM id of a resource in the resource group of this environment.
    pub fn id(self, kind: &str, name: &str) -> String {
        format!("{}/providers/{kind}/{name}", self.group_id())
    }

    /// ARM id of a resource of another environment, in the default resource group and in the
    /// subscription of this environment.
    pub fn id_in(self, environment: &str, kind: &str, name: &str) -> String {
        let subscription = self.0.azure().subscription_id.as_str();
        let group = format!("rg-{}-{environment}", self.platform());
        format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}")
    }

    /// Five characters that make the name of a globally unique resource; `label` is the
    /// environment, or the environment and an instance.
    pub fn unique_suffix(self, label: &str) -> String {
        suffix(self.0.azure().subscription_id.as_str(), self.platform(), label)
    }
}

/// The name of a Kubernetes object for an Azure name.
pub(crate) fn object(azure: &str) -> String {
    let name: String = azure
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    name.trim_matches('-').to_owned()
}
