//! aksgen expands one TOML file into a validated GitOps tree for Azure Kubernetes Service.
//!
//! Data flows one way: layers, spec, model and wiring, plan, rendered objects, facts, tree, sink.
//! Each step is a pure function of the previous one. Only `cli` prints and only `sink` writes.
//! Templates contain no defaults and no environment names. No module opens a connection or starts a
//! process.

pub mod assets;
pub mod azure;
pub mod catalog;
pub mod cli;
pub mod components;
pub mod diag;
pub mod diff;
pub mod escape;
pub mod init;
pub mod kinds;
pub mod layout;
pub mod locate;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod reference;
pub mod render;
pub mod report;
pub mod secret;
pub mod sink;
pub mod spec;
pub mod stage;
pub mod tree;
pub mod verify;
pub mod yaml;
