//! Services: a Deployment or StatefulSet each, with its policies, secrets, alerts and exposure.

pub(crate) mod expose;
mod health;
mod metrics;
mod ports;
mod slo;
mod validate;
mod view;
mod volumes;

use self::{
    health::HealthProbe,
    metrics::Metrics,
    ports::{Protocol, ServicePort},
};
use crate::components::workload::{Workload, network, shared_keys};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    text::{Cpu, Memory, MountPath, Name, OwnImage, Plain, SecretName, cpu, memory},
    wiring::{Address, Call, ConnectionPeer, Demand, Endpoint, Pods, Port, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Services of the platform.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// `containers[].image`, pinned by version or digest. An image without a registry, such as
    /// `orders:1.4.2`, is in the platform's own registry.
    pub image: OwnImage,
    /// Namespace of the service; `platform.name` by default.
    pub namespace: Option<Name>,
    /// `containers[].command`; the entry point of the image by default.
    pub command: Vec<Plain>,
    /// `containers[].args`.
    pub args: Vec<Plain>,
    /// `containerPort` of the main port. A worker has none.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// `port` of the Service for the main port; the same as `port` by default.
    #[schemars(range(min = 1, max = 65535))]
    pub service_port: Option<u16>,
    /// Protocol of the main port; also the name of the port.
    pub protocol: Protocol,
    /// Further ports, by name.
    pub ports: Each<ServicePort>,
    /// Called endpoints: `orders`, `orders:grpc`, `postgres.orders` or `external.payments`. Opens
    /// the network policies at both ends. A service sets `ORDERS_HOST` and `ORDERS_PORT`, or
    /// `ORDERS_GRPC_PORT` for a named port. An external endpoint with one address or a host name
    /// sets `EXTERNAL_PAYMENTS_HOST` and `EXTERNAL_PAYMENTS_PORT`. `env` and `secrets` override
    /// these variables. A database sets `PGHOST`, `PGPORT`, `PGDATABASE`, `PGSSLMODE`, `PGUSER` and
    /// `PGPASSWORD`.
    pub calls: Vec<Plain>,
    /// Expose the service to the internet through the gateway.
    pub expose: Option<expose::Expose>,
    /// Minimum number of pods.
    #[schemars(range(min = 1, max = 1000))]
    pub replicas: u32,
    /// Maximum number of pods. A value above `replicas` adds a `HorizontalPodAutoscaler`.
    #[schemars(range(min = 1, max = 1000))]
    pub max_replicas: Option<u32>,
    /// `averageUtilization` of the `HorizontalPodAutoscaler`: target CPU usage in percent of `cpu`.
    #[schemars(range(min = 1, max = 100))]
    pub target_cpu_percent: u32,
    /// `resources.requests.cpu` of each pod.
    pub cpu: Cpu,
    /// `resources.limits.cpu` of each pod; no limit by default, because a limit throttles.
    pub cpu_limit: Option<Cpu>,
    /// `resources.requests.memory` of each pod.
    pub memory: Memory,
    /// `resources.limits.memory` of each pod; the same as `memory` by default, because a node
    /// cannot reclaim memory.
    pub memory_limit: Option<Memory>,
    /// `ephemeral-storage` in `resources.requests` and `resources.limits` of each pod: logs and
    /// `writable` directories.
    pub ephemeral_storage: Memory,
    /// Plain environment variables.
    pub env: BTreeMap<String, Plain>,
    /// Files by absolute path, mounted read-only from a `ConfigMap`.
    pub files: BTreeMap<String, Plain>,
    /// Environment variables from the secret store: variable and name of the secret.
    pub secrets: BTreeMap<String, SecretName>,
    /// Secret store of `secrets`.
    pub store: Name,
    /// Startup, liveness and readiness probes. By default they connect to the port.
    pub health: HealthProbe,
    /// Metrics for Prometheus. `slo` implies this table.
    #[schemars(extend("x-implied-by" = "slo"))]
    pub metrics: Option<Metrics>,
    /// Tolerate and prefer spot nodes. Azure can evict the pods at any time.
    pub spot: bool,
    /// Service level objectives: recording rules, burn-rate alerts and the remaining error budget.
    pub slo: Option<slo::Slo>,
    /// `securityContext.runAsUser`, `runAsGroup` and `fsGroup`; root is not allowed.
    #[schemars(
        range(min = 1, max = 2_147_483_647_u32),
        extend("x-reason" = "the Pod Security Standard `restricted` refuses root")
    )]
    pub run_as_user: u32,
    /// Paths of `emptyDir` volumes. The rest of the root filesystem is read-only.
    pub writable: Vec<MountPath>,
    /// Persistent volumes by name, one set per pod. The service becomes a `StatefulSet`, and each
    /// pod keeps its name and its volumes.
    pub volumes: Each<volumes::Volume>,
    /// Seconds to keep serving after termination starts (`preStop.sleep`), until clients stop
    /// sending requests.
    #[schemars(range(max = 600))]
    pub pre_stop_seconds: u32,
    /// `terminationGracePeriodSeconds`: seconds from the start of termination to SIGKILL. They
    /// include `pre_stop_seconds`.
    #[schemars(range(min = 1, max = 3600))]
    pub termination_grace_seconds: u32,
}

impl Service {
    fn pods(&self, name: &str, platform: &Name) -> Pods {
        Pods::named(self.namespace.as_ref().unwrap_or(platform).as_str(), name)
    }

    /// The keys that a service shares with a job; `view` adds the others.
    fn workload<'a>(&'a self, name: &'a str, platform: &Name) -> Workload<'a> {
        shared_keys!(self, name, self.pods(name, platform))
    }

    fn most_replicas(&self) -> u32 {
        self.max_replicas.unwrap_or(self.replicas).max(self.replicas)
    }

    /// Resources of all pods at the maximum scale, and of one more during a rollout.
    fn demand(&self) -> Demand {
        let pods = u64::from(self.most_replicas()) + 1;
        let of = |each: Option<u64>| each.unwrap_or_default().saturating_mul(pods);
        Demand { pods, cpu: of(cpu(self.cpu.as_str())), memory: of(memory(self.memory.as_str())) }
    }

    /// Adds the host name and the ports that callers use.
    fn offer(&self, name: &str, pods: &Pods, wiring: &mut Wiring) {
        let listens = self.listens();
        let host = format!("{name}.{}.svc.cluster.local", pods.namespace);
        let ports = listens.iter().map(|l| (l.number, l.service_port)).collect();
        wiring.addresses.insert(name.to_owned(), Address { host, ports });
        let ports = listens.into_iter().map(|l| Port { name: l.name, number: l.number }).collect();
        let endpoint = Endpoint {
            peer: ConnectionPeer::Pods(pods.clone()),
            ports,
            main: self.main_port().map(|l| l.name),
            source: format!("services.{name}"),
        };
        wiring.offer(name.to_owned(), endpoint);
    }

    /// Adds the connections from the gateway and from Prometheus.
    fn add_platform_callers(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let call = |from: &Pods, port: Option<&Name>, field: &str| Call {
            from: from.clone(),
            to: name.to_owned(),
            port: port.map(|port| port.as_str().to_owned()),
            source: format!("services.{name}.{field}"),
        };
        let shared = context.shared;
        let gateway = self.expose.as_ref();
        let gateway = gateway.map(|it| call(&shared.ingress.pods, it.port.as_ref(), "expose"));
        let prometheus = self.metrics.as_ref();
        let prometheus =
            prometheus.map(|it| call(&shared.prometheus.pods, it.port.as_ref(), "metrics"));
        wiring.calls.extend(gateway.into_iter().chain(prometheus));
    }
}

impl Component for Service {
    fn wire(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let path = format!("services.{name}");
        let workload = self.workload(name, &context.general.name);
        self.offer(name, &workload.pods, wiring);
        network::calls(&self.calls, &path, &workload.pods, wiring);
        self.add_platform_callers(name, context, wiring);
        expose::wire(self, name, context, wiring);
        if self.image.is_own() {
            wiring.need("registry", &format!("{path}.image"));
        }
        if !self.secrets.is_empty() {
            wiring.use_if_enabled("reloader");
        }
        workload.wire(&path, self.demand(), wiring);
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        validate::check(self, name, env, diagnostics);
    }

    fn validate_across(&self, name: &str, env: &Env, all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
        expose::validate_across(name, env, all)
    }

    fn view(&self, name: &str, env: &Env) -> View {
        view::view(self, name, env)
    }
}
