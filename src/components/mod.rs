//! The components, in groups, and the one table of them.

pub(crate) mod checks;
pub(crate) mod key_vaults;
pub(crate) mod operator_names;
pub(crate) mod workload;

pub(crate) mod azure {
    pub(crate) mod cluster;
    pub(crate) mod identities;
    pub(crate) mod resource_group;
}
pub(crate) mod data {
    pub(crate) mod postgres;
    pub(crate) mod registry;
    pub(crate) mod storage;
}
pub(crate) mod delivery {
    pub(crate) mod bootstrap;
    pub(crate) mod docs;
}
pub(crate) mod networking {
    pub(crate) mod external;
    pub(crate) mod network;
    pub(crate) mod private_endpoints;
    pub(crate) mod private_zones;
}
pub(crate) mod observability {
    pub(crate) mod azure_monitor_alerts;
    pub(crate) mod dashboards;
    pub(crate) mod operator_alerts;
    pub(crate) mod prometheus;
}
pub(crate) mod operators {
    pub(crate) mod azure_operator;
    pub(crate) mod cert_manager;
    pub(crate) mod external_secrets;
    pub(crate) mod prometheus_crds;
    pub(crate) mod reloader;
}
pub(crate) mod protection {
    pub(crate) mod backups;
    pub(crate) mod velero;
}
pub(crate) mod routing {
    pub(crate) mod dns;
    pub(crate) mod external_dns;
    pub(crate) mod gateway;
    pub(crate) mod issuer;
}
pub(crate) mod secret_delivery {
    pub(crate) mod health_check;
    pub(crate) mod identity_copies;
    pub(crate) mod secrets;
    pub(crate) mod stores;
    pub(crate) mod vault;
    pub(crate) mod vaults;
}
pub(crate) mod tenancy {
    pub(crate) mod namespaces;
}
pub(crate) mod workloads {
    pub(crate) mod jobs;
    pub(crate) mod services;
}

mod shared;

pub(crate) use shared::shared;

use crate::model::{
    Component, Each, Presence,
    general::{Assume, AzureSettings, Extra, General, Gitops, Verify, Waive},
    wiring::Capability,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A component: the name of its table, its folder of templates and its file here.
#[derive(Debug)]
pub struct ComponentRow {
    /// The one name.
    pub name: &'static str,
    /// When its instances exist.
    pub presence: Presence,
    /// Its instances; a component there is one of has the empty name.
    pub instances: for<'a> fn(&'a Platform) -> Vec<(&'a str, &'a dyn Component)>,
    /// One of them.
    pub instance: for<'a> fn(&'a Platform, &str) -> Option<&'a dyn Component>,
}

impl ComponentRow {
    /// Are there several?
    pub fn many(&self) -> bool {
        matches!(self.presence, Presence::Declared | Presence::Derived)
    }

    /// The spec path of an instance.
    pub fn path(&self, instance: &str) -> String {
        if self.many() {
            format!("{}.{}", self.name, crate::model::wiring::segment(instance))
        } else {
            self.name.to_owned()
        }
    }
}

/// The component that provides a capability of the wiring.
pub(crate) const fn provider(capability: Capability) -> &'static str {
    match capability {
        Capability::ClientIds => "identity_copies",
        Capability::Identities => "identities",
        Capability::Namespaces => "namespaces",
        Capability::PrivateEndpoints => "private_endpoints",
        Capability::PrivateZones => "private_zones",
        Capability::Restarts => "reloader",
        Capability::Stores => "stores",
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
            pub azure: AzureSettings,
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
            pub(crate) fn replace(&mut self, component: &str, table: Value) {
                match component {
                    $(stringify!($name) => components!(@replace $presence self.$name, table),)+
                    _ => {}
                }
            }
        }

        /// Every component. A new one is a file here, a folder of templates, and a row in this
        /// table.
        pub const TABLE: &[ComponentRow] = &[
            $(ComponentRow {
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
    azure_monitor_alerts: Needed observability::azure_monitor_alerts::AzureMonitorAlerts,
    /// Azure Service Operator.
    azure_operator: Always operators::azure_operator::AzureOperator,
    /// Backups of namespaces, to blob storage.
    backups: Needed protection::backups::Backups,
    /// What exists before GitOps: the cluster and the operator's identity, by Bicep.
    bootstrap: Always delivery::bootstrap::Bootstrap,
    /// cert-manager.
    cert_manager: Needed operators::cert_manager::CertManager,
    /// The cluster and its node pools.
    cluster: Always azure::cluster::Cluster,
    /// Dashboards of Grafana.
    dashboards: Needed observability::dashboards::Dashboards,
    /// The DNS zone that exposed services have their names in.
    dns: Needed routing::dns::Dns,
    /// Texts for people.
    docs: Always delivery::docs::Docs,
    /// Dependencies outside the cluster, for `calls`.
    external: Declared networking::external::External,
    /// external-dns.
    external_dns: Needed routing::external_dns::ExternalDns,
    /// The External Secrets operator.
    external_secrets: Needed operators::external_secrets::ExternalSecrets,
    /// The ingress gateway that exposed services are reached through.
    gateway: Needed routing::gateway::Gateway,
    /// A job that asks whether secrets are ready.
    health_check: Needed secret_delivery::health_check::HealthCheck,
    /// Managed identities of pods and of the cluster.
    identities: Derived azure::identities::Identity,
    /// Client ids, brought from the Azure namespace to the pods that need them.
    identity_copies: Needed secret_delivery::identity_copies::IdentityCopies,
    /// Who issues the certificates of exposed hosts.
    issuer: Needed routing::issuer::Issuer,
    /// What runs at times, and ends.
    jobs: Declared workloads::jobs::Job,
    /// Namespaces: their Pod Security level, policies and quota.
    namespaces: Derived tenancy::namespaces::Namespace,
    /// The virtual network and its subnets.
    network: Always networking::network::Network,
    /// Alerts on the operators of the platform.
    operator_alerts: Needed observability::operator_alerts::OperatorAlerts,
    /// PostgreSQL servers, for `calls`.
    postgres: Declared data::postgres::Postgres,
    /// Private endpoints of the vault, the storage account and the registry.
    private_endpoints: Needed networking::private_endpoints::PrivateEndpoints,
    /// Private DNS zones, linked to the network.
    private_zones: Derived networking::private_zones::PrivateZone,
    /// Prometheus.
    prometheus: Needed observability::prometheus::Prometheus,
    /// The kinds of the Prometheus operator.
    prometheus_crds: Needed operators::prometheus_crds::PrometheusCrds,
    /// The container registry of the platform's own images.
    registry: Needed data::registry::Registry,
    /// Reloader.
    reloader: Needed operators::reloader::Reloader,
    /// The resource group.
    resource_group: Always azure::resource_group::ResourceGroup,
    /// Secrets of the platform that are no service's own.
    secrets: Declared secret_delivery::secrets::Secret,
    /// What runs on the platform.
    services: Declared workloads::services::Service,
    /// The storage account for backups.
    storage: Needed data::storage::Storage,
    /// Where secrets are read from.
    stores: Derived secret_delivery::stores::Store,
    /// The key vault.
    vault: Needed secret_delivery::vault::Vault,
    /// Further key vaults.
    vaults: Declared secret_delivery::vaults::OtherVault,
    /// The Velero operator.
    velero: Needed protection::velero::Velero,
}
