//! The order in which a cluster comes up. Never says what belongs to a wave.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An apply order: everything of a wave is applied before the next one starts, on the first
/// bring-up only.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Wave {
    /// Operators that everything else needs, and their CRDs.
    Core,
    /// Azure resources that are there within minutes.
    Azure,
    /// Clusters, pools and databases: nothing waits for them.
    AzureSlow,
    /// Namespaces, policies, quotas, stores, identities for pods.
    Foundation,
    /// Operators that need an identity or a secret.
    Addons,
    /// What configures the operators.
    Config,
    /// The services.
    Workloads,
}

impl Wave {
    /// All waves in their order.
    pub const ALL: [Wave; 7] = [
        Wave::Core,
        Wave::Azure,
        Wave::AzureSlow,
        Wave::Foundation,
        Wave::Addons,
        Wave::Config,
        Wave::Workloads,
    ];

    /// The folder's name.
    pub const fn name(self) -> &'static str {
        match self {
            Wave::Core => "core",
            Wave::Azure => "azure",
            Wave::AzureSlow => "azure-slow",
            Wave::Foundation => "foundation",
            Wave::Addons => "addons",
            Wave::Config => "config",
            Wave::Workloads => "workloads",
        }
    }
}
