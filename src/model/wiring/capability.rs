//! Capabilities that the wiring needs of some component.

/// Something that an entry of the wiring needs. `provider` in the table of components maps each
/// capability to its component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Copies the client ids of managed identities to the namespaces of pods.
    ClientIds,
    /// Renders managed identities.
    Identities,
    /// Renders namespaces.
    Namespaces,
    /// Renders private endpoints.
    PrivateEndpoints,
    /// Renders private DNS zones.
    PrivateZones,
    /// Restarts workloads whose Secrets change.
    Restarts,
    /// Renders secret stores.
    Stores,
}
