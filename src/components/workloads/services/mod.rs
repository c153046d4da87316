//! A workload: what runs, who it talks to, and how much it needs. Never knows how the others are
//! made.

pub(crate) mod expose;
pub(crate) mod network;
mod slo;
pub(crate) mod validate;
pub(crate) mod variables;
pub(crate) mod view;
mod volumes;

use crate::components::workload::file_key;
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    text::{Cpu, Memory, Metric, MountPath, Name, OwnImage, Plain, SecretName, cpu, memory},
    wiring::{
        Address, ConnectionPeer, Demand, Endpoint, Form, Pods, Port, Purpose, RequiredSecret,
        Wiring, segment,
    },
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What runs on the platform.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The image, pinned by version or digest. Without a registry, as `orders:1.4.2`, it is one of
    /// the platform's own.
    pub image: OwnImage,
    /// The namespace; the platform's name where it is not given.
    pub namespace: Option<Name>,
    /// The entry point; the image's own where it is empty.
    pub command: Vec<Plain>,
    /// Arguments.
    pub args: Vec<Plain>,
    /// The main port that the process listens on. A worker has none.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// The port of the Service; the same as `port` where it is not given.
    #[schemars(range(min = 1, max = 65535))]
    pub service_port: Option<u16>,
    /// What the main port speaks; also its name.
    pub protocol: Protocol,
    /// Further ports, by name.
    pub ports: Each<ServicePort>,
    /// What it calls: `orders`, `orders:grpc`, `postgres.orders`, `external.payments`. Opens both
    /// ends of every connection, and tells the process where they are: `ORDERS_HOST` and
    /// `ORDERS_PORT`, or `ORDERS_GRPC_PORT` where a port is named. What `env` or `secrets` say
    /// wins.
    pub calls: Vec<Plain>,
    /// Make it reachable from outside, through the gateway.
    pub expose: Option<expose::Expose>,
    /// Pods at least.
    #[schemars(range(min = 1, max = 1000))]
    pub replicas: u32,
    /// Pods at most: more than `replicas` scales by CPU.
    #[schemars(range(min = 1, max = 1000))]
    pub max_replicas: Option<u32>,
    /// The CPU use, in percent of the request, that scaling aims at.
    #[schemars(range(min = 1, max = 100))]
    pub target_cpu_percent: u32,
    /// CPU that each pod asks for.
    pub cpu: Cpu,
    /// CPU that each pod may use at most; unlimited where it is not given, because a limit
    /// throttles.
    pub cpu_limit: Option<Cpu>,
    /// Memory that each pod asks for.
    pub memory: Memory,
    /// Memory that each pod may use at most; the request where it is not given, because memory
    /// cannot be taken back.
    pub memory_limit: Option<Memory>,
    /// What each pod may write to the disk of its node: logs and `writable` folders.
    pub ephemeral_storage: Memory,
    /// Plain environment variables.
    pub env: BTreeMap<String, Plain>,
    /// Files, by absolute path.
    pub files: BTreeMap<String, Plain>,
    /// Environment variables out of the vault: variable to the secret's name.
    pub secrets: BTreeMap<String, SecretName>,
    /// The store that `secrets` are read from.
    pub store: Name,
    /// How to tell that it works. Without a path or `grpc`: the port is open.
    pub health: HealthProbe,
    /// It serves metrics to Prometheus. `slo` needs them: with it they are there without being
    /// written.
    #[schemars(extend("x-implied-by" = "slo"))]
    pub metrics: Option<Metrics>,
    /// It may run on spot nodes, and prefers them: its pods may be ended at any time.
    pub spot: bool,
    /// What its callers may rely on: recordings, burn-rate alerts, and what is left of the error
    /// budget.
    pub slo: Option<slo::Slo>,
    /// The user id that the process runs as; never 0.
    #[schemars(range(min = 1, max = 4_294_967_294_u32))]
    pub run_as_user: u32,
    /// Directories that it writes to; everything else is read-only.
    pub writable: Vec<MountPath>,
    /// Disks that outlive the pods, by name: each pod has its own, and keeps its name and its disks
    /// for ever.
    pub volumes: Each<volumes::Volume>,
    /// Seconds to go on serving after the pod was told to end, until no one sends requests any
    /// more.
    #[schemars(range(max = 600))]
    pub pre_stop_seconds: u32,
    /// Seconds from being told to end to being killed; the drain counts.
    #[schemars(range(min = 1, max = 3600))]
    pub termination_grace_seconds: u32,
}

/// What a port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// HTTP/1.
    Http,
    /// gRPC.
    Grpc,
    /// Anything else over TCP.
    Tcp,
}

impl Protocol {
    const fn name(self) -> &'static str {
        match self {
            Protocol::Http => "http",
            Protocol::Grpc => "grpc",
            Protocol::Tcp => "tcp",
        }
    }
}

/// A further port.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServicePort {
    /// The port that the process listens on.
    #[schemars(range(min = 1, max = 65535))]
    pub port: u16,
    /// The port of the Service; the same where it is not given.
    #[schemars(range(min = 1, max = 65535))]
    pub service_port: Option<u16>,
    /// What it speaks.
    pub protocol: Protocol,
}

/// How to tell that a pod works.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthProbe {
    /// The path of an HTTP check that tests the process, not what it depends on.
    pub path: Option<MountPath>,
    /// The path of an HTTP check that says whether it can serve; the same as `path` where it is not
    /// given.
    pub ready_path: Option<MountPath>,
    /// The process serves the gRPC health protocol.
    pub grpc: bool,
    /// A command that succeeds while the process works: for a worker, which has no port to ask.
    pub command: Vec<Plain>,
    /// The port, by name; the main one where it is not given.
    pub port: Option<Name>,
    /// Seconds that it may take to start.
    #[schemars(range(min = 5, max = 3600))]
    pub start_seconds: u32,
}

/// It serves metrics.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// The port, by name; the main one where it is not given.
    pub port: Option<Name>,
    /// The path.
    pub path: MountPath,
    /// The counter of requests, with the status code in the label `status_label`.
    pub requests: Metric,
    /// The label that holds the HTTP status code.
    pub status_label: Metric,
    /// The share of failed requests, in percent, that is an alert.
    #[schemars(range(min = 1, max = 99))]
    pub error_percent: u32,
}

/// A port with everything decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Listen {
    name: String,
    number: u16,
    service_port: u16,
    protocol: &'static str,
}

impl Service {
    fn namespace<'a>(&'a self, platform: &'a Name) -> &'a str {
        self.namespace.as_ref().unwrap_or(platform).as_str()
    }

    /// The main port first, then the others by name.
    fn listens(&self) -> Vec<Listen> {
        let service_port = |number| self.service_port.unwrap_or(number);
        let main = self.port.map(|number| Listen {
            name: self.protocol.name().into(),
            number,
            service_port: service_port(number),
            protocol: self.protocol.name(),
        });
        let more = self.ports.iter().map(|(name, p)| Listen {
            name: name.clone(),
            number: p.port,
            service_port: p.service_port.unwrap_or(p.port),
            protocol: p.protocol.name(),
        });
        main.into_iter().chain(more).collect()
    }

    /// The port that is meant where none is named.
    fn main_port(&self) -> Option<Listen> {
        let mut all = self.listens();
        (self.port.is_some() || all.len() == 1).then(|| all.swap_remove(0))
    }

    fn port_named(&self, name: Option<&Name>) -> Option<Listen> {
        match name {
            Some(name) => self.listens().into_iter().find(|l| l.name == name.as_str()),
            None => self.main_port(),
        }
    }

    fn most_replicas(&self) -> u32 {
        self.max_replicas.unwrap_or(self.replicas).max(self.replicas)
    }

    /// At its maximum, while a rollout adds a pod.
    fn demand(&self) -> Demand {
        let pods = u64::from(self.most_replicas()) + 1;
        let of = |each: Option<u64>| each.unwrap_or_default().saturating_mul(pods);
        Demand { pods, cpu: of(cpu(self.cpu.as_str())), memory: of(memory(self.memory.as_str())) }
    }
}

/// The pods of a service.
fn pods(name: &str, env: &Env) -> Pods {
    let namespace = env.wiring.endpoints.get(name).and_then(|endpoint| match &endpoint.peer {
        ConnectionPeer::Pods(pods) => Some(pods.namespace.as_str()),
        _ => None,
    });
    Pods::named(namespace.unwrap_or(env.general().name.as_str()), name)
}

impl Component for Service {
    fn wire(&self, me: &str, context: &WireContext<'_>, out: &mut Wiring) {
        let own = format!("services.{me}");
        let namespace = self.namespace(&context.general.name);
        let pods = Pods::named(namespace, me);
        let ports =
            self.listens().into_iter().map(|l| Port { name: l.name, number: l.number }).collect();
        let main = self.main_port().map(|l| l.name);
        let reached = self.listens().into_iter().map(|l| (l.number, l.service_port)).collect();
        out.addresses.insert(
            me.to_owned(),
            Address { host: format!("{me}.{namespace}.svc.cluster.local"), ports: reached },
        );
        out.offer(
            me.to_owned(),
            Endpoint { peer: ConnectionPeer::Pods(pods.clone()), ports, main, source: own.clone() },
        );
        network::wire(self, me, &pods, context, out);
        expose::wire(self, me, context, out);
        if self.image.is_own() {
            out.need("registry", &format!("{own}.image"));
        }
        out.workload(&pods, &own);
        out.namespace(namespace, Purpose::Application, Stage::Namespaces, &own)
            .demand
            .add(self.demand());
        if !self.secrets.is_empty() {
            out.use_if_enabled("reloader");
        }
        for (variable, secret) in &self.secrets {
            let (store, secret) = (self.store.as_str().to_owned(), secret.as_str().to_owned());
            out.require_secret(RequiredSecret {
                store,
                secret,
                form: Form::Text,
                reader: (namespace.to_owned(), me.to_owned()),
                source: format!("{own}.secrets.{}", segment(variable)),
            });
        }
    }

    fn validate(&self, me: &str, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
        validate::check(self, me, env, out);
    }

    fn validate_across(&self, me: &str, env: &Env, all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
        expose::validate_across(me, env, all)
    }

    fn view(&self, me: &str, env: &Env) -> View {
        view::view(self, me, env)
    }
}
