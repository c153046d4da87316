//! The order in which a cluster comes up. Never says what belongs to a stage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An apply order: everything of a stage is applied before the next one starts, on the first
/// bring-up only.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Operators that everything else needs, and their CRDs.
    Operators,
    /// Azure resources that are there within minutes.
    Azure,
    /// Clusters, pools and databases: nothing waits for them.
    AzureLongRunning,
    /// Namespaces, policies, quotas, stores, identities for pods.
    Namespaces,
    /// Operators that need an identity or a secret.
    Addons,
    /// What configures the operators.
    OperatorConfig,
    /// The services.
    Workloads,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Stage; 7] = [
        Stage::Operators,
        Stage::Azure,
        Stage::AzureLongRunning,
        Stage::Namespaces,
        Stage::Addons,
        Stage::OperatorConfig,
        Stage::Workloads,
    ];

    /// The folder's name.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Operators => "operators",
            Stage::Azure => "azure",
            Stage::AzureLongRunning => "azure-long-running",
            Stage::Namespaces => "namespaces",
            Stage::Addons => "addons",
            Stage::OperatorConfig => "operator-config",
            Stage::Workloads => "workloads",
        }
    }
}
