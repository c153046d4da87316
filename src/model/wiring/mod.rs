//! Typed offers and needs of components. The wiring connects them without naming a component.

mod allowed_ports;
mod capability;
mod external_objects;
mod links;
pub mod logins;
mod namespaces;
mod pods;
mod required_secrets;
mod resource_ref;
mod routes;
mod subnets;
mod targets;

pub use allowed_ports::{AllowedPort, PortSource};
pub use capability::Capability;
pub use external_objects::ExternalObject;
pub use links::Links;
pub use logins::Login;
pub use namespaces::{Demand, NamespaceNeed, Purpose};
pub use pods::{Pods, Selected};
pub use required_secrets::{Form, Remote, RequiredSecret, object};
pub use resource_ref::{ResourcePart, ResourceRef};
pub use routes::{CertificateSource, Route, tls_secret};
pub use subnets::{PrivateZoneNeed, SubnetNeed};
pub use targets::PrivateLinkTarget;

use crate::components::provider;
pub use crate::diag::{segment, segments};
use crate::{azure::network::Subnet, stage::Stage};
use std::collections::{BTreeMap, BTreeSet};

/// A spec path, such as `services.orders.calls.0`.
pub type SpecKey = String;

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionPeer {
    /// Pods in the cluster.
    Pods(Pods),
    /// An address range outside the cluster.
    Range(String),
    /// A host outside the cluster.
    Host(String),
}

/// A port of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Container port, which network policies select.
    pub number: u16,
}

/// An endpoint that `calls` can name.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its location.
    pub peer: ConnectionPeer,
    /// Its ports.
    pub ports: Vec<Port>,
    /// The default port; absent if there are several.
    pub main: Option<String>,
    /// The spec path that offers it.
    pub source: SpecKey,
}

/// A connection to an endpoint by name.
#[derive(Debug, Clone)]
pub struct Call {
    /// The calling pods.
    pub from: Pods,
    /// Name of the endpoint.
    pub to: String,
    /// Name of the port; absent for the default port.
    pub port: Option<String>,
    /// Its spec path.
    pub source: SpecKey,
}

/// A call with its endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Connection<'a> {
    /// The calling pods.
    pub from: &'a Pods,
    /// The called peer.
    pub to: &'a ConnectionPeer,
    /// Name of the endpoint.
    pub name: &'a str,
    /// The port number.
    pub port: u16,
    /// Name of the port, if the call has it.
    pub port_name: Option<&'a str>,
    /// Its spec path.
    pub source: &'a str,
}

/// Address of an endpoint for clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Host name or IP address.
    pub host: String,
    /// Ports for clients by container port. They differ if a Service maps ports.
    pub ports: BTreeMap<u16, u16>,
}

/// Reason why a call has no endpoint.
#[derive(Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// There is no endpoint of that name.
    Endpoint,
    /// The endpoint has no such port, or it has several and the call names none.
    Port,
}

/// A required managed identity.
#[derive(Debug, Clone, Default)]
pub struct IdentityNeed {
    /// Trusted `ServiceAccounts`, as namespace and name.
    pub subjects: BTreeSet<(String, String)>,
    /// Built-in roles by name, with their scopes.
    pub roles: BTreeSet<(&'static str, ResourceRef)>,
    /// The cluster depends on it, so it must not be deleted.
    pub protect: bool,
    /// The spec paths that need it.
    pub sources: BTreeSet<SpecKey>,
}

/// All offers and needs of one environment.
#[derive(Debug, Default)]
pub struct Wiring {
    /// Endpoints that `calls` can name.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Addresses of endpoints with one address.
    pub addresses: BTreeMap<String, Address>,
    /// Names that two spec paths define, with both paths.
    pub clashes: Vec<(String, SpecKey, SpecKey)>,
    /// Pods that call the API server.
    pub api_clients: Vec<Pods>,
    /// All calls.
    pub calls: Vec<Call>,
    /// Identities by name.
    pub identities: BTreeMap<String, IdentityNeed>,
    /// Namespaces by name.
    pub namespaces: BTreeMap<String, NamespaceNeed>,
    /// Stores by name, with the namespaces that read them.
    pub stores: BTreeMap<String, BTreeSet<String>>,
    /// Secrets that people add to stores.
    pub required_secrets: BTreeSet<RequiredSecret>,
    /// Namespaces of the stores inside the cluster.
    pub secret_namespaces: BTreeMap<String, String>,
    /// `ServiceAccounts` in the namespace of External Secrets that read stores.
    pub accounts: BTreeSet<String>,
    /// Identities whose client id pods need, with the namespace of the pods.
    pub replicated_client_ids: BTreeSet<(String, String)>,
    /// Objects that are not rendered.
    pub external_objects: BTreeSet<ExternalObject>,
    /// Required subnets.
    pub subnets: BTreeMap<Subnet, SubnetNeed>,
    /// Spec paths of workloads, by their pods.
    pub workloads: BTreeMap<Pods, SpecKey>,
    /// Targets of private endpoints, by object.
    pub targets: BTreeMap<String, PrivateLinkTarget>,
    /// Private DNS zones by their names in the spec.
    pub private_zones: BTreeMap<String, PrivateZoneNeed>,
    /// Credentials of callers, by the name of the endpoint.
    pub logins: BTreeMap<String, Login>,
    /// Severities of alerts that have a route to receivers.
    pub alert_severities: &'static [&'static str],
    /// Hosts that the ingress gateway serves.
    pub routes: Vec<Route>,
    /// Components that are used unless they are disabled.
    pub used_if_enabled: BTreeSet<&'static str>,
    /// Required component instances with the spec paths that need them. The name is empty for a
    /// component with one instance.
    pub needs: BTreeMap<(&'static str, String), BTreeSet<SpecKey>>,
}

impl Wiring {
    /// Offers an endpoint under a name.
    pub fn offer(&mut self, name: String, endpoint: Endpoint) {
        if let Some(first) = self.endpoints.get(&name) {
            self.clashes.push((name, first.source.clone(), endpoint.source));
        } else {
            self.endpoints.insert(name, endpoint);
        }
    }

    /// Adds a workload. Two workloads must not select the same pods.
    pub fn workload(&mut self, pods: &Pods, source: &str) {
        if let Some(first) = self.workloads.get(pods) {
            let name = pods.labels.values().next().cloned().unwrap_or_default();
            self.clashes.push((name, first.clone(), source.to_owned()));
        } else {
            self.workloads.insert(pods.clone(), source.to_owned());
        }
    }

    /// Requires a component with one instance.
    pub fn need(&mut self, component: &'static str, source: &str) {
        self.needs.entry((component, String::new())).or_default().insert(source.to_owned());
    }

    /// Uses a component with one instance unless it is disabled.
    pub fn use_if_enabled(&mut self, component: &'static str) {
        self.used_if_enabled.insert(component);
    }

    fn need_instance(&mut self, capability: Capability, name: &str, source: &str) {
        let component = provider(capability);
        self.needs.entry((component, name.to_owned())).or_default().insert(source.to_owned());
    }

    /// Requires an identity.
    pub fn identity(&mut self, name: &str, source: &str) -> &mut IdentityNeed {
        self.need_instance(Capability::Identities, name, source);
        let need = self.identities.entry(name.to_owned()).or_default();
        need.sources.insert(source.to_owned());
        need
    }

    /// Requires a namespace.
    pub fn namespace(
        &mut self,
        name: &str,
        purpose: Purpose,
        stage: Stage,
        source: &str,
    ) -> &mut NamespaceNeed {
        self.need_instance(Capability::Namespaces, name, source);
        let taken = self
            .namespaces
            .get(name)
            .filter(|need| need.purpose != purpose)
            .and_then(|need| need.sources.first().cloned());
        self.clashes
            .extend(taken.map(|first| (format!("the namespace {name}"), first, source.to_owned())));
        let fresh = || NamespaceNeed {
            purpose,
            stage,
            demand: Demand::default(),
            allowed_ports: BTreeSet::new(),
            privileged: false,
            sources: BTreeSet::new(),
        };
        let need = self.namespaces.entry(name.to_owned()).or_insert_with(fresh);
        need.stage = need.stage.min(stage);
        need.sources.insert(source.to_owned());
        need
    }

    /// Requires a store for a namespace.
    pub fn store(&mut self, name: &str, namespace: &str, source: &str) {
        self.need_instance(Capability::Stores, name, source);
        self.stores.entry(name.to_owned()).or_default().insert(namespace.to_owned());
    }

    /// Requires the client id of an identity in a namespace. Pods read it only at start, so a
    /// change must restart them.
    pub fn replicate_client_id(&mut self, identity: &str, namespace: &str, source: &str) {
        self.use_if_enabled(provider(Capability::Restarts));
        self.need(provider(Capability::ClientIds), source);
        self.replicated_client_ids.insert((identity.to_owned(), namespace.to_owned()));
    }

    /// The endpoint and port of a call.
    ///
    /// # Errors
    /// If there is no such endpoint or port.
    pub fn resolve<'a>(&'a self, call: &'a Call) -> Result<Connection<'a>, ResolveError> {
        let endpoint = self.endpoints.get(&call.to).ok_or(ResolveError::Endpoint)?;
        let name = call.port.as_ref().or(endpoint.main.as_ref()).ok_or(ResolveError::Port)?;
        let port = endpoint.ports.iter().find(|p| p.name == *name).ok_or(ResolveError::Port)?;
        Ok(Connection {
            from: &call.from,
            to: &endpoint.peer,
            name: &call.to,
            port: port.number,
            port_name: call.port.as_deref(),
            source: &call.source,
        })
    }
}
