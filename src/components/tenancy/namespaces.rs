//! Namespaces: derived from what is in them. Never one that Kubernetes or AKS owns.

use crate::model::{
    Component, Env, View,
    wiring::{AllowedPort, NamespaceNeed, PortSource, Purpose},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Namespaces: their Pod Security level, policies and quota.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// The Pod Security level; what its pods need where it is not given.
    pub pod_security: Option<PodSecurityLevel>,
    /// The quota, as a multiple of what its services need at their maximum, in percent.
    #[schemars(range(min = 100, max = 1000))]
    pub quota_percent: u64,
}

/// A Pod Security Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PodSecurityLevel {
    /// Hardened.
    Restricted,
    /// No known escalation.
    Baseline,
    /// Anything.
    Privileged,
}

impl Component for Namespace {
    fn view(&self, name: &str, env: &Env) -> View {
        let need = &env.wiring.namespaces[name];
        let sources = || need.sources.iter().cloned();
        let mut view = View::new(&format!("namespaces.{name}"), name, self, env);
        let level = self.pod_security.unwrap_or(if need.privileged {
            PodSecurityLevel::Privileged
        } else {
            PodSecurityLevel::Restricted
        });
        view.set(
            "pod_security",
            json!(level),
            sources().chain([format!("namespaces.{name}.pod_security")]),
        );
        view.set("version", env.shared.cluster.version.as_str(), ["cluster.version"]);
        view.set("stage", json!(need.stage), sources());
        view.set("namespace", name, sources());
        view.set(
            "application",
            matches!(need.purpose, Purpose::Application | Purpose::Tool),
            sources(),
        );
        view.set("operator", need.purpose == Purpose::Operator, sources());
        view.set("both_ways", need.purpose != Purpose::Operator, sources());
        self.quota(name, need, &mut view);
        let monitoring = &env.shared.prometheus;
        let prometheus: Value = monitoring
            .pods
            .labels
            .iter()
            .map(|(key, value)| json!({"key": key, "value": value}))
            .collect();
        view.set("monitoring_namespace", monitoring.namespace.as_str(), ["prometheus.namespace"]);
        view.set("prometheus", prometheus, ["prometheus.labels"]);
        let openings = |is: fn(&PortSource) -> bool| {
            need.allowed_ports.iter().filter(move |o| is(&o.from)).map(opened).collect::<Value>()
        };
        view.set("open", openings(|from| *from == PortSource::Anyone), sources());
        view.set("scraped", openings(|from| *from == PortSource::Prometheus), sources());
        view.set(
            "visited",
            openings(|from| matches!(from, PortSource::SameNamespace(_))),
            sources(),
        );
        view
    }
}

fn opened(opening: &AllowedPort) -> Value {
    let pairs = |labels: &BTreeMap<String, String>| {
        labels.iter().map(|(key, value)| json!({"key": key, "value": value})).collect::<Value>()
    };
    let from = if let PortSource::SameNamespace(labels) = &opening.from {
        pairs(labels)
    } else {
        Value::Null
    };
    json!({"name": opening.name, "labels": pairs(&opening.labels), "port": opening.port, "protocols": opening.protocols, "from": from})
}

impl Namespace {
    fn quota(&self, name: &str, need: &NamespaceNeed, view: &mut View) {
        let of = |amount: u64| amount.saturating_mul(self.quota_percent).div_ceil(100);
        // What a workload asks for, and how often: the rest of it does not count.
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
