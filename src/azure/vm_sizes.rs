//! Sizes of virtual machines: allocatable CPU and memory of nodes.

use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// Size of a virtual machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VmSize {
    /// Number of processors.
    pub vcpu: u64,
    /// Memory in GiB.
    pub memory_gib: u64,
    /// Architecture of the processor, as `kubernetes.io/arch` names it.
    pub arch: String,
}

/// CPU and memory that the pods of a node can request together (`status.allocatable`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allocatable {
    /// Millicores.
    pub cpu: u64,
    /// Bytes.
    pub memory: u64,
}

static SIZES: LazyLock<BTreeMap<String, VmSize>> =
    LazyLock::new(|| toml::from_str(include_str!("vm_sizes.toml")).expect("a table of sizes"));

/// Millicores that AKS reserves, by the number of processors. Source: AKS documentation on node
/// resource reservations, for 1.29 and later.
const RESERVED_CPU: [(u64, u64); 7] =
    [(1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740)];

/// Pods of a node in an overlay network, by default.
const PODS: u64 = 250;

/// The size with a name, such as `Standard_D4ds_v5`; none where this build does not know it.
pub fn of(name: &str) -> Option<&'static VmSize> {
    SIZES.get(name)
}

/// Whether a size has an Arm processor: it has a `p` among the letters behind its number. Source:
/// Azure documentation on the names of VM sizes.
pub fn is_arm(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("Standard_") else { return false };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    let letters = letters.split('_').next().unwrap_or_default();
    rest.len() > letters.len() && letters.contains('p')
}

impl VmSize {
    /// CPU and memory that pods can request.
    pub fn allocatable(&self) -> Allocatable {
        let reserved = RESERVED_CPU.iter().rev().find(|(vcpu, _)| *vcpu <= self.vcpu);
        let memory = self.memory_gib << 30;
        // Source: AKS documentation on node resource reservations.
        let kubelet = (20_000_000 * PODS + 50_000_000).min(memory / 4);
        let eviction = 100 << 20;
        Allocatable {
            cpu: self.vcpu * 1000 - reserved.map_or(0, |(_, milli)| *milli),
            memory: memory - kubelet - eviction,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Allocatable, SIZES, is_arm, of};

    #[test]
    fn arm_sizes_have_a_letter() {
        for (name, size) in SIZES.iter() {
            assert_eq!(is_arm(name), size.arch == "arm64", "{name}");
        }
        assert!(is_arm("Standard_D4ps_v5") && !is_arm("Standard_NP10s") && !is_arm("p"));
    }

    #[test]
    fn a_node_offers_less_than_its_machine() {
        let size = of("Standard_D4ds_v5").expect("the default size").allocatable();
        assert_eq!(
            size,
            Allocatable { cpu: 3860, memory: (16 << 30) - (16 << 30) / 4 - (100 << 20) }
        );
        assert!(of("Standard_Nothing").is_none());
    }
}
