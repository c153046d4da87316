//! Words of effects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Effect of a change, the most severe last.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The change is applied without an interruption.
    InPlace,
    /// Pods are replaced one after the other, or must be to read the change.
    RollsPods,
    /// A service restarts and is unavailable for seconds to minutes.
    Restarts,
    /// Connections break, or a dependency fails for a while.
    BrieflyUnavailable,
    /// Alerts, logs, backups, renewals or limits stop; the workload itself continues.
    EndsProtection,
    /// An address, name or id that clients use changes.
    ChangesAddress,
    /// A client, person or workload loses access at once.
    CutsAccess,
    /// All nodes of a pool are reimaged or replaced.
    ReplacesNodes,
    /// The change cannot be undone.
    NotReversible,
    /// The API refuses the change; reconciliation fails until Git is reverted.
    Refused,
    /// The field is immutable: only a new object can have the new value.
    MustBeRecreated,
    /// Data or objects remain that no file in Git describes.
    LeavesData,
    /// Data is lost.
    DeletesData,
}

impl Effect {
    /// The effect in words, such as `rolls pods`.
    pub fn words(self) -> &'static str {
        match self {
            Effect::InPlace => "in place",
            Effect::RollsPods => "rolls pods",
            Effect::Restarts => "restarts",
            Effect::BrieflyUnavailable => "briefly unavailable",
            Effect::EndsProtection => "ends protection",
            Effect::ChangesAddress => "changes address",
            Effect::CutsAccess => "cuts access",
            Effect::ReplacesNodes => "replaces nodes",
            Effect::NotReversible => "not reversible",
            Effect::Refused => "refused",
            Effect::MustBeRecreated => "must be recreated",
            Effect::LeavesData => "leaves data",
            Effect::DeletesData => "deletes data",
        }
    }
}
