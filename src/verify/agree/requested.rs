//! CPU and memory, as containers request them.

use super::{Facts, ObjectPlace, StatedFact, capacity::ContainerRequest};
use crate::{
    kinds::Requests,
    verify::{
        facts::{Name, ObjectOrigin},
        quantity::{bytes, millicores},
    },
};
use std::collections::BTreeMap;

/// A resource that containers request.
pub(super) struct RequestedResource {
    /// Key in `spec.hard` of a quota.
    pub key: &'static str,
    /// Key in `resources.requests`.
    pub request: &'static str,
    /// Unit of the numbers in messages.
    pub unit: &'static str,
    /// Base units in one such unit.
    pub scale: u64,
    /// Request of a container, in base units.
    pub of: fn(&ContainerRequest) -> u64,
}

/// CPU, in millicores.
pub(super) const CPU: RequestedResource = RequestedResource {
    key: "requests.cpu",
    request: "cpu",
    unit: "m",
    scale: 1,
    of: |container| container.cpu,
};

/// Memory, in bytes; mebibytes in messages.
pub(super) const MEMORY: RequestedResource = RequestedResource {
    key: "requests.memory",
    request: "memory",
    unit: "Mi",
    scale: 1 << 20,
    of: |container| container.memory,
};

impl RequestedResource {
    /// Place of the request of a container.
    pub(super) fn place(&self, facts: &Facts<'_>, container: &ContainerRequest) -> ObjectPlace {
        let pointer = format!("{}/resources/requests/{}", facts.text(container.at), self.request);
        ObjectPlace::new(container.origin, pointer)
    }
}

/// Requests of the containers of each workload. They run together, so their requests add up. An
/// init container runs before them, so only the part above the others counts. Source: Kubernetes
/// documentation on resource sharing of init and sidecar containers.
pub(super) fn by_workload(facts: &Facts<'_>) -> BTreeMap<ObjectOrigin, Vec<ContainerRequest>> {
    let mut rows: BTreeMap<ObjectOrigin, Vec<StatedFact<'_, Requests<Name>>>> = BTreeMap::new();
    for row in facts.all::<Requests<Name>>() {
        rows.entry(row.origin).or_default().push(row);
    }
    rows.into_iter().map(|(origin, rows)| (origin, of_pod(facts, &rows))).collect()
}

fn of_pod(facts: &Facts<'_>, rows: &[StatedFact<'_, Requests<Name>>]) -> Vec<ContainerRequest> {
    const INIT: &str = "init";
    let mut together = vec![];
    let mut highest: Option<ContainerRequest> = None;
    let (mut cpu, mut memory) = (0_u64, 0_u64);
    // Sidecars and init containers are in the order in which they start; the others come first.
    let (apps, started): (Vec<StatedFact<'_, _>>, Vec<StatedFact<'_, _>>) =
        rows.iter().copied().partition(|row| facts.text(row.phase) == "app");
    for row in &started {
        let own = request(facts, *row);
        let (all_cpu, all_memory) =
            (cpu.saturating_add(own.cpu), memory.saturating_add(own.memory));
        if facts.text(row.phase) == INIT {
            let before = highest.unwrap_or(ContainerRequest { cpu: 0, memory: 0, ..own });
            highest = Some(ContainerRequest {
                cpu: all_cpu.max(before.cpu),
                memory: all_memory.max(before.memory),
                ..own
            });
        } else {
            (cpu, memory) = (all_cpu, all_memory);
            together.push(own);
        }
    }
    together.splice(0..0, apps.iter().map(|row| request(facts, *row)));
    let sum =
        |of: fn(&ContainerRequest) -> u64| together.iter().map(of).fold(0, u64::saturating_add);
    let above = highest.map(|init| ContainerRequest {
        cpu: init.cpu.saturating_sub(sum(CPU.of)),
        memory: init.memory.saturating_sub(sum(MEMORY.of)),
        ..init
    });
    together.extend(above.filter(|one| one.cpu > 0 || one.memory > 0));
    together
}

fn request(facts: &Facts<'_>, row: StatedFact<'_, Requests<Name>>) -> ContainerRequest {
    let amount = |request: Name, limit: Name, read: fn(&str) -> Option<u64>| {
        read(&facts.text(request)).or_else(|| read(&facts.text(limit))).unwrap_or_default()
    };
    ContainerRequest {
        origin: row.origin,
        at: row.at,
        name: row.container,
        cpu: amount(row.cpu, row.cpu_limit, millicores),
        memory: amount(row.memory, row.memory_limit, bytes),
    }
}
