//! Pod of a service or a job. One struct sets every value of `parts/pod.yaml`, so that a
//! Deployment, a StatefulSet and a CronJob render the same fields.

pub(crate) mod network;
pub(crate) mod validate;
mod variables;

use crate::model::{
    Env, View,
    text::{Cpu, Memory, MountPath, Name, Plain, SecretName},
    view::{ValueSource, own},
    wiring::{Demand, Form, Pods, Purpose, RequiredSecret, Wiring, segment},
};
use crate::stage::Stage;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Pod of one service or job. Each field is rendered by `parts/pod.yaml`.
pub(crate) struct Workload<'a> {
    /// `metadata.name` of the workload, and of its container and service account.
    pub name: &'a str,
    /// Labels and namespace of the pods: the source of their connections.
    pub pods: Pods,
    /// `containers[].image`, with its registry.
    pub image: String,
    /// `containers[].command`.
    pub command: &'a [Plain],
    /// `containers[].args`.
    pub args: &'a [Plain],
    /// Plain environment variables; those of calls are added.
    pub env: &'a BTreeMap<String, Plain>,
    /// Environment variables from the secret store: variable to secret.
    pub secrets: &'a BTreeMap<String, SecretName>,
    /// Secret store of `secrets`.
    pub store: &'a Name,
    /// Files by absolute path, mounted from a `ConfigMap`.
    pub files: Option<&'a BTreeMap<String, Plain>>,
    /// `containers[].ports`: objects with `name` and `number`.
    pub ports: Value,
    /// Startup, liveness and readiness probe.
    pub probes: Vec<Value>,
    /// `resources` of the container.
    pub resources: Resources<'a>,
    /// `securityContext.runAsUser`, `runAsGroup` and `fsGroup`.
    pub run_as_user: u32,
    /// Paths of `emptyDir` volumes.
    pub writable: &'a [MountPath],
    /// Persistent volumes: objects with `name`, `path`, `size` and `class`.
    pub volumes: Value,
    /// Tolerates and prefers spot nodes.
    pub spot: bool,
    /// How pods are spread over zones and nodes.
    pub spread: Spread,
    /// `preStop.sleep.seconds`.
    pub pre_stop_seconds: Option<u32>,
    /// `terminationGracePeriodSeconds`.
    pub termination_grace_seconds: u32,
    /// `restartPolicy`; `Always` without a value.
    pub restart_policy: Option<&'static str>,
}

/// `resources` of a container.
pub(crate) struct Resources<'a> {
    /// `requests.cpu`.
    pub cpu: &'a Cpu,
    /// `limits.cpu`.
    pub cpu_limit: Option<&'a Cpu>,
    /// `requests.memory`.
    pub memory: &'a Memory,
    /// `limits.memory`; the request without a value.
    pub memory_limit: Option<&'a Memory>,
    /// `requests.ephemeral-storage` and `limits.ephemeral-storage`.
    pub ephemeral_storage: &'a Memory,
}

/// `topologySpreadConstraints` of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    /// None: pods of different runs are independent.
    None,
    /// All pods of the workload.
    All,
    /// Pods of one revision, by `matchLabelKeys: [pod-template-hash]`.
    Revision,
}

/// A `Workload` from the keys that services and jobs share. The other fields have the values of a
/// pod without ports, probes, files and volumes.
macro_rules! shared_keys {
    ($table:expr, $name:expr, $pods:expr) => {
        $crate::components::workload::Workload {
            name: $name,
            pods: $pods,
            image: $table.image.as_str().to_owned(),
            command: &$table.command,
            args: &$table.args,
            env: &$table.env,
            secrets: &$table.secrets,
            store: &$table.store,
            files: None,
            ports: serde_json::json!([]),
            probes: vec![],
            resources: $crate::components::workload::Resources {
                cpu: &$table.cpu,
                cpu_limit: $table.cpu_limit.as_ref(),
                memory: &$table.memory,
                memory_limit: $table.memory_limit.as_ref(),
                ephemeral_storage: &$table.ephemeral_storage,
            },
            run_as_user: $table.run_as_user,
            writable: &$table.writable,
            volumes: serde_json::json!([]),
            spot: false,
            spread: $crate::components::workload::Spread::None,
            pre_stop_seconds: None,
            termination_grace_seconds: $table.termination_grace_seconds,
            restart_policy: None,
        }
    };
}
pub(crate) use shared_keys;

impl Workload<'_> {
    /// Adds the pods, their namespace and their secrets; `path` is the table of the workload.
    pub(crate) fn wire(&self, path: &str, demand: Demand, wiring: &mut Wiring) {
        let namespace = self.pods.namespace.as_str();
        wiring.workload(&self.pods, path);
        wiring
            .namespace(namespace, Purpose::Application, Stage::Namespaces, path)
            .demand
            .add(demand);
        for (variable, secret) in self.secrets {
            wiring.require_secret(RequiredSecret {
                store: self.store.as_str().to_owned(),
                secret: secret.as_str().to_owned(),
                form: Form::Text,
                reader: (namespace.to_owned(), self.name.to_owned()),
                source: format!("{path}.secrets.{}", segment(variable)),
            });
        }
    }

    /// Sets every value of the pod on a view.
    pub(crate) fn set_values(&self, env: &Env, view: &mut View) {
        view.set("image", self.image.as_str(), [own("image")]);
        view.set("command", json!(self.command), [own("command")]);
        view.set("args", json!(self.args), [own("args")]);
        view.set("run_as_user", self.run_as_user, [own("run_as_user")]);
        self.set_configuration(env, view);
        self.set_secrets(env, view);
        self.set_network(view);
        self.resources.set_values(view);
        self.set_volumes(view);
        self.set_lifecycle(view);
        view.drop_foreign_keys();
    }

    fn set_configuration(&self, env: &Env, view: &mut View) {
        let variables = variables::of(&self.pods, self.env, self.secrets, env);
        let rolls = self.restart_policy.is_none()
            && !(variables.is_empty() && self.files.is_none_or(BTreeMap::is_empty));
        let sources = || [own("env"), own("calls"), own("files")];
        view.set("configured", rolls, sources());
        view.set("checksum", self.checksum(&variables), sources());
        view.set("variables", pairs(&variables), [own("env"), own("calls")]);
        view.set("has_env", !variables.is_empty(), [own("env"), own("calls")]);
    }

    /// Changes with the configuration, so that a new configuration rolls the pods.
    fn checksum(&self, variables: &BTreeMap<String, String>) -> String {
        let digest = Sha256::digest(json!([variables, self.files]).to_string());
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn set_secrets(&self, env: &Env, view: &mut View) {
        let logins = network::logins(self.name, &self.pods, env);
        let calls: Vec<ValueSource> =
            logins.iter().map(|(_, call)| call.clone().into()).chain([own("calls")]).collect();
        let references = references(self.secrets, self.store, env);
        view.set("references", references, [own("secrets"), own("store")]);
        view.set("has_secrets", !self.secrets.is_empty(), [own("secrets")]);
        view.set("logins", logins.into_iter().map(|(login, _)| login).collect::<Value>(), calls);
    }

    fn set_network(&self, view: &mut View) {
        view.set("listens", self.ports.clone(), [own("port"), own("ports")]);
        view.set("has_low_ports", self.has_low_ports(), [own("port"), own("ports")]);
        view.set("probes", self.probes.clone(), [own("health"), own("port")]);
    }

    /// Whether a port is below 1024, which needs a sysctl without root.
    fn has_low_ports(&self) -> bool {
        let ports = self.ports.as_array().into_iter().flatten();
        ports.filter_map(|port| port["number"].as_u64()).any(|number| number < 1024)
    }

    fn set_volumes(&self, view: &mut View) {
        let scratch =
            |(i, path): (usize, &MountPath)| json!({"name": format!("writable-{i}"), "path": path});
        let directories: Value = self.writable.iter().enumerate().map(scratch).collect();
        view.set("scratch", directories, [own("writable")]);
        let files = self.files.into_iter().flatten();
        let file = |(path, text): (&String, &Plain)| json!({"path": path, "key": file_key(path), "text": text});
        view.set("config_files", files.map(file).collect::<Value>(), [own("files")]);
        view.set("claims", self.volumes.clone(), [own("volumes")]);
    }

    fn set_lifecycle(&self, view: &mut View) {
        view.set("spot", self.spot, [own("spot")]);
        view.set("spread", self.spread != Spread::None, [own("replicas")]);
        let keys = if self.spread == Spread::Revision { vec!["pod-template-hash"] } else { vec![] };
        view.set("spread_label_keys", keys, [own("volumes")]);
        view.set("has_pre_stop", self.pre_stop_seconds.is_some(), [own("pre_stop_seconds")]);
        view.set("pre_stop_seconds", self.pre_stop_seconds, [own("pre_stop_seconds")]);
        view.set(
            "termination_grace_seconds",
            self.termination_grace_seconds,
            [own("termination_grace_seconds")],
        );
        view.set("restart_policy", self.restart_policy, [own("schedule")]);
    }
}

impl Resources<'_> {
    fn set_values(&self, view: &mut View) {
        view.set("cpu", self.cpu.as_str(), [own("cpu")]);
        view.set("cpu_limit", self.cpu_limit.map(Cpu::as_str), [own("cpu_limit")]);
        view.set("memory", self.memory.as_str(), [own("memory")]);
        let limit = self.memory_limit.unwrap_or(self.memory);
        view.set("memory_limit", limit.as_str(), [own("memory_limit"), own("memory")]);
        view.set("ephemeral_storage", self.ephemeral_storage.as_str(), [own("ephemeral_storage")]);
    }
}

/// Objects with `name` and `value`.
fn pairs(table: &BTreeMap<String, String>) -> Value {
    table.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// Variables from a store: objects with `variable`, `key` and `property`.
fn references(secrets: &BTreeMap<String, SecretName>, store: &Name, env: &Env) -> Value {
    let one = |(variable, secret): (&String, &SecretName)| {
        let remote = env.wiring.remote(store.as_str(), secret.as_str());
        json!({"variable": variable, "key": remote.key, "property": remote.property})
    };
    secrets.iter().map(one).collect()
}

/// Key of a file in its `ConfigMap`.
pub(crate) fn file_key(path: &str) -> String {
    path.trim_matches('/').replace('/', "_")
}
