//! What one object says that another must agree with: small rows, found by a table of data. Never
//! keeps YAML.

mod policies;
mod table;

use indexmap::IndexSet;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Mutex;

/// An interned text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

/// Texts by number, so that a row is small and a comparison is cheap. Numbers depend on the order
/// of arrival: nothing is ever sorted by them.
#[derive(Debug, Default)]
pub struct Interner(Mutex<IndexSet<Box<str>>>);

impl Interner {
    /// The number of a text.
    ///
    /// # Panics
    /// If there are more than 4 billion different texts.
    pub fn name(&self, text: &str) -> Name {
        let mut set = self.0.lock().expect("no panic while held");
        let index = set.get_index_of(text).unwrap_or_else(|| set.insert_full(text.into()).0);
        Name(u32::try_from(index).expect("fewer texts than a u32 counts"))
    }

    /// The text of a number.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn text(&self, name: Name) -> String {
        let set = self.0.lock().expect("no panic while held");
        set.get_index(name.0 as usize).map(std::string::ToString::to_string).unwrap_or_default()
    }
}

/// Does the API server make such an object by itself, in every cluster or in every namespace?
pub(super) fn is_given(kind: &str, name: &str) -> bool {
    table::is_given(kind, name)
}

/// Where a fact comes from: enough to make the object again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The unit.
    pub unit: u32,
    /// The environment.
    pub environment: u16,
    /// The step.
    pub step: u16,
}

/// What a row says. `a`, `b` and `c` are its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// There is an object: kind, name.
    Is,
    /// It is of this version: apiVersion.
    Version,
    /// There will be an object that something else makes, with this key: kind, name, key.
    Provides,
    /// It needs an object: kind, name.
    Refers,
    /// It needs a key of an object: kind, name, key.
    Reads,
    /// It selects by labels: kind, labels.
    Selects,
    /// Its selector must have a port: kind, labels, port.
    SelectsPort,
    /// It makes pods with these labels: labels.
    Pods,
    /// Its pods listen: name, number.
    PodPort,
    /// It is a Service with these labels: labels.
    ServiceLabels,
    /// It is a Service with this port: name, number.
    ServicePort,
    /// It runs an image: image.
    Image,
    /// It runs so many pods: replicas.
    Replicas,
    /// It scales something: name, at least, at most.
    Scales,
    /// Each of its pods asks for: CPU, memory.
    Requests,
    /// It allows so many pods to be away: labels, most unavailable, least available.
    Budget,
    /// Its namespace holds at most: CPU, memory, pods.
    Quota,
    /// It trusts a `ServiceAccount`: subject, identity, issuer.
    Federates,
    /// An identity writes its principal id to a `ConfigMap`: name, key.
    Principal,
    /// A principal has a role: principal's `ConfigMap`, scope, role.
    Assigns,
    /// Its name in Azure: name.
    AzureName,
    /// An operator installs kinds: groups as `a/*;b/*`.
    Installs,
    /// A zone is written as a `ServiceAccount`: zone, namespace of the account, account.
    ZoneWrites,
    /// A store reads a vault as a `ServiceAccount`: URL, namespace of the account, account.
    StoreReads,
    /// It asks a store for a text: store, key, property.
    Asks,
    /// A store keeps its texts in Secrets: store, their namespace, account of the store as
    /// namespace and name.
    Keeps,
    /// A role lets read: role, name of the object.
    Grants,
    /// An account has a role: role, account as namespace and name.
    Binds,
    /// A backup location: account, container.
    Location,
    /// It has a volume that outlives its pods: name.
    Volume,
    /// It holds data: which of its parts, or nothing; how much, or nothing.
    Holds,
    /// A schedule backs up a namespace: namespace.
    Covers,
    /// A schedule leaves out a resource: its name for the API server.
    LeavesOut,
    /// It raises an alert: name, severity.
    Alerts,
    /// A container: name, owner.
    Container,
    /// Pods log in to Azure with the id in a Secret: Secret, namespace of their account, account.
    ActsAs,
    /// A Secret has the id that another one has: Secret, store, name there.
    Copies,
    /// An identity exports its id: Secret, identity.
    Exports,
    /// Nodes pull images as this identity: identity.
    Pulls,
    /// Whether the internet reaches it: `Enabled` or `Disabled`.
    PublicAccess,
    /// A private endpoint leads to it: `Kind/name`, endpoint.
    LeadsTo,
    /// The address of an endpoint stands in a zone: endpoint, zone.
    Resolves,
    /// A zone is linked to a network: zone.
    Links,
    /// A virtual network has these addresses: name, range.
    Network,
    /// A subnet has these addresses: its network, range, name.
    Subnet,
    /// It is isolated for incoming connections: labels.
    IsolatesIn,
    /// It is isolated for outgoing connections: labels.
    IsolatesOut,
    /// It lets in: labels, peer, ports.
    AllowsIn,
    /// It lets out: labels, peer, ports.
    AllowsOut,
}

/// A fact.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub relation: Relation,
    /// The JSON pointer of the field.
    pub at: Name,
    /// The namespace that it holds in.
    pub namespace: Name,
    /// First column.
    pub a: Name,
    /// Second column.
    pub b: Name,
    /// Third column.
    pub c: Name,
}

/// Takes facts out of objects.
#[derive(Debug)]
pub struct Collector<'a> {
    names: &'a Interner,
    origin: Origin,
    rows: Vec<Row>,
}

impl<'a> Collector<'a> {
    /// A collector for one object.
    pub fn new(names: &'a Interner, origin: Origin) -> Collector<'a> {
        Collector { names, origin, rows: vec![] }
    }

    /// Adds a row.
    pub fn add(&mut self, relation: Relation, at: &str, namespace: &str, columns: [&str; 3]) {
        let [a, b, c] = columns.map(|text| self.names.name(text));
        let row = Row {
            origin: self.origin,
            relation,
            at: self.names.name(at),
            namespace: self.names.name(namespace),
            a,
            b,
            c,
        };
        self.rows.push(row);
    }

    /// All facts of an object.
    pub fn collect(mut self, object: &Value) -> Vec<Row> {
        let text =
            |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (kind, namespace) = (text("/kind"), text("/metadata/namespace"));
        self.add(Relation::Is, "/metadata/name", namespace, [kind, text("/metadata/name"), ""]);
        self.add(Relation::Version, "/apiVersion", namespace, [text("/apiVersion"), "", ""]);
        table::read(kind, object, namespace, &mut self);
        policies::collect(object, kind, namespace, &mut self);
        self.rows
    }

    /// The pods that a chart makes and nobody rendered: their name label, and their ports.
    pub fn chart_pods(mut self, namespace: &str, name: &str, ports: &[u16]) -> Vec<Row> {
        self.add(
            Relation::Pods,
            "",
            namespace,
            [&format!("app.kubernetes.io/name={name}"), "", ""],
        );
        for port in ports {
            self.add(Relation::PodPort, "", namespace, ["", &port.to_string(), ""]);
        }
        self.rows
    }

    /// An object that exists although nobody rendered it.
    pub fn assumed(mut self, kind: &str, namespace: &str, name: &str, keys: &[&str]) -> Vec<Row> {
        self.add(Relation::Provides, "", namespace, [kind, name, ""]);
        for key in keys {
            self.add(Relation::Provides, "", namespace, [kind, name, key]);
        }
        self.rows
    }
}
