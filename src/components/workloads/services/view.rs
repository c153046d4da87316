//! Values for the templates of a service.

use super::{Service, expose, network, pods, slo, volumes};
use crate::components::operator_names::reload_annotation;
use crate::components::workload::{Resources, Spread, Workload};
use crate::model::{
    Env, View, alert_test_values,
    text::{MountPath, memory},
    view::own,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn view(service: &Service, me: &str, env: &Env) -> View {
    let mut view = View::new(&format!("services.{me}"), me, service, env);
    let namespace = service.namespace(&env.general().name);
    view.set("namespace", namespace, [own("namespace"), "platform.name".into()]);
    service.workload(me, env).set_values(env, &mut view);
    view.set("has_ports", !service.listens().is_empty(), [own("port"), own("ports")]);
    view.set("autoscales", service.most_replicas() > service.replicas, [own("max_replicas")]);
    view.set("max_replicas", service.most_replicas(), [own("max_replicas")]);
    view.set("survives_drain", service.replicas > 1, [own("replicas")]);
    view.set("has_files", !service.files.is_empty(), [own("files")]);
    reloads(service, me, env, &mut view);
    service.near_limits(&mut view);
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

/// Secrets whose change makes Reloader restart the pods.
fn reloads(service: &Service, me: &str, env: &Env, view: &mut View) {
    let own_secret = (!service.secrets.is_empty()).then(|| me.to_owned());
    let logins = network::logins(me, &pods(me, env), env);
    let passwords =
        logins.iter().filter_map(|(variable, _)| variable["secret"].as_str().map(str::to_owned));
    let read: BTreeSet<String> = own_secret.into_iter().chain(passwords).collect();
    view.set(
        "reloads",
        reload_annotation(read, env),
        [own("secrets"), own("calls"), "reloader".into()],
    );
}

impl Service {
    /// Pod of the service.
    fn workload<'a>(&'a self, me: &'a str, env: &Env) -> Workload<'a> {
        Workload {
            name: me,
            pods: pods(me, env),
            image: self.full_image(env),
            command: &self.command,
            args: &self.args,
            env: &self.env,
            secrets: &self.secrets,
            store: &self.store,
            files: Some(&self.files),
            ports: json!(self.listens()),
            probes: self.probes(),
            resources: Resources {
                cpu: &self.cpu,
                cpu_limit: self.cpu_limit.as_ref(),
                memory: &self.memory,
                memory_limit: self.memory_limit.as_ref(),
                ephemeral_storage: &self.ephemeral_storage,
            },
            run_as_user: self.run_as_user,
            writable: &self.writable,
            volumes: volumes::claims(self),
            spot: self.spot,
            spread: if self.volumes.is_empty() { Spread::Revision } else { Spread::All },
            pre_stop_seconds: Some(self.pre_stop_seconds),
            termination_grace_seconds: self.termination_grace_seconds,
            restart_policy: None,
        }
    }

    /// Image with its registry.
    fn full_image(&self, env: &Env) -> String {
        let image = self.image.as_str();
        if self.image.is_own() {
            format!("{}/{image}", env.single_resource("registry").host)
        } else {
            image.to_owned()
        }
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
