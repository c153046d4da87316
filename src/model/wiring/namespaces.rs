//! Requirements of a namespace.

use super::{AllowedPort, SpecKey};
use crate::stage::Stage;
use std::collections::BTreeSet;

/// Purpose of a namespace, which selects its policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Resources of Azure Service Operator; no pods.
    Azure,
    /// An operator that the platform installs.
    Operator,
    /// Manually created Secrets that stores read; no pods.
    Sources,
    /// Jobs that maintain the platform. They are isolated like services and have no data to back
    /// up.
    Tool,
    /// Services.
    Application,
}

/// Maximum resources of one consumer in a namespace, over all replicas and surge pods.
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
    /// Adds the resources of another consumer.
    pub fn add(&mut self, more: Demand) {
        self.pods += more.pods;
        self.cpu += more.cpu;
        self.memory += more.memory;
    }
}

/// A required namespace.
#[derive(Debug, Clone)]
pub struct NamespaceNeed {
    /// Its purpose.
    pub purpose: Purpose,
    /// The earliest stage of its consumers.
    pub stage: Stage,
    /// Maximum resources of all consumers.
    pub demand: Demand,
    /// Ports that network policies must allow.
    pub allowed_ports: BTreeSet<AllowedPort>,
    /// Pod Security level `privileged`, for an operator that cannot run under `restricted`.
    pub privileged: bool,
    /// The spec paths that need it.
    pub sources: BTreeSet<SpecKey>,
}
