//! Azure's own rules, as data and pure functions. Never knows a spec or a template.

pub mod guid;
pub mod ids;
pub mod metadata;
pub mod naming;
pub mod network;
pub mod regions;
pub mod roles;
pub mod versions;
pub mod vm_sizes;
