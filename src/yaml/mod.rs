//! Strict YAML: one document without tags, anchors and duplicate keys.

mod emit;
mod quick;
mod read;

pub use emit::{HEADER, emit, file};
pub use read::{Document, YamlDiagnostic, read, strict};
