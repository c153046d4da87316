//! Namespaces, derived from the objects in them.

use crate::model::{
    Component, Env, View,
    wiring::{AllowedPort, NamespaceNeed, PortSource, Purpose},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Namespaces with their Pod Security level, network policies and quota.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// `pod-security.kubernetes.io/enforce`; by default the strictest level that the pods of the
    /// namespace meet.
    pub pod_security: Option<PodSecurityLevel>,
    /// Quota in percent of the demand of all services and jobs at their maximum scale.
    #[schemars(range(min = 100, max = 1000))]
    pub quota_percent: u64,
}

/// A Pod Security Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PodSecurityLevel {
    /// Follows the hardening best practices for pods.
    Restricted,
    /// Prevents known privilege escalations.
    Baseline,
    /// Unrestricted.
    Privileged,
}

impl Component for Namespace {
    fn view(&self, name: &str, env: &Env) -> View {
        let need = &env.wiring.namespaces[name];
        let sources = || need.sources.iter().cloned();
        let mut view = View::new(&format!("namespaces.{name}"), name, self, env);
        let default = if need.privileged {
            PodSecurityLevel::Privileged
        } else {
            PodSecurityLevel::Restricted
        };
        view.set(
            "pod_security",
            json!(self.pod_security.unwrap_or(default)),
            sources().chain([format!("namespaces.{name}.pod_security")]),
        );
        view.set("version", env.shared.cluster.version.as_str(), ["cluster.version"]);
        view.set("stage", json!(need.stage), sources());
        view.set("namespace", name, sources());
        let application = matches!(need.purpose, Purpose::Application | Purpose::Tool);
        view.set("application", application, sources());
        view.set("both_ways", need.purpose != Purpose::Operator, sources());
        self.quota(name, need, &mut view);
        set_allowed_ports(need, env, &mut view);
        view
    }
}

/// Sets the ports that policies of the namespace open, by source.
fn set_allowed_ports(need: &NamespaceNeed, env: &Env, view: &mut View) {
    let sources = || need.sources.iter().cloned();
    let prometheus = &env.shared.prometheus;
    view.set("monitoring_namespace", prometheus.namespace.as_str(), ["prometheus.namespace"]);
    view.set("prometheus", pairs(prometheus.pods.labels.iter()), ["prometheus.labels"]);
    let ports = |is: fn(&PortSource) -> bool| -> Value {
        need.allowed_ports.iter().filter(|port| is(&port.from)).map(opened).collect()
    };
    view.set("open", ports(|from| *from == PortSource::Anyone), sources());
    view.set("scraped", ports(|from| *from == PortSource::Prometheus), sources());
    view.set("visited", ports(|from| matches!(from, PortSource::SameNamespace(_))), sources());
}

/// Labels as objects with `key` and `value`.
fn pairs<'a>(labels: impl Iterator<Item = (&'a String, &'a String)>) -> Value {
    labels.map(|(key, value)| json!({"key": key, "value": value})).collect()
}

fn opened(port: &AllowedPort) -> Value {
    let from = match &port.from {
        PortSource::SameNamespace(labels) => pairs(labels.iter()),
        _ => Value::Null,
    };
    json!({
        "name": port.name, "labels": pairs(port.labels.iter()), "port": port.port,
        "protocols": port.protocols, "from": from,
    })
}

impl Namespace {
    /// Sets the quota; its sources are the keys that it depends on.
    fn quota(&self, name: &str, need: &NamespaceNeed, view: &mut View) {
        let of = |amount: u64| amount.saturating_mul(self.quota_percent).div_ceil(100);
        let sources = |fields: &[&str]| {
            let workloads = need
                .sources
                .iter()
                .filter(|path| path.starts_with("services.") || path.starts_with("jobs."));
            let fields = |path: &String| {
                fields
                    .iter()
                    .filter(|f| path.starts_with("services.") || !f.ends_with("replicas"))
                    .map(|f| format!("{path}.{f}"))
                    .collect::<Vec<_>>()
            };
            workloads
                .flat_map(fields)
                .chain([format!("namespaces.{name}.quota_percent")])
                .collect::<Vec<_>>()
        };
        view.set(
            "quota_pods",
            of(need.demand.pods).to_string(),
            sources(&["replicas", "max_replicas"]),
        );
        view.set(
            "quota_cpu",
            format!("{}m", of(need.demand.cpu)),
            sources(&["cpu", "replicas", "max_replicas"]),
        );
        view.set(
            "quota_memory",
            format!("{}Mi", of(need.demand.memory).div_ceil(1 << 20)),
            sources(&["memory", "replicas", "max_replicas"]),
        );
    }
}
