//! YAML as we allow it: one document, no tags, anchors or duplicate keys. Never knows what an
//! object means.

mod emit;
mod quick;
mod read;

pub use emit::{HEADER, emit, file};
pub use read::{YamlError, line_of, pointer_at, read, strict};
