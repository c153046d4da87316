//! Scheduled jobs: one CronJob each.

use crate::components::workload::{Workload, network, shared_keys};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    text::{Cpu, Cron, Duration, Image, Memory, MountPath, Name, Plain, SecretName, cpu, memory},
    wiring::{Demand, Pods, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Scheduled jobs.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// `schedule` of the `CronJob`, in UTC.
    pub schedule: Cron,
    /// `containers[].image` with its registry, pinned by version or digest.
    pub image: Image,
    /// Namespace of the job; `platform.name` by default.
    pub namespace: Option<Name>,
    /// `containers[].command`; the entry point of the image by default.
    pub command: Vec<Plain>,
    /// `containers[].args`.
    pub args: Vec<Plain>,
    /// Called endpoints: `orders`, `orders:grpc`, `postgres.orders` or `external.payments`. Opens
    /// the network policies at both ends. A service sets `ORDERS_HOST` and `ORDERS_PORT`, or
    /// `ORDERS_GRPC_PORT` for a named port. An external endpoint with one address or a host name
    /// sets `EXTERNAL_PAYMENTS_HOST` and `EXTERNAL_PAYMENTS_PORT`. `env` and `secrets` override
    /// these variables. A database sets `PGHOST`, `PGPORT`, `PGDATABASE`, `PGSSLMODE`, `PGUSER` and
    /// `PGPASSWORD`.
    pub calls: Vec<Plain>,
    /// `concurrencyPolicy`: action if the previous run has not ended. `Allow` is not offered,
    /// because parallel runs could exceed the quota.
    pub concurrency_policy: ConcurrencyPolicy,
    /// `suspend`: start no new runs. Active runs continue.
    pub suspend: bool,
    /// `activeDeadlineSeconds`: maximum duration of a run with all its retries.
    pub active_deadline: Duration,
    /// `startingDeadlineSeconds`: maximum delay of a start. A run that cannot start in time is
    /// skipped.
    pub starting_deadline: Duration,
    /// `backoffLimit`: number of retries after a failure.
    #[schemars(range(max = 10))]
    pub backoff_limit: u32,
    /// `successfulJobsHistoryLimit`: number of successful runs that are kept with their logs.
    #[schemars(range(max = 20))]
    pub successful_jobs_history_limit: u32,
    /// `failedJobsHistoryLimit`: number of failed runs that are kept with their logs.
    #[schemars(range(max = 20))]
    pub failed_jobs_history_limit: u32,
    /// `resources.requests.cpu`.
    pub cpu: Cpu,
    /// `resources.limits.cpu`; no limit by default.
    pub cpu_limit: Option<Cpu>,
    /// `resources.requests.memory`.
    pub memory: Memory,
    /// `resources.limits.memory`; the same as `memory` by default.
    pub memory_limit: Option<Memory>,
    /// `ephemeral-storage` in `resources.requests` and `resources.limits`: logs and `writable`
    /// directories.
    pub ephemeral_storage: Memory,
    /// Plain environment variables.
    pub env: BTreeMap<String, Plain>,
    /// Environment variables from the secret store: variable and name of the secret.
    pub secrets: BTreeMap<String, SecretName>,
    /// Secret store of `secrets`.
    pub store: Name,
    /// `securityContext.runAsUser`, `runAsGroup` and `fsGroup`; root is not allowed.
    #[schemars(
        range(min = 1, max = 2_147_483_647_u32),
        extend("x-reason" = "the Pod Security Standard `restricted` refuses root")
    )]
    pub run_as_user: u32,
    /// Paths of `emptyDir` volumes. The rest of the root filesystem is read-only.
    pub writable: Vec<MountPath>,
    /// `terminationGracePeriodSeconds`: seconds from SIGTERM to SIGKILL.
    #[schemars(range(min = 1, max = 3600))]
    pub termination_grace_seconds: u32,
}

/// `concurrencyPolicy` of a `CronJob`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ConcurrencyPolicy {
    /// Skip the new run.
    Forbid,
    /// Stop the previous run.
    Replace,
}

/// Maximum length of the name of a `CronJob`: the controller adds eleven characters for each run.
/// Source: Kubernetes documentation on `CronJob`.
const MAX_NAME_LENGTH: usize = 52;

/// Interval in seconds at which the `CronJob` controller looks for due runs. Source: Kubernetes
/// documentation on `CronJob`.
const CONTROLLER_INTERVAL: u64 = 10;

impl Job {
    fn pods(&self, name: &str, platform: &Name) -> Pods {
        Pods::named(self.namespace.as_ref().unwrap_or(platform).as_str(), name)
    }

    /// Resources of a run, and of the previous run that may still be terminating.
    fn demand(&self) -> Demand {
        let of = |each: Option<u64>| each.unwrap_or_default().saturating_mul(2);
        Demand {
            pods: 2,
            cpu: of(cpu(self.cpu.as_str())),
            memory: of(memory(self.memory.as_str())),
        }
    }

    /// Pod of a run.
    fn workload<'a>(&'a self, name: &'a str, platform: &Name) -> Workload<'a> {
        Workload {
            restart_policy: Some("Never"),
            ..shared_keys!(self, name, self.pods(name, platform))
        }
    }

    /// Reports deadlines below the interval of the controller: such a run is never started.
    fn check_deadlines(&self, path: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let deadlines = [
            ("active_deadline", &self.active_deadline),
            ("starting_deadline", &self.starting_deadline),
        ];
        for (field, time) in deadlines {
            if time.seconds() < CONTROLLER_INTERVAL {
                diagnostics.push(Diagnostic::in_spec(
                    Code::BadValue,
                    format!("{path}.{field}"),
                    format!("`{field}` is less than ten seconds"),
                    "raise it: the controller looks for due runs every ten seconds",
                ));
            }
        }
    }
}

impl Component for Job {
    fn wire(&self, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let path = format!("jobs.{name}");
        let workload = self.workload(name, &context.general.name);
        network::calls(&self.calls, &path, &workload.pods, wiring);
        workload.wire(&path, self.demand(), wiring);
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let path = format!("jobs.{name}");
        if name.len() > MAX_NAME_LENGTH {
            let message = format!(
                "`{name}` has {} characters; a CronJob takes {MAX_NAME_LENGTH} at most",
                name.len()
            );
            let help = "shorten it: every run is named after it";
            diagnostics.push(Diagnostic::in_spec(Code::BadName, &path, message, help));
        }
        self.check_deadlines(&path, diagnostics);
        let workload = self.workload(name, &env.general().name);
        workload.validate(&path, self.namespace.as_ref(), env, diagnostics);
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let path = format!("jobs.{name}");
        let at = |field: &str| format!("{path}.{field}");
        let mut view = View::new(&path, name, self, env);
        let workload = self.workload(name, &env.general().name);
        let namespace = workload.pods.namespace.as_str();
        view.set("namespace", namespace, [at("namespace"), "platform.name".into()]);
        let seconds = self.starting_deadline.seconds();
        view.set("starting_deadline_seconds", seconds, [at("starting_deadline")]);
        let seconds = self.active_deadline.seconds();
        view.set("active_deadline_seconds", seconds, [at("active_deadline")]);
        workload.set_values(env, &mut view);
        network::set_egress(&workload.pods, env, &mut view);
        view
    }
}
