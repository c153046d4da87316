//! What a platform is: one file per component, and the one table of them. Never knows a template, a
//! path or YAML.

mod across;
mod bring_up;
mod component;
mod decode;
mod env;
mod existing;
pub mod general;
mod limits;
mod mistakes;
mod names;
mod peers;
mod schema;
pub mod text;
mod view;
pub mod wiring;

mod alerts;
mod azure_operator;
mod backups;
mod bootstrap;
mod cert_manager;
mod cluster;
mod dashboards;
mod dns;
mod docs;
mod external;
mod external_dns;
mod external_secrets;
mod gateway;
mod health_check;
mod identities;
mod identity_copies;
mod issuer;
mod jobs;
pub mod monitoring;
mod namespaces;
mod network;
mod postgres;
mod private_endpoints;
mod private_zones;
mod prometheus_crds;
mod registry;
mod reloader;
mod resource_group;
mod rules;
mod secrets;
mod services;
mod storage;
mod stores;
mod vault;
mod vaults;
mod velero;

pub use across::across;
pub use component::{Blame, Component, Ground};
pub use decode::{Shaped, Spec, decode};
pub use env::Env;
pub use names::Names;
pub use schema::{for_editors, shape};
pub use view::View;
pub use wiring::Wiring;

use general::{Assume, Azure, Extra, General, Gitops, Verify, Waive};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Instances by name.
pub type Each<T> = BTreeMap<String, T>;

/// When an instance of a component exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// There is always one.
    Always,
    /// There is one if someone needs it.
    Needed,
    /// There are as many as the spec declares.
    Declared,
    /// There are as many as others need; the spec only adjusts them.
    Derived,
}

/// A component: the name of its table, its folder of templates and its file here.
#[derive(Debug)]
pub struct Row {
    /// The one name.
    pub name: &'static str,
    /// When its instances exist.
    pub presence: Presence,
    /// Its instances; a component there is one of has the empty name.
    pub instances: for<'a> fn(&'a Platform) -> Vec<(&'a str, &'a dyn Component)>,
    /// One of them.
    pub instance: for<'a> fn(&'a Platform, &str) -> Option<&'a dyn Component>,
}

impl Row {
    /// Are there several?
    pub fn many(&self) -> bool {
        matches!(self.presence, Presence::Declared | Presence::Derived)
    }

    /// The spec path of an instance.
    pub fn path(&self, instance: &str) -> String {
        if self.many() {
            format!("{}.{}", self.name, wiring::segment(instance))
        } else {
            self.name.to_owned()
        }
    }
}

macro_rules! components {
    ($($(#[doc = $doc:literal])* $name:ident: $presence:ident $type:ty,)+) => {
        /// The spec of one environment, with every default filled in.
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Platform {
            /// The platform itself.
            pub platform: General,
            /// The subscription.
            pub azure: Azure,
            /// How the tree reaches the cluster.
            pub gitops: Gitops,
            /// How the output is judged.
            pub verify: Verify,
            /// Values for templates of your own.
            pub vars: Map<String, Value>,
            /// Manifests of your own.
            pub extra: Each<Extra>,
            /// Findings that were accepted.
            pub waive: Each<Waive>,
            /// Objects that exist although nobody rendered them.
            pub assume: Each<Assume>,
            $($(#[doc = $doc])* pub $name: components!(@field $presence $type),)+
        }

        impl Platform {
            /// Takes another table of a component whose instances others need.
            fn replace(&mut self, component: &str, table: Value) {
                match component {
                    $(stringify!($name) => components!(@replace $presence self.$name, table),)+
                    _ => {}
                }
            }
        }

        /// Every component. A new one is a file here, a folder of templates, and a row in this
        /// table.
        pub const TABLE: &[Row] = &[
            $(Row {
                name: stringify!($name),
                presence: Presence::$presence,
                instances: |p| components!(@list $presence p.$name),
                instance: |p, name| components!(@one $presence p.$name, name),
            },)+
        ];
    };
    (@replace Derived $p:ident.$name:ident, $table:ident) => { $p.$name = serde_json::from_value($table).expect("the schema is made from the structs") };
    (@replace $presence:ident $p:ident.$name:ident, $table:ident) => {{ let _ = $table; }};
    (@field Always $type:ty) => { $type };
    (@field Needed $type:ty) => { $type };
    (@field Declared $type:ty) => { Each<Box<$type>> };
    (@field Derived $type:ty) => { Each<$type> };
    (@one Always $p:ident.$name:ident, $key:ident) => { $key.is_empty().then_some(&$p.$name as &dyn Component) };
    (@one Needed $p:ident.$name:ident, $key:ident) => { $key.is_empty().then_some(&$p.$name as &dyn Component) };
    (@one Declared $p:ident.$name:ident, $key:ident) => { $p.$name.get($key).map(|v| &**v as &dyn Component) };
    (@one Derived $p:ident.$name:ident, $key:ident) => { $p.$name.get($key).map(|v| v as &dyn Component) };
    (@list Always $p:ident.$name:ident) => { vec![("", &$p.$name as &dyn Component)] };
    (@list Needed $p:ident.$name:ident) => { vec![("", &$p.$name as &dyn Component)] };
    (@list Declared $p:ident.$name:ident) => { $p.$name.iter().map(|(k, v)| (k.as_str(), &**v as &dyn Component)).collect() };
    (@list Derived $p:ident.$name:ident) => { $p.$name.iter().map(|(k, v)| (k.as_str(), v as &dyn Component)).collect() };
}

components! {
    /// Alerts that Azure Monitor raises, and whom they reach.
    alerts: Needed alerts::Alerts,
    /// Backups of namespaces, to blob storage.
    backups: Needed backups::Backups,
    /// What exists before GitOps: the cluster and the operator's identity, by Bicep.
    bootstrap: Always bootstrap::Bootstrap,
    /// Azure Service Operator.
    azure_operator: Always azure_operator::AzureOperator,
    /// cert-manager.
    cert_manager: Needed cert_manager::CertManager,
    /// The cluster and its node pools.
    cluster: Always cluster::Cluster,
    /// Dashboards of Grafana.
    dashboards: Needed dashboards::Dashboards,
    /// Texts for people.
    docs: Always docs::Docs,
    /// The DNS zone that exposed services have their names in.
    dns: Needed dns::Dns,
    /// Dependencies outside the cluster, for `calls`.
    external: Declared external::External,
    /// external-dns.
    external_dns: Needed external_dns::ExternalDns,
    /// The External Secrets operator.
    external_secrets: Needed external_secrets::ExternalSecrets,
    /// The ingress gateway that exposed services are reached through.
    gateway: Needed gateway::Gateway,
    /// A job that asks whether secrets are ready.
    health_check: Needed health_check::HealthCheck,
    /// Managed identities of pods and of the cluster.
    identities: Derived identities::Identity,
    /// Client ids, brought from the Azure namespace to the pods that need them.
    identity_copies: Needed identity_copies::IdentityCopies,
    /// Who issues the certificates of exposed hosts.
    issuer: Needed issuer::Issuer,
    /// What runs at times, and ends.
    jobs: Declared jobs::Job,
    /// Prometheus.
    monitoring: Needed monitoring::Monitoring,
    /// Namespaces: their Pod Security level, policies and quota.
    namespaces: Derived namespaces::Namespace,
    /// The virtual network and its subnets.
    network: Always network::Network,
    /// PostgreSQL servers, for `calls`.
    postgres: Declared postgres::Postgres,
    /// Private endpoints of the vault, the storage account and the registry.
    private_endpoints: Needed private_endpoints::PrivateEndpoints,
    /// Private DNS zones, linked to the network.
    private_zones: Derived private_zones::PrivateZone,
    /// The kinds of the Prometheus operator.
    prometheus_crds: Needed prometheus_crds::PrometheusCrds,
    /// The container registry of the platform's own images.
    registry: Needed registry::Registry,
    /// Reloader.
    reloader: Needed reloader::Reloader,
    /// The resource group.
    resource_group: Always resource_group::ResourceGroup,
    /// Alerts on the operators of the platform.
    rules: Needed rules::Rules,
    /// Secrets of the platform that are no service's own.
    secrets: Declared secrets::Secret,
    /// What runs on the platform.
    services: Declared services::Service,
    /// The storage account for backups.
    storage: Needed storage::Storage,
    /// Where secrets are read from.
    stores: Derived stores::Store,
    /// The key vault.
    vault: Needed vault::Vault,
    /// Further key vaults.
    vaults: Declared vaults::OtherVault,
    /// The Velero operator.
    velero: Needed velero::Velero,
}

/// Pods of Prometheus.
pub fn pods_of(namespace: &text::Name, labels: &BTreeMap<String, text::Plain>) -> wiring::Pods {
    wiring::Pods::new(
        namespace.as_str(),
        labels.iter().map(|(k, v)| (k.clone(), v.as_str().to_owned())),
    )
}
