//! Rules of Azure as data and pure functions. They depend on no spec and no template.

pub mod guid;
pub mod ids;
pub mod metadata;
pub mod naming;
pub mod network;
pub mod regions;
pub mod roles;
pub mod versions;
pub mod vm_sizes;
