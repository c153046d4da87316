//! Layout of the tree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sharing of files between environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Each environment is complete.
    Isolated,
    /// Files that are equal in all environments are in `base/` once.
    BaseOverlays,
}
