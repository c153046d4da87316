//! aksgen: one TOML file in, a proven GitOps tree for Azure Kubernetes Service out.
//!
//! Data flows one way: layers, spec, model and wiring, plan, rendered objects, facts, tree, sink.
//! Every stage is a pure function of the one before. Nothing below `cli` prints; nothing but `sink`
//! writes; templates hold no defaults and no environment names; no module opens a connection or
//! starts a process.

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
