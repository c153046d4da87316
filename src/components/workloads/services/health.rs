//! Probes of a service.

use super::Service;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::text::{HttpPath, Name, Plain};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Startup, liveness and readiness probes.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthProbe {
    /// `httpGet.path` of the probes. The endpoint should test the process, not its dependencies.
    pub path: Option<HttpPath>,
    /// `httpGet.path` of the readiness probe; the same as `path` by default.
    pub ready_path: Option<HttpPath>,
    /// Use `grpc` probes: the process serves the gRPC health protocol.
    pub grpc: bool,
    /// `exec.command` of the probes, which succeeds while the process works. For workers without a
    /// port.
    pub command: Vec<Plain>,
    /// Name of the probed port; the main port by default.
    pub port: Option<Name>,
    /// Seconds that the process may take to start, rounded up to 5 (`startupProbe`).
    #[schemars(range(min = 5, max = 3600))]
    pub start_seconds: u32,
}

/// Period of the startup probe in seconds.
const STARTUP_PERIOD: u32 = 5;

impl Service {
    /// Probes of the pod; none without a port and a command. Readiness fails after 15 seconds and
    /// liveness after 30, so that a pod leaves its Service before it is restarted.
    pub(super) fn probes(&self) -> Vec<Value> {
        let live = self.health.path.as_ref().map(HttpPath::as_str);
        let ready = self.health.ready_path.as_ref().map(HttpPath::as_str).or(live);
        let port = self.port_named(self.health.port.as_ref()).map(|listen| listen.number);
        let command = &self.health.command;
        if port.is_none() && command.is_empty() {
            return vec![];
        }
        let starts = self.health.start_seconds.div_ceil(STARTUP_PERIOD);
        let probes = [
            ("startupProbe", live, STARTUP_PERIOD, 5, starts),
            ("livenessProbe", live, 10, 5, 3),
            ("readinessProbe", ready, 5, 3, 3),
        ];
        let probe = |(name, path, period, timeout, failures)| {
            json!({
                "name": name, "path": path, "grpc": self.health.grpc, "command": command,
                "port": port, "period": period, "timeout": timeout, "failures": failures,
            })
        };
        probes.map(probe).into()
    }
}

/// Reports probes that exclude each other, have no port, or are missing.
pub(super) fn check(service: &Service, path: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let at = |field: &str| format!("{path}.{field}");
    let health = &service.health;
    if let Some(port) = &health.port
        && service.port_named(Some(port)).is_none()
    {
        let message = format!("there is no port `{}`", port.as_str());
        let help = "name one of `ports`";
        diagnostics.push(Diagnostic::in_spec(Code::UnknownPort, at("health.port"), message, help));
    }
    let http = health.path.is_some() || health.ready_path.is_some();
    let kinds = kinds(health);
    let listens = service.port_named(health.port.as_ref()).is_some();
    let (code, place, message, help) = if kinds.len() > 1 {
        let message = format!("`{}` exclude each other", kinds.join("` and `"));
        (Code::ExclusiveSettings, at("health"), message, "keep one")
    } else if health.port.is_some() && !health.command.is_empty() {
        let message = "a probe with a command has no port".to_owned();
        (Code::ExclusiveSettings, at("health.port"), message, "remove the port")
    } else if !listens && (http || health.grpc) {
        let help = "give the service a port, or name one by `health.port`";
        (Code::UnknownPort, at("health"), "there is no port to probe".to_owned(), help)
    } else if !listens && health.command.is_empty() && health.port.is_none() {
        let help = "set a `health.command` that succeeds while the process works; AKS Automatic refuses pods without probes";
        let message = "the service has no probe: it has neither a port nor a `health.command`";
        (Code::MissingProbe, path.to_owned(), message.to_owned(), help)
    } else {
        return;
    };
    diagnostics.push(Diagnostic::in_spec(code, place, message, help));
}

/// Keys of the probe handlers that are set.
fn kinds(health: &HealthProbe) -> Vec<&'static str> {
    let http = health.path.is_some() || health.ready_path.is_some();
    [("path", http), ("grpc", health.grpc), ("command", !health.command.is_empty())]
        .into_iter()
        .filter(|kind| kind.1)
        .map(|kind| kind.0)
        .collect()
}
