//! Prometheus: where it is, and, if the platform runs its own, how. Never a rule or a dashboard:
//! those stand with what they watch.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    text::{ChartVersion, Cpu, Duration, Memory, Name, Plain, SecretName, memory},
    wiring::{AllowedPort, Form, Purpose, RequiredSecret, Wiring, segment},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where metrics and rules go. The platform runs a Prometheus of its own if somebody is named who
/// is told of alerts.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prometheus {
    /// Whether the platform runs its own Prometheus, Alertmanager and Grafana: yes, no, or, where
    /// it is not given, when there is a receiver. Otherwise somebody else's is in `namespace`, with
    /// the CRDs of its operator.
    pub enabled: Option<bool>,
    /// The namespace of Prometheus.
    pub namespace: Name,
    /// Labels of its pods.
    pub labels: BTreeMap<String, Plain>,
    /// The label `release` that Prometheus selects rules and monitors by.
    pub release: Name,
    /// Runbooks stand below this address, one page per alert.
    pub runbooks: Option<Plain>,
    /// The version of the chart `kube-prometheus-stack`.
    pub version: ChartVersion,
    /// Pods of Prometheus, and of Alertmanager. Each Prometheus measures everything by itself; the
    /// Alertmanagers agree on who tells whom.
    #[schemars(range(min = 1, max = 3))]
    pub replicas: u32,
    /// How long metrics are kept.
    pub retention: Duration,
    /// The disk of each Prometheus. When it is nearly full, the oldest metrics go.
    pub storage: Memory,
    /// The storage class of the disks.
    pub class: Name,
    /// CPU that each Prometheus asks for.
    pub cpu: Cpu,
    /// Memory of each Prometheus: some 4 KiB per series.
    pub memory: Memory,
    /// The secret with the password of Grafana's administrator.
    pub grafana_password: SecretName,
    /// Who is told of alerts, by name.
    pub receivers: Each<Receiver>,
    /// The secret with an address that the alert `Watchdog` is sent to every five minutes: whoever
    /// listens there notices when nothing comes.
    pub watchdog: Option<SecretName>,
}

/// Somebody who is told of alerts.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// By what.
    pub kind: Channel,
    /// The secret with the address to send to, or, for `PagerDuty`, the integration key.
    pub secret: SecretName,
    /// The alerts that it gets.
    pub severities: BTreeSet<AlertSeverity>,
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// An incoming webhook of Slack.
    Slack,
    /// A workflow of Teams.
    Teams,
    /// An integration of `PagerDuty`, Events API v2.
    Pagerduty,
    /// Anything that takes Alertmanager's JSON.
    Webhook,
}

/// How urgent an alert is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum AlertSeverity {
    /// Somebody has to look now.
    Critical,
    /// Somebody has to look today.
    Warning,
    /// Good to know.
    Info,
}

/// The store that its secrets are read from.
const STORE: &str = "vault";

/// The chart calls Grafana's objects after itself; these are ours.
const SECRETS: (&str, &str) = ("grafana-admin", "alertmanager-receivers");

/// Names of receivers that are taken.
const TAKEN: [&str; 2] = ["nobody", "watchdog"];

/// The label by which the operator's pods are Prometheus.
const PROMETHEUS: (&str, &str) = ("app.kubernetes.io/name", "prometheus");

impl Component for Prometheus {
    fn enabled(&self) -> Option<bool> {
        self.enabled.or(Some(!self.receivers.is_empty()))
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        // The webhook of the operator has its certificate from there.
        wiring.need("cert_manager", "prometheus");
        wiring.need("prometheus_crds", "prometheus");
        wiring.use_if_enabled("dashboards");
        for (secret, reader, source) in self.seeds() {
            let reader = (self.namespace.as_str().to_owned(), reader.to_owned());
            wiring.require_secret(RequiredSecret {
                store: STORE.into(),
                secret: secret.as_str().to_owned(),
                form: Form::Text,
                reader,
                source,
            });
        }
        let need = wiring.namespace(
            self.namespace.as_str(),
            Purpose::Operator,
            Stage::Namespaces,
            "prometheus",
        );
        // The exporter of the nodes is on their network, and reads their files.
        need.privileged = true;
        need.allowed_ports.extend(openings());
    }

    fn validate(&self, _: &str, _: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if self.receivers.is_empty() {
            let help = "add a receiver as `[prometheus.receivers.<name>]`, or remove the switch";
            diagnostics.push(Diagnostic::in_spec(
                Code::MissingReceiver,
                "prometheus.enabled",
                "there would be alerts, but nobody is told of them",
                help,
            ));
        }
        let heard: BTreeSet<AlertSeverity> = self
            .receivers
            .values()
            .flat_map(|receiver| receiver.severities.iter().copied())
            .collect();
        for (severity, name) in
            [(AlertSeverity::Critical, "critical"), (AlertSeverity::Warning, "warning")]
        {
            if !self.receivers.is_empty() && !heard.contains(&severity) {
                let message = format!("nobody is told of alerts of severity `{name}`");
                diagnostics.push(Diagnostic::in_spec(
                    Code::MissingReceiver,
                    "prometheus.receivers",
                    message,
                    format!("add `{name}` to the `severities` of a receiver"),
                ));
            }
        }
        for name in self.receivers.keys().filter(|name| TAKEN.contains(&name.as_str())) {
            let path = format!("prometheus.receivers.{}", segment(name));
            diagnostics.push(Diagnostic::in_spec(
                Code::DuplicateName,
                path,
                format!("the platform has a receiver `{name}` of its own"),
                "choose another name",
            ));
        }
        if self.labels.iter().any(|(key, value)| (key.as_str(), value.as_str()) != PROMETHEUS) {
            let message = format!(
                "the platform's own Prometheus has the label `{}: {}`",
                PROMETHEUS.0, PROMETHEUS.1
            );
            diagnostics.push(Diagnostic::in_spec(
                Code::ExclusiveSettings,
                "prometheus.labels",
                message,
                "remove them, or switch it off by `prometheus.enabled = false`",
            ));
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("prometheus", "kube-prometheus-stack", self, env);
        view.set("store", STORE, ["prometheus"]);
        view.set("configuration", env.general().name.as_str(), ["platform.name"]);
        view.set("cluster_label", env.names().stem(), ["platform.name"]);
        view.set("survives_drain", self.replicas > 1, ["prometheus.replicas"]);
        view.set("keeps", self.retention.canonical(), ["prometheus.retention"]);
        // The rest is for what was not yet written into blocks.
        let bytes = memory(self.storage.as_str()).unwrap_or_default() / 100 * 85;
        view.set("retention_size", format!("{}MiB", bytes >> 20), ["prometheus.storage"]);
        view.set("grafana_secret", SECRETS.0, ["prometheus"]);
        view.set("receivers_secret", SECRETS.1, ["prometheus"]);
        view.set(
            "password",
            read(&self.grafana_password, SECRETS.0, env),
            ["prometheus.grafana_password"],
        );
        let addresses = self
            .receivers
            .iter()
            .map(|(name, receiver)| (name.as_str(), &receiver.secret))
            .chain(self.watchdog.iter().map(|it| ("watchdog", it)));
        view.set(
            "addresses",
            addresses.map(|(name, secret)| read(secret, name, env)).collect::<Value>(),
            ["prometheus.receivers", "prometheus.watchdog"],
        );
        view.set(
            "watchdog_receiver",
            if self.watchdog.is_some() { TAKEN[1] } else { TAKEN[0] },
            ["prometheus.watchdog"],
        );
        view.set(
            "receiver_list",
            self.receivers.iter().map(described).collect::<Value>(),
            ["prometheus.receivers"],
        );
        view
    }
}

impl Prometheus {
    /// The secrets that it reads: each with its reader and the spec path.
    fn seeds(&self) -> Vec<(&SecretName, &'static str, String)> {
        let receivers = self.receivers.iter().map(|(name, receiver)| {
            (&receiver.secret, SECRETS.1, format!("prometheus.receivers.{}.secret", segment(name)))
        });
        let watchdog = self
            .watchdog
            .iter()
            .map(|secret| (secret, SECRETS.1, "prometheus.watchdog".to_owned()));
        [(&self.grafana_password, SECRETS.0, "prometheus.grafana_password".to_owned())]
            .into_iter()
            .chain(receivers)
            .chain(watchdog)
            .collect()
    }
}

/// Who reaches what inside the namespace.
fn openings() -> [AllowedPort; 10] {
    [
        AllowedPort::anyone("webhook", "kube-prometheus-stack-prometheus-operator", 10250),
        AllowedPort::prometheus("prometheus", "prometheus", 9090),
        AllowedPort::prometheus("prometheus-reloader", "prometheus", 8080),
        AllowedPort::prometheus("alertmanager", "alertmanager", 9093),
        AllowedPort::prometheus("alertmanager-reloader", "alertmanager", 8080),
        AllowedPort::prometheus("state", "kube-state-metrics", 8080),
        AllowedPort::prometheus("grafana", "grafana", 3000),
        AllowedPort::replicas("alertmanager-replicas", "alertmanager", 9094),
        AllowedPort::from_same_namespace("queries", "prometheus", 9090, "grafana"),
        AllowedPort::from_same_namespace("silences", "alertmanager", 9093, "grafana"),
    ]
}

fn read(secret: &SecretName, name: &str, env: &Env) -> Value {
    let remote = env.wiring.remote(STORE, secret.as_str());
    json!({"name": name, "key": remote.key, "property": remote.property})
}

fn described((name, receiver): (&String, &Receiver)) -> Value {
    let severities: Vec<String> =
        receiver.severities.iter().map(|severity| format!("{severity:?}").to_lowercase()).collect();
    json!({"name": name, "kind": receiver.kind, "secret": receiver.secret, "severities": severities.join("|"), "alerts": severities.join(", ")})
}
