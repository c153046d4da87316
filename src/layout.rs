//! How the tree is laid out. Never lays it out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How files are shared between environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Every environment is complete by itself.
    Isolated,
    /// What is equal in every environment stands once, in `base/`.
    BaseOverlays,
}
