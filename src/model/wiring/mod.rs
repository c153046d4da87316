//! What components say to each other: typed offers and needs. Never knows who said it, and never
//! renders.

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

/// A path into the spec, such as `services.orders.calls.0`.
pub type SpecKey = String;

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionPeer {
    /// Pods in the cluster.
    Pods(Pods),
    /// Addresses outside the cluster.
    Range(String),
    /// A name outside the cluster.
    Host(String),
}

/// A port of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// The port that the process listens on: what policies speak of.
    pub number: u16,
}

/// Something that `calls` can name.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Where it is.
    pub peer: ConnectionPeer,
    /// Its ports.
    pub ports: Vec<Port>,
    /// The port meant where none is named; absent where that is not clear.
    pub main: Option<String>,
    /// The spec path that offers it.
    pub source: SpecKey,
}

/// Someone connects to an endpoint.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who.
    pub from: Pods,
    /// The endpoint's name.
    pub to: String,
    /// The port's name; absent for the main one.
    pub port: Option<String>,
    /// The spec path that says so.
    pub source: SpecKey,
}

/// A call that found its endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Connection<'a> {
    /// Who.
    pub from: &'a Pods,
    /// Whom.
    pub to: &'a ConnectionPeer,
    /// The endpoint's name.
    pub name: &'a str,
    /// On which port.
    pub port: u16,
    /// That port's name, where the caller gave it.
    pub asked: Option<&'a str>,
    /// The spec path that says so.
    pub source: &'a str,
}

/// How a client reaches an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Its host name, or its address.
    pub host: String,
    /// By the port that the process listens on, the one that a client connects to: a Service may
    /// stand between them.
    pub ports: BTreeMap<u16, u16>,
}

/// Why a call finds nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// No endpoint of that name.
    Endpoint,
    /// The endpoint has no such port, or several and none was named.
    Port,
}

/// A managed identity that someone needs.
#[derive(Debug, Clone, Default)]
pub struct IdentityNeed {
    /// The `ServiceAccounts`, as namespace and name, whose tokens it trusts.
    pub subjects: BTreeSet<(String, String)>,
    /// Roles by their built-in name, and where.
    pub roles: BTreeSet<(&'static str, ResourceRef)>,
    /// It belongs to the cluster itself: losing it loses the cluster.
    pub protect: bool,
    /// The spec paths that need it.
    pub sources: BTreeSet<SpecKey>,
}

/// All offers and needs of one environment.
#[derive(Debug, Default)]
pub struct Wiring {
    /// What `calls` may name.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// How clients reach endpoints, where that is one place.
    pub addresses: BTreeMap<String, Address>,
    /// Endpoints that were offered twice: the name, and both spec paths.
    pub clashes: Vec<(String, SpecKey, SpecKey)>,
    /// Who calls what.
    pub calls: Vec<Call>,
    /// Identities by name.
    pub identities: BTreeMap<String, IdentityNeed>,
    /// Namespaces by name.
    pub namespaces: BTreeMap<String, NamespaceNeed>,
    /// Stores by name, with the namespaces that read from them.
    pub stores: BTreeMap<String, BTreeSet<String>>,
    /// What people put into stores.
    pub required_secrets: BTreeSet<RequiredSecret>,
    /// The namespaces of the stores that are inside the cluster.
    pub secret_namespaces: BTreeMap<String, String>,
    /// `ServiceAccounts` in the namespace of External Secrets, as which it reads stores.
    pub accounts: BTreeSet<String>,
    /// Identities whose client id a pod needs: the identity and the namespace.
    pub replicated_client_ids: BTreeSet<(String, String)>,
    /// Objects that somebody else makes.
    pub external_objects: BTreeSet<ExternalObject>,
    /// Subnets that someone needs.
    pub subnets: BTreeMap<Subnet, SubnetNeed>,
    /// Workloads by their pods, and the spec path of each.
    pub workloads: BTreeMap<Pods, SpecKey>,
    /// What private endpoints lead to, by its object; with the private zone.
    pub targets: BTreeMap<String, PrivateLinkTarget>,
    /// Private DNS zones by their names in the spec.
    pub private_zones: BTreeMap<String, PrivateZoneNeed>,
    /// How callers log in, by the endpoint's name.
    pub logins: BTreeMap<String, Login>,
    /// Severities of alerts that have a route to receivers.
    pub alert_severities: &'static [&'static str],
    /// Hosts of the ingress gateway.
    pub routes: Vec<Route>,
    /// Components, of which there is one, that someone could make use of.
    pub used_if_enabled: BTreeSet<&'static str>,
    /// Every component instance that exists because someone needs it, and who; the name is empty
    /// for a component there is one of.
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

    /// Runs pods, which nobody else's selectors may take for theirs.
    pub fn workload(&mut self, pods: &Pods, source: &str) {
        if let Some(first) = self.workloads.get(pods) {
            let name = pods.labels.values().next().cloned().unwrap_or_default();
            self.clashes.push((name, first.clone(), source.to_owned()));
        } else {
            self.workloads.insert(pods.clone(), source.to_owned());
        }
    }

    /// Needs a component of which there is one.
    pub fn need(&mut self, component: &'static str, source: &str) {
        self.needs.entry((component, String::new())).or_default().insert(source.to_owned());
    }

    /// Could use a component of which there is one, but does without it where it is switched off.
    pub fn use_if_enabled(&mut self, component: &'static str) {
        self.used_if_enabled.insert(component);
    }

    fn need_instance(&mut self, capability: Capability, name: &str, source: &str) {
        let component = provider(capability);
        self.needs.entry((component, name.to_owned())).or_default().insert(source.to_owned());
    }

    /// Needs an identity.
    pub fn identity(&mut self, name: &str, source: &str) -> &mut IdentityNeed {
        self.need_instance(Capability::Identities, name, source);
        let need = self.identities.entry(name.to_owned()).or_default();
        need.sources.insert(source.to_owned());
        need
    }

    /// Needs a namespace.
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

    /// Reads secrets of a store from a namespace.
    pub fn store(&mut self, name: &str, namespace: &str, source: &str) {
        self.need_instance(Capability::Stores, name, source);
        self.stores.entry(name.to_owned()).or_default().insert(namespace.to_owned());
    }

    /// Needs the client id of an identity in a namespace. Its pods read it once, when they start.
    pub fn replicate_client_id(&mut self, identity: &str, namespace: &str, source: &str) {
        self.use_if_enabled(provider(Capability::Restarts));
        self.need(provider(Capability::ClientIds), source);
        self.replicated_client_ids.insert((identity.to_owned(), namespace.to_owned()));
    }

    /// The endpoint and port that a call means.
    ///
    /// # Errors
    /// Why it means none.
    pub fn resolve<'a>(&'a self, call: &'a Call) -> Result<Connection<'a>, ResolveError> {
        let endpoint = self.endpoints.get(&call.to).ok_or(ResolveError::Endpoint)?;
        let name = call.port.as_ref().or(endpoint.main.as_ref()).ok_or(ResolveError::Port)?;
        let port = endpoint.ports.iter().find(|p| p.name == *name).ok_or(ResolveError::Port)?;
        Ok(Connection {
            from: &call.from,
            to: &endpoint.peer,
            name: &call.to,
            port: port.number,
            asked: call.port.as_deref(),
            source: &call.source,
        })
    }
}
