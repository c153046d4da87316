//! Backups of namespaces to blob storage: location, schedules and retention.

use crate::components::operator_names::VELERO as NAMESPACE;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Each, Env, View, WireContext,
    general::Engine,
    schedule,
    text::{Cron, Duration, Name, written},
    wiring::{Purpose, Wiring, segment},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Backups of namespaces to blob storage.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Backups {
    /// Enable the component; by default it is enabled if there is a schedule.
    pub enabled: Option<bool>,
    /// Schedules by name. Without a schedule, Velero and the storage account do not exist.
    pub schedules: Each<Schedule>,
}

/// Schedule of a backup.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// `schedule` in UTC.
    pub cron: Cron,
    /// `template.ttl`: retention of a backup.
    pub keep: Duration,
    /// `template.includedNamespaces`; the namespaces of all services and jobs by default.
    pub namespaces: Vec<Name>,
}

impl Component for Backups {
    fn enabled(&self) -> Option<bool> {
        self.enabled.or(Some(!self.schedules.is_empty()))
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        wiring.need("velero", "backups.schedules");
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for (name, schedule) in &self.schedules {
            keeps_one(name, schedule, diagnostics);
            if let Some(hour) = schedule::hours_of_week(schedule.cron.as_str())
                .into_iter()
                .find(|hour| env.shared.cluster.maintenance_hours.contains(hour))
            {
                let message = format!(
                    "the schedule `{name}` runs at {:02}:00 UTC, inside the maintenance window: an upgrade can evict pods during the backup",
                    hour % 24
                );
                let mut diagnostic = Diagnostic::in_spec(
                    Code::MaintenanceOverlap,
                    format!("backups.schedules.{name}.cron"),
                    message,
                    "choose another hour, or move the maintenance window",
                );
                diagnostic = diagnostic.and("cluster.maintenance");
                diagnostics.push(diagnostic);
            }
            for (i, namespace) in schedule
                .namespaces
                .iter()
                .enumerate()
                .filter(|(_, n)| !applications(env).contains(&n.as_str()))
            {
                let known = applications(env);
                let path = format!("backups.schedules.{name}.namespaces.{i}");
                let message =
                    format!("no service or job is in the namespace `{}`", namespace.as_str());
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownReference,
                    path,
                    message,
                    format!("there are: {}", known.join(", ")),
                ));
            }
        }
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("backups", "default", self, env);
        view.set("namespace", NAMESPACE, ["backups"]);
        let storage = env.single_resource("storage");
        view.set("account", storage.azure_name, ["storage.name", "platform.name"]);
        view.set(
            "account_url",
            format!("https://{}", storage.host),
            ["storage.name", "platform.name"],
        );
        view.set("container", env.shared.container.as_str(), ["storage.container"]);
        view.set("release", env.shared.prometheus.release.as_str(), ["prometheus.release"]);
        // Velero backs up all namespaces if the list is empty. Such a schedule is not rendered.
        let some = self.schedules.iter().filter(|(_, schedule)| {
            !schedule.namespaces.is_empty() || !applications(env).is_empty()
        });
        view.set("runbooks", json!(env.shared.prometheus.runbooks), ["prometheus.runbooks"]);
        view.set("flux", env.gitops().engine == Engine::Flux, ["gitops.engine"]);
        view.set("left_out", LEFT_OUT.join(","), ["backups"]);
        view.set("failures", json!(FAILURES), ["backups"]);
        view.set(
            "schedule_list",
            some.map(|(name, schedule)| described(name, schedule, env)).collect::<Value>(),
            ["backups.schedules"],
        );
        view
    }
}

/// Kinds that a restore test leaves out. Their copies would receive traffic, fire alerts, run jobs
/// or change secrets.
const LEFT_OUT: [&str; 9] = [
    "cronjobs.batch",
    "externalsecrets.external-secrets.io",
    "gateways.networking.istio.io",
    "ingresses.networking.k8s.io",
    "jobs.batch",
    "podmonitors.monitoring.coreos.com",
    "prometheusrules.monitoring.coreos.com",
    "servicemonitors.monitoring.coreos.com",
    "virtualservices.networking.istio.io",
];

/// Middle parts of the Velero metrics that count failed backups.
const FAILURES: [&str; 3] = ["failure", "partial_failure", "validation_failure"];

/// Reports a schedule whose last backup expires before the next one exists.
fn keeps_one(name: &str, schedule: &Schedule, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let gap = u64::from(schedule::longest_gap(schedule.cron.as_str())) * 60;
    if schedule.keep.seconds() <= gap {
        let message = format!(
            "a backup expires after {}, but up to {} pass until the next one",
            schedule.keep.as_str(),
            written(gap),
        );
        let path = format!("backups.schedules.{}.keep", segment(name));
        let diagnostic = Diagnostic::in_spec(
            Code::InvertedLimits,
            path,
            message,
            format!("keep backups for more than {}", written(gap)),
        );
        diagnostics.push(diagnostic.and(format!("backups.schedules.{}.cron", segment(name))));
    }
}

fn described(name: &str, schedule: &Schedule, env: &Env) -> Value {
    let named: Vec<&str> = schedule.namespaces.iter().map(Name::as_str).collect();
    let namespaces = if named.is_empty() { applications(env) } else { named };
    let gap = u64::from(schedule::longest_gap(schedule.cron.as_str())) * 60;
    // A backup is overdue half an interval after a missed run.
    let limit = gap + gap / 2;
    // Evaluation interval of the alert tests. A short interval would take minutes.
    let step = if limit % 300 == 0 { 300 } else { 30 };
    json!({
        "name": name,
        "cron": schedule.cron,
        "keep": schedule.keep.canonical(),
        "namespaces": namespaces,
        "window": written(gap + 3600),
        "limit": written(limit),
        "limit_seconds": limit,
        "step": written(step),
        "step_seconds": step,
        "two_steps": written(2 * step),
        "steps": limit / step + 1,
        "beyond": written(limit + step),
    })
}

/// Namespaces of services and jobs. Git recreates Azure resources and operators. If they were
/// restored, two clusters would manage the same resources.
fn applications(env: &Env) -> Vec<&str> {
    env.wiring
        .namespaces
        .iter()
        .filter(|(_, need)| need.purpose == Purpose::Application)
        .map(|(name, _)| name.as_str())
        .collect()
}
