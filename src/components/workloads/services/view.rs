//! What the templates of a service see. Never decides what a service does.

use super::{Service, expose, file_key, network, pods, slo, variables, volumes};
use crate::model::{
    Env, View, alert_test_values,
    operators::reload_annotation,
    text::{MountPath, Name, Plain, SecretName, memory},
    view::{Provenance, own},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn view(service: &Service, me: &str, env: &Env) -> View {
    let mut view = View::new(&format!("services.{me}"), me, service, env);
    let namespace = service.namespace(&env.general().name);
    view.set("namespace", namespace, [own("namespace"), "platform.name".into()]);
    let image = service.image.as_str();
    let whole = if service.image.is_own() {
        format!("{}/{image}", env.names().registry_host())
    } else {
        image.to_owned()
    };
    view.set("image", whole, [own("image")]);
    view.set("listens", json!(service.listens()), [own("port"), own("ports")]);
    view.set("probes", json!(service.probes()), [own("health"), own("port")]);
    view.set("has_ports", !service.listens().is_empty(), [own("port"), own("ports")]);
    view.set("autoscales", service.most_replicas() > service.replicas, [own("max_replicas")]);
    view.set("max_replicas", service.most_replicas(), [own("max_replicas")]);
    view.set("survives_drain", service.replicas > 1, [own("replicas")]);
    view.set(
        "memory_limit",
        service.memory_limit.as_ref().unwrap_or(&service.memory).as_str(),
        [own("memory_limit"), own("memory")],
    );
    service.near_limits(&mut view);
    service.configuration(me, env, &mut view);
    view.set("has_metrics", service.metrics.is_some(), [own("metrics")]);
    let scraped =
        service.metrics.as_ref().and_then(|m| service.port_named(m.port.as_ref())).map(|l| l.name);
    view.set("metrics_port", scraped, [own("metrics")]);
    view.set("release", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
    view.set("runbooks", json!(env.shared.prometheus.runbooks), ["prometheus.runbooks"]);
    slo::view(service, &mut view);
    volumes::view(service, &mut view);
    expose::view(service, me, env, &mut view);
    network::view(&pods(me, env), env, &mut view);
    view
}

/// What it reads out of Secrets, and who restarts it when they change.
fn secrets(service: &Service, me: &str, env: &Env, view: &mut View) {
    let logins = network::logins(me, env);
    let calls: Vec<Provenance> =
        logins.iter().map(|(_, because)| because.clone().into()).chain([own("calls")]).collect();
    view.set(
        "references",
        references(&service.secrets, &service.store, env),
        [own("secrets"), own("store")],
    );
    view.set("has_secrets", !service.secrets.is_empty(), [own("secrets")]);
    view.set(
        "lists_env",
        !service.secrets.is_empty() || !logins.is_empty(),
        calls.iter().cloned().chain([own("secrets")]),
    );
    let mine = (!service.secrets.is_empty()).then(|| me.to_owned());
    let passwords =
        logins.iter().filter_map(|(variable, _)| variable["secret"].as_str().map(str::to_owned));
    let read: BTreeSet<String> = mine.into_iter().chain(passwords).collect();
    view.set(
        "reloads",
        reload_annotation(read, env),
        [own("secrets"), own("calls"), "reloader".into()],
    );
    view.set("logins", logins.into_iter().map(|(variable, _)| variable).collect::<Value>(), calls);
}

impl Service {
    /// Its variables, files and secrets, and where it may write.
    fn configuration(&self, me: &str, env: &Env, view: &mut View) {
        let variables = variables::of(&pods(me, env), &self.env, &self.secrets, env);
        view.set("checksum", self.checksum(&variables), [own("env"), own("calls"), own("files")]);
        view.set("variables", pairs(&variables), [own("env"), own("calls")]);
        view.set("has_env", !variables.is_empty(), [own("env"), own("calls")]);
        view.set("config_files", config_files(&self.files), [own("files")]);
        view.set("has_files", !self.files.is_empty(), [own("files")]);
        secrets(self, me, env, view);
        view.set(
            "scratch",
            self.writable
                .iter()
                .enumerate()
                .map(|(i, p)| json!({"name": format!("writable-{i}"), "path": p}))
                .collect::<Value>(),
            [own("writable")],
        );
        view.set(
            "configured",
            !variables.is_empty() || !self.files.is_empty(),
            [own("env"), own("calls"), own("files")],
        );
        view.set(
            "mounts",
            !self.writable.is_empty() || !self.files.is_empty(),
            [own("writable"), own("files")],
        );
    }

    /// Changes when the configuration does, so that a new configuration rolls the pods.
    fn checksum(&self, variables: &BTreeMap<String, String>) -> String {
        let digest = Sha256::digest(json!([variables, self.files]).to_string());
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// For the tests of the alerts.
    fn near_limits(&self, view: &mut View) {
        let limit = memory(view.text("memory_limit")).unwrap_or_default();
        view.set("memory_limit_bytes", limit, [own("memory_limit"), own("memory")]);
        view.set(
            "memory_under",
            alert_test_values::nine_tenths(limit),
            [own("memory_limit"), own("memory")],
        );
        view.set(
            "memory_over",
            alert_test_values::nine_tenths(limit) + 1,
            [own("memory_limit"), own("memory")],
        );
        view.set(
            "errors",
            self.metrics.as_ref().map(|m| alert_test_values::share(m.error_percent)),
            [own("metrics.error_percent")],
        );
    }

    /// The checks of the kubelet: none where there is nothing to ask. Readiness gives up after 15
    /// seconds and liveness after 30, so that a pod leaves its Service before it is restarted.
    pub(super) fn probes(&self) -> Vec<Value> {
        let live = self.health.path.as_ref().map(MountPath::as_str);
        let ready = self.health.ready_path.as_ref().map(MountPath::as_str).or(live);
        let port = self.port_named(self.health.port.as_ref()).map(|listen| listen.number);
        let command = &self.health.command;
        if port.is_none() && command.is_empty() {
            return vec![];
        }
        let starts = self.health.start_seconds.div_ceil(5);
        [("startupProbe", live, 5, 5, starts), ("livenessProbe", live, 10, 5, 3), ("readinessProbe", ready, 5, 3, 3)]
            .map(|(name, path, period, timeout, failures)| {
                json!({
                    "name": name, "path": path, "grpc": self.health.grpc, "command": command, "port": port,
                    "period": period, "timeout": timeout, "failures": failures,
                })
            })
            .into()
    }
}

/// Variables, as templates want them.
pub(crate) fn pairs(table: &BTreeMap<String, String>) -> Value {
    table.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn config_files(files: &BTreeMap<String, Plain>) -> Value {
    files
        .iter()
        .map(|(path, text)| json!({"path": path, "key": file_key(path), "text": text}))
        .collect()
}

/// Variables out of a store.
pub(crate) fn references(secrets: &BTreeMap<String, SecretName>, store: &Name, env: &Env) -> Value {
    let one = |(variable, secret): (&String, &SecretName)| {
        let remote = env.wiring.remote(store.as_str(), secret.as_str());
        json!({"variable": variable, "key": remote.key, "property": remote.property})
    };
    secrets.iter().map(one).collect()
}
