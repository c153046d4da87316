//! Location of Prometheus, and the platform's own Prometheus, Alertmanager and Grafana. Rules and
//! dashboards belong to the components that they watch.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    general::SEVERITIES,
    text::{ChartVersion, Cpu, Duration, Memory, Name, Plain, SecretName, memory},
    wiring::{AllowedPort, Form, Purpose, RequiredSecret, Wiring, segment},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Prometheus, which scrapes metrics and evaluates rules. The platform runs its own Prometheus if
/// alerts have a receiver.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prometheus {
    /// Run Prometheus, Alertmanager and Grafana; by default they run if `receivers` has an entry.
    /// Otherwise another team runs Prometheus and the CRDs of its operator in `namespace`.
    pub enabled: Option<bool>,
    /// Namespace of Prometheus.
    pub namespace: Name,
    /// Labels of the Prometheus pods.
    pub labels: BTreeMap<String, Plain>,
    /// Value of the label `release`, by which Prometheus selects rules and monitors.
    pub release: Name,
    /// Base address of the runbooks, with one page per alert (`runbook_url`).
    pub runbooks: Option<Plain>,
    /// Version of the chart `kube-prometheus-stack`.
    pub version: ChartVersion,
    /// `replicas` of Prometheus and of Alertmanager. Each Prometheus scrapes all targets, and the
    /// Alertmanagers remove duplicate notifications.
    #[schemars(range(min = 1, max = 3))]
    pub replicas: u32,
    /// `retention`: duration for which metrics are kept.
    pub retention: Duration,
    /// Size of the volume of each Prometheus. The oldest metrics are deleted when 85 % is used
    /// (`retentionSize`).
    pub storage: Memory,
    /// `storageClassName` of the volumes.
    pub class: Name,
    /// `resources.requests.cpu` of each Prometheus.
    pub cpu: Cpu,
    /// Memory of each Prometheus: about 4 KiB per series.
    pub memory: Memory,
    /// Name of the secret with the password of the Grafana administrator.
    pub grafana_password: SecretName,
    /// Receivers of alerts, by name.
    pub receivers: Each<Receiver>,
    /// Name of the secret with the address of a dead man's switch. Alertmanager sends the alert
    /// `Watchdog` there every five minutes.
    pub watchdog: Option<SecretName>,
}

/// Receiver of alerts.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Kind of the receiver.
    pub kind: Channel,
    /// Name of the secret with the webhook address, or with the integration key of `PagerDuty`.
    pub secret: SecretName,
    /// Severities of the alerts for this receiver.
    pub severities: BTreeSet<AlertSeverity>,
}

/// Kind of a receiver.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Incoming webhook of Slack.
    Slack,
    /// Workflow of Microsoft Teams.
    Teams,
    /// `PagerDuty` integration with the Events API v2.
    Pagerduty,
    /// Webhook that accepts the JSON of Alertmanager.
    Webhook,
}

/// Severity of an alert.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum AlertSeverity {
    /// Requires action now.
    Critical,
    /// Requires action today.
    Warning,
    /// Requires no action.
    Info,
}

/// Secret store of the password and the receivers.
const STORE: &str = "vault";

/// Names of the Secrets with the Grafana password and with the receivers.
const SECRETS: (&str, &str) = ("grafana-admin", "alertmanager-receivers");

/// Names of the built-in receivers: without notifications, and of the alert `Watchdog`.
const BUILT_IN: [&str; 2] = ["discard", "watchdog"];

/// Label that the Prometheus operator sets on pods of Prometheus.
const PROMETHEUS: (&str, &str) = ("app.kubernetes.io/name", "prometheus");

impl Component for Prometheus {
    fn enabled(&self) -> Option<bool> {
        self.enabled.or(Some(!self.receivers.is_empty()))
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.alert_severities = &SEVERITIES;
        // cert-manager issues the certificate of the operator's webhook.
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
        // The node exporter uses the network and files of the host.
        need.privileged = true;
        need.allowed_ports.extend(openings());
    }

    fn validate(&self, _: &str, _: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        self.check_receivers(diagnostics);
        let is_wrong =
            |(key, value): (&String, &Plain)| (key.as_str(), value.as_str()) != PROMETHEUS;
        if self.labels.iter().any(is_wrong) {
            let message = format!(
                "the platform's own Prometheus has the label `{}: {}`",
                PROMETHEUS.0, PROMETHEUS.1
            );
            let help = "remove the labels, or set `prometheus.enabled = false`";
            let code = Code::ExclusiveSettings;
            diagnostics.push(Diagnostic::in_spec(code, "prometheus.labels", message, help));
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("prometheus", "kube-prometheus-stack", self, env);
        view.set("store", STORE, ["prometheus"]);
        view.set("configuration", env.general().name.as_str(), ["platform.name"]);
        view.set("cluster_label", env.names().stem(), ["platform.name"]);
        view.set("survives_drain", self.replicas > 1, ["prometheus.replicas"]);
        view.set("retention_time", self.retention.canonical(), ["prometheus.retention"]);
        // The rest is for the write-ahead log and compaction.
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
            if self.watchdog.is_some() { BUILT_IN[1] } else { BUILT_IN[0] },
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
    /// Reports missing receivers, and receivers with a built-in name.
    fn check_receivers(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if self.receivers.is_empty() {
            diagnostics.push(Diagnostic::in_spec(
                Code::MissingReceiver,
                "prometheus.enabled",
                "the alerts have no receiver",
                "add a receiver as `[prometheus.receivers.<name>]`, or remove `enabled`",
            ));
            return;
        }
        let receivers = self.receivers.values();
        let received: BTreeSet<AlertSeverity> =
            receivers.flat_map(|receiver| receiver.severities.iter().copied()).collect();
        for (severity, name) in
            [(AlertSeverity::Critical, "critical"), (AlertSeverity::Warning, "warning")]
        {
            if !received.contains(&severity) {
                diagnostics.push(Diagnostic::in_spec(
                    Code::MissingReceiver,
                    "prometheus.receivers",
                    format!("alerts of severity `{name}` have no receiver"),
                    format!("add `{name}` to the `severities` of a receiver"),
                ));
            }
        }
        for name in self.receivers.keys().filter(|name| BUILT_IN.contains(&name.as_str())) {
            diagnostics.push(Diagnostic::in_spec(
                Code::DuplicateName,
                format!("prometheus.receivers.{}", segment(name)),
                format!("`{name}` is a built-in receiver"),
                "choose another name",
            ));
        }
    }

    /// Secrets to read: name, target Secret and spec path.
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

/// Allowed ports in the namespace.
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
