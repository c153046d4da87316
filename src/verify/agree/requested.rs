//! CPU and memory, as containers request them.

use super::{Facts, ObjectPlace, capacity::ContainerRequest};

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
