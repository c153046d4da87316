//! A scheduled job: what runs at times, and ends. Never a migration: that belongs to the start of
//! its service.

use super::services::{network, validate, variables};
use crate::components::workload::{Resources, Spread, Workload};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    text::{Cpu, Cron, Duration, Image, Memory, MountPath, Name, Plain, SecretName, cpu, memory},
    wiring::{Demand, Form, Pods, Purpose, RequiredSecret, Wiring, segment},
};
use crate::stage::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// What runs at times, and ends.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// When, in UTC.
    pub schedule: Cron,
    /// The image, with its registry, pinned by version or digest.
    pub image: Image,
    /// The namespace; the platform's name where it is not given.
    pub namespace: Option<Name>,
    /// The entry point; the image's own where it is empty.
    pub command: Vec<Plain>,
    /// Arguments.
    pub args: Vec<Plain>,
    /// What it calls, as services do, and with the same variables. Nobody calls a job.
    pub calls: Vec<Plain>,
    /// What happens when it is time and the run before has not ended. Both at once is no choice: no
    /// quota could hold it.
    pub concurrency_policy: Overlap,
    /// It is not started any more, and what runs goes on.
    pub suspend: bool,
    /// How long a run may take, with all its tries, until it is stopped.
    pub active_deadline: Duration,
    /// How late it may start, where the cluster could not start it in time, until this run is left
    /// out.
    pub starting_deadline: Duration,
    /// How often it is tried again after a failure.
    #[schemars(range(max = 10))]
    pub backoff_limit: u32,
    /// Runs that succeeded whose logs are kept.
    #[schemars(range(max = 20))]
    pub successful_jobs_history_limit: u32,
    /// Runs that failed whose logs are kept.
    #[schemars(range(max = 20))]
    pub failed_jobs_history_limit: u32,
    /// CPU that it asks for.
    pub cpu: Cpu,
    /// CPU that it may use at most; unlimited where it is not given.
    pub cpu_limit: Option<Cpu>,
    /// Memory that it asks for.
    pub memory: Memory,
    /// Memory that it may use at most; the request where it is not given.
    pub memory_limit: Option<Memory>,
    /// What it may write to the disk of its node: logs and `writable` folders.
    pub ephemeral_storage: Memory,
    /// Plain environment variables.
    pub env: BTreeMap<String, Plain>,
    /// Environment variables out of the vault: variable to the secret's name.
    pub secrets: BTreeMap<String, SecretName>,
    /// The store that `secrets` are read from.
    pub store: Name,
    /// The user id that the process runs as; never 0.
    #[schemars(range(min = 1, max = 4_294_967_294_u32))]
    pub run_as_user: u32,
    /// Directories that it writes to; everything else is read-only.
    pub writable: Vec<MountPath>,
    /// Seconds from being told to end to being killed.
    #[schemars(range(min = 1, max = 3600))]
    pub termination_grace_seconds: u32,
}

/// What happens when it is time and the run before has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Overlap {
    /// The new run is left out.
    Forbid,
    /// The old run is ended.
    Replace,
}

/// The longest name of a `CronJob`: the controller adds eleven characters for each run. Source:
/// Kubernetes documentation on `CronJob`.
const LONGEST: usize = 52;

impl Job {
    fn namespace<'a>(&'a self, platform: &'a Name) -> &'a str {
        self.namespace.as_ref().unwrap_or(platform).as_str()
    }

    /// The run, and the one before it, which may still be ending.
    fn demand(&self) -> Demand {
        let of = |each: Option<u64>| each.unwrap_or_default().saturating_mul(2);
        Demand {
            pods: 2,
            cpu: of(cpu(self.cpu.as_str())),
            memory: of(memory(self.memory.as_str())),
        }
    }
}

impl Job {
    /// Pod of a run.
    fn workload<'a>(&'a self, me: &'a str, pods: Pods) -> Workload<'a> {
        Workload {
            name: me,
            pods,
            image: self.image.as_str().to_owned(),
            command: &self.command,
            args: &self.args,
            env: &self.env,
            secrets: &self.secrets,
            store: &self.store,
            files: None,
            ports: json!([]),
            probes: vec![],
            resources: Resources {
                cpu: &self.cpu,
                cpu_limit: self.cpu_limit.as_ref(),
                memory: &self.memory,
                memory_limit: self.memory_limit.as_ref(),
                ephemeral_storage: &self.ephemeral_storage,
            },
            run_as_user: self.run_as_user,
            writable: &self.writable,
            volumes: json!([]),
            spot: false,
            spread: Spread::None,
            pre_stop_seconds: None,
            termination_grace_seconds: self.termination_grace_seconds,
            restart_policy: Some("Never"),
        }
    }
}

impl Component for Job {
    fn wire(&self, me: &str, context: &WireContext<'_>, out: &mut Wiring) {
        let own = format!("jobs.{me}");
        let namespace = self.namespace(&context.general.name);
        let pods = Pods::named(namespace, me);
        out.workload(&pods, &own);
        network::calls(&self.calls, &own, &pods, out);
        out.namespace(namespace, Purpose::Application, Stage::Namespaces, &own)
            .demand
            .add(self.demand());
        for (variable, secret) in &self.secrets {
            let (store, secret) = (self.store.as_str().to_owned(), secret.as_str().to_owned());
            let reader = (namespace.to_owned(), me.to_owned());
            out.require_secret(RequiredSecret {
                store,
                secret,
                form: Form::Text,
                reader,
                source: format!("{own}.secrets.{}", segment(variable)),
            });
        }
    }

    fn validate(&self, me: &str, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
        let at = |field: &str| format!("jobs.{me}.{field}");
        if me.len() > LONGEST {
            let message =
                format!("`{me}` has {} characters; a CronJob takes {LONGEST} at most", me.len());
            out.push(Diagnostic::in_spec(
                Code::BadName,
                format!("jobs.{me}"),
                message,
                "shorten it: every run is named after it",
            ));
        }
        for (field, time) in [
            ("active_deadline", &self.active_deadline),
            ("starting_deadline", &self.starting_deadline),
        ] {
            // Kubernetes looks every ten seconds: a run that may be less late than that is never
            // started.
            if time.seconds() < 10 {
                out.push(Diagnostic::in_spec(
                    Code::BadValue,
                    at(field),
                    format!("`{field}` is less than ten seconds"),
                    "no run would get that far",
                ));
            }
        }
        validate::limits(
            (&self.cpu, self.cpu_limit.as_ref()),
            (&self.memory, self.memory_limit.as_ref()),
            &at,
            out,
        );
        validate::variables(&self.env, &self.secrets, &at, out);
        variables::check(
            &Pods::named(self.namespace(&env.general().name), me),
            &self.env,
            &self.secrets,
            env,
            out,
        );
        validate::logins(
            (&format!("jobs.{me}"), me),
            &Pods::named(self.namespace(&env.general().name), me),
            (&self.env, &self.secrets),
            env,
            out,
        );
        let platform = &env.general().name;
        validate::hosts(me, &Pods::named(self.namespace(platform), me), env, out);
        validate::namespace(self.namespace(platform), self.namespace.as_ref(), &at, env, out);
    }

    fn view(&self, me: &str, env: &Env) -> View {
        let own = format!("jobs.{me}");
        let at = |field: &str| format!("{own}.{field}");
        let mut view = View::new(&own, me, self, env);
        let namespace = self.namespace(&env.general().name);
        let pods = Pods::named(namespace, me);
        view.set("namespace", namespace, [at("namespace"), "platform.name".into()]);
        view.set(
            "starting_deadline_seconds",
            self.starting_deadline.seconds(),
            [at("starting_deadline")],
        );
        view.set(
            "active_deadline_seconds",
            self.active_deadline.seconds(),
            [at("active_deadline")],
        );
        self.workload(me, pods.clone()).set_values(env, &mut view);
        network::view(&pods, env, &mut view);
        view
    }
}
