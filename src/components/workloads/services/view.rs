//! Values for the templates of a service.

use super::{Service, expose, slo, volumes};
use crate::components::operator_names::reload_annotation;
use crate::components::workload::{Spread, Workload, network};
use crate::model::{Env, View, alert_test_values, text::memory, view::own};
use serde_json::json;
use std::collections::BTreeSet;

pub(super) fn view(service: &Service, name: &str, env: &Env) -> View {
    let mut view = View::new(&format!("services.{name}"), name, service, env);
    let pod = service.pod(name, env);
    let namespace = pod.pods.namespace.as_str();
    view.set("namespace", namespace, [own("namespace"), "platform.name".into()]);
    pod.set_values(env, &mut view);
    service.set_scale(&mut view);
    view.set("has_ports", !service.listens().is_empty(), [own("port"), own("ports")]);
    view.set("has_files", !service.files.is_empty(), [own("files")]);
    set_reloads(&pod, env, &mut view);
    set_memory_alert(&mut view);
    service.set_metrics(env, &mut view);
    slo::view(service, &mut view);
    volumes::view(service, &mut view);
    expose::view(service, name, env, &mut view);
    network::set_ingress(&pod.pods, env, &mut view);
    network::set_egress(&pod.pods, env, &mut view);
    view
}

/// Sets the Secrets whose change makes Reloader restart the pods.
fn set_reloads(pod: &Workload<'_>, env: &Env, view: &mut View) {
    let own_secret = (!pod.secrets.is_empty()).then(|| pod.name.to_owned());
    let logins = network::logins(pod.name, &pod.pods, env);
    let passwords =
        logins.iter().filter_map(|(variable, _)| variable["secret"].as_str().map(str::to_owned));
    let read: BTreeSet<String> = own_secret.into_iter().chain(passwords).collect();
    view.set(
        "reloads",
        reload_annotation(read, env),
        [own("secrets"), own("calls"), "reloader".into()],
    );
}

/// Sets samples just below and above the limit of the alert `HighMemoryUsage`, for its test.
fn set_memory_alert(view: &mut View) {
    let sources = || [own("memory_limit"), own("memory")];
    let limit = memory(view.text("memory_limit")).unwrap_or_default();
    let threshold = alert_test_values::nine_tenths(limit);
    view.set("memory_limit_bytes", limit, sources());
    view.set("memory_under", threshold, sources());
    view.set("memory_over", threshold + 1, sources());
}

impl Service {
    /// Pod of the service.
    fn pod<'a>(&'a self, name: &'a str, env: &Env) -> Workload<'a> {
        Workload {
            image: self.full_image(env),
            files: Some(&self.files),
            ports: json!(self.listens()),
            probes: self.probes(),
            volumes: volumes::claims(self),
            spot: self.spot,
            spread: if self.volumes.is_empty() { Spread::Revision } else { Spread::All },
            pre_stop_seconds: Some(self.pre_stop_seconds),
            ..self.workload(name, &env.general().name)
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

    fn set_scale(&self, view: &mut View) {
        let autoscales = self.most_replicas() > self.replicas;
        view.set("autoscales", autoscales, [own("max_replicas")]);
        view.set("max_replicas", self.most_replicas(), [own("max_replicas")]);
        view.set("survives_drain", self.replicas > 1, [own("replicas")]);
    }

    fn set_metrics(&self, env: &Env, view: &mut View) {
        let metrics = self.metrics.as_ref();
        view.set("has_metrics", metrics.is_some(), [own("metrics")]);
        let scraped = metrics.and_then(|metrics| self.port_named(metrics.port.as_ref()));
        view.set("metrics_port", scraped.map(|listen| listen.name), [own("metrics")]);
        let errors = metrics.map(|metrics| alert_test_values::share(metrics.error_percent));
        view.set("errors", errors, [own("metrics.error_percent")]);
        let prometheus = &env.shared.prometheus;
        view.set("release", prometheus.release.as_str(), ["prometheus.release"]);
        view.set("runbooks", json!(prometheus.runbooks), ["prometheus.runbooks"]);
    }
}
