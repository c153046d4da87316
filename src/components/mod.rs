//! Components in groups, and their table.

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

/// A component of the table.
#[derive(Debug)]
pub struct ComponentRow {
    /// Name of the component: its spec table, folder of templates and source file.
    pub name: &'static str,
    /// Condition for the existence of instances.
    pub presence: Presence,
    /// All instances by name. The instance of a component without names has the empty name.
    pub instances: for<'a> fn(&'a Platform) -> Vec<(&'a str, &'a dyn Component)>,
    /// Instance by name.
    pub instance: for<'a> fn(&'a Platform, &str) -> Option<&'a dyn Component>,
}

impl ComponentRow {
    /// Whether the component can have several instances.
    pub fn many(&self) -> bool {
        matches!(self.presence, Presence::Declared | Presence::Derived)
    }

    /// Spec path of an instance.
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
        /// Spec of one environment with all defaults applied.
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Platform {
            /// General settings of the platform.
            pub platform: General,
            /// Azure subscription, region and administrators.
            pub azure: AzureSettings,
            /// GitOps engine and Git repository.
            pub gitops: Gitops,
            /// Validation of the rendered objects.
            pub verify: Verify,
            /// Values for your own templates.
            pub vars: Map<String, Value>,
            /// Your own manifests.
            pub extra: Each<Extra>,
            /// Accepted diagnostics.
            pub waive: Each<Waive>,
            /// Objects that exist in the cluster but are not rendered.
            pub assume: Each<Assume>,
            $($(#[doc = $doc])* pub $name: components!(@field $presence $type),)+
        }

        impl Platform {
            /// Replaces the table of a component with derived instances.
            pub(crate) fn replace(&mut self, component: &str, table: Value) {
                match component {
                    $(stringify!($name) => components!(@replace $presence self.$name, table),)+
                    _ => {}
                }
            }
        }

        /// All components.
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
    /// Azure Monitor alerts and their receivers.
    azure_monitor_alerts: Needed observability::azure_monitor_alerts::AzureMonitorAlerts,
    /// Azure Service Operator.
    azure_operator: Always operators::azure_operator::AzureOperator,
    /// Backups of namespaces to blob storage.
    backups: Needed protection::backups::Backups,
    /// Bicep for the cluster and for the identity of Azure Service Operator.
    bootstrap: Always delivery::bootstrap::Bootstrap,
    /// cert-manager.
    cert_manager: Needed operators::cert_manager::CertManager,
    /// AKS cluster and its node pools.
    cluster: Always azure::cluster::Cluster,
    /// Grafana dashboards.
    dashboards: Needed observability::dashboards::Dashboards,
    /// DNS zone of exposed services.
    dns: Needed routing::dns::Dns,
    /// Pages for operators.
    docs: Always delivery::docs::Docs,
    /// Endpoints outside the cluster, for `calls`.
    external: Declared networking::external::External,
    /// external-dns.
    external_dns: Needed routing::external_dns::ExternalDns,
    /// External Secrets operator.
    external_secrets: Needed operators::external_secrets::ExternalSecrets,
    /// Ingress gateway of exposed services.
    gateway: Needed routing::gateway::Gateway,
    /// `CronJob` that checks whether secrets are ready.
    health_check: Needed secret_delivery::health_check::HealthCheck,
    /// Managed identities of pods and of the cluster.
    identities: Derived azure::identities::Identity,
    /// Copies of client IDs in the namespaces of their pods.
    identity_copies: Needed secret_delivery::identity_copies::IdentityCopies,
    /// Issuer of certificates for exposed hosts.
    issuer: Needed routing::issuer::Issuer,
    /// Scheduled jobs.
    jobs: Declared workloads::jobs::Job,
    /// Namespaces with their Pod Security level, network policies and quota.
    namespaces: Derived tenancy::namespaces::Namespace,
    /// Virtual network and its subnets.
    network: Always networking::network::Network,
    /// Alerts on the External Secrets operator.
    operator_alerts: Needed observability::operator_alerts::OperatorAlerts,
    /// PostgreSQL flexible servers, for `calls`.
    postgres: Declared data::postgres::Postgres,
    /// Private endpoints of the vaults, the storage account and the registry.
    private_endpoints: Needed networking::private_endpoints::PrivateEndpoints,
    /// Private DNS zones, linked to the network.
    private_zones: Derived networking::private_zones::PrivateZone,
    /// Prometheus, Alertmanager and Grafana.
    prometheus: Needed observability::prometheus::Prometheus,
    /// CRDs of the Prometheus operator.
    prometheus_crds: Needed operators::prometheus_crds::PrometheusCrds,
    /// Container registry for images of the platform.
    registry: Needed data::registry::Registry,
    /// Reloader.
    reloader: Needed operators::reloader::Reloader,
    /// Resource group of the environment.
    resource_group: Always azure::resource_group::ResourceGroup,
    /// Platform secrets outside services.
    secrets: Declared secret_delivery::secrets::Secret,
    /// Services of the platform.
    services: Declared workloads::services::Service,
    /// Storage account for backups.
    storage: Needed data::storage::Storage,
    /// Secret stores.
    stores: Derived secret_delivery::stores::Store,
    /// Azure Key Vault of the platform.
    vault: Needed secret_delivery::vault::Vault,
    /// Additional key vaults.
    vaults: Declared secret_delivery::vaults::OtherVault,
    /// Velero.
    velero: Needed protection::velero::Velero,
}
