//! What is asked of a namespace. Never what follows from it.

use super::{AllowedPort, SpecKey};
use crate::stage::Stage;
use std::collections::BTreeSet;

/// What a namespace is for; decides its policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Resources of Azure Service Operator; no pods.
    Azure,
    /// An operator of ours.
    Operator,
    /// Secrets that people make, for stores to read; no pods.
    Sources,
    /// Jobs that look after the platform: isolated like services, and nothing that a backup would
    /// hold.
    Tool,
    /// Services.
    Application,
}

/// What one consumer asks of a namespace at its maximum: replicas, surge and pods counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demand {
    /// Pods.
    pub pods: u64,
    /// CPU requests in millicores.
    pub cpu: u64,
    /// Memory requests in bytes.
    pub memory: u64,
}

impl Demand {
    /// This and that.
    pub fn add(&mut self, more: Demand) {
        self.pods += more.pods;
        self.cpu += more.cpu;
        self.memory += more.memory;
    }
}

/// A namespace that someone needs.
#[derive(Debug, Clone)]
pub struct NamespaceNeed {
    /// What it is for.
    pub purpose: Purpose,
    /// The stage of its first user.
    pub stage: Stage,
    /// What its users need at most, summed up.
    pub demand: Demand,
    /// The ports that must be reachable.
    pub allowed_ports: BTreeSet<AllowedPort>,
    /// The Pod Security level, where an operator cannot run under `restricted`.
    pub privileged: bool,
    /// The spec paths that need it.
    pub sources: BTreeSet<SpecKey>,
}
