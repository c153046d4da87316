//! Stages of the first provisioning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stage. All objects of a stage are applied before the next stage starts, on the first
/// provisioning only.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Operators that all other stages require, and their CRDs.
    Operators,
    /// Azure resources that are created within minutes.
    Azure,
    /// Clusters, node pools and databases; no stage waits for them.
    AzureLongRunning,
    /// Namespaces, policies, quotas, secret stores and pod identities.
    Namespaces,
    /// Operators that require an identity or a secret.
    Addons,
    /// Configuration of the operators.
    OperatorConfig,
    /// Services and jobs.
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

    /// The stages whose objects are applied first.
    pub const fn predecessors(self) -> &'static [Stage] {
        match self {
            Stage::Operators => &[],
            Stage::Azure | Stage::AzureLongRunning | Stage::Namespaces => &[Stage::Operators],
            Stage::Addons | Stage::Workloads => &[Stage::Namespaces],
            Stage::OperatorConfig => &[Stage::Addons],
        }
    }

    /// Whether the stage starts only after another one, directly or not.
    pub fn waits_for(self, other: Stage) -> bool {
        self.predecessors().iter().any(|stage| *stage == other || stage.waits_for(other))
    }

    /// The first stage of objects that need this stage.
    #[must_use]
    pub const fn following(self) -> Stage {
        match self {
            Stage::Operators => Stage::Namespaces,
            Stage::Namespaces => Stage::Workloads,
            _ => Stage::OperatorConfig,
        }
    }

    /// The stage with a name.
    pub fn of_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Name of the folder.
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
