//! Pages for operators, from the wiring of all components.

mod secrets;

use crate::azure::metadata;
use crate::model::{
    Component, Env, View,
    external_resources::granted,
    general::Engine,
    provisioning,
    wiring::{ConnectionPeer, Pods, PortSource, Purpose},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Pages for operators: provisioning, secrets, connections, alerts and decommissioning.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Docs {}

impl Component for Docs {
    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("docs", "", self, env);
        let (services, gitops) = (&env.shared.services, env.gitops());
        view.set("engine_name", provisioning::engine(env), ["gitops.engine"]);
        view.set("flux", gitops.engine == Engine::Flux, ["gitops.engine"]);
        view.set("environments", json!(env.environments), ["environments"]);
        view.set("admins", env.azure().admins.as_str(), ["azure.admins"]);
        view.set("has_vault", env.has("vault"), ["vault"]);
        view.set("vault_name", env.single_resource("vault").azure_name, ["vault.name"]);
        view.set("has_stores", !env.wiring.stores.is_empty(), ["services", "secrets"]);
        provisioning(env, &mut view);
        seeding(env, &mut view);
        view.set("has_secrets", env.has("operator_alerts"), ["operator_alerts"]);
        view.set("has_services", !services.is_empty(), ["services"]);
        view.set(
            "has_metrics",
            services.values().any(|service| service.requests.is_some()),
            ["services"],
        );
        view.set(
            "has_availability",
            services.values().any(|service| service.availability),
            ["services"],
        );
        view.set(
            "has_latency",
            services.values().any(|service| service.latency.is_some()),
            ["services"],
        );
        view.set("has_backups", env.has("backups"), ["backups"]);
        view.set("has_certificates", env.has("cert_manager"), ["cert_manager"]);
        view.set(
            "has_alerts",
            ["operator_alerts", "backups", "cert_manager"].iter().any(|it| env.has(it))
                || !services.is_empty(),
            ["operator_alerts", "services"],
        );
        view.set("has_health_check", env.has("health_check"), ["health_check"]);
        view.set("granted", json!(granted(env)), ["identities"]);
        let calls = env.wiring.calls.iter().map(|call| call.source.clone());
        view.set("connections", connections(env), calls.chain(["services".into()]));
        view.set("openings", openings(env), ["services"]);
        view.set("open_namespaces", open_namespaces(env), ["services"]);
        view
    }
}

/// Sets the numbered steps of the provisioning.
fn provisioning(env: &Env, view: &mut View) {
    let steps = provisioning::steps(env);
    let number = |id: &str| steps.iter().position(|step| step.id == id);
    let row = |(i, step): (usize, &provisioning::ProvisioningStep)| {
        let here = step.after.iter().filter_map(|id| Some(number(id)?.to_string()));
        let there: BTreeSet<String> = step
            .cross_environment_deps
            .iter()
            .map(|(other, stage, _)| format!("stage `{stage}` of `{other}`"))
            .collect();
        json!({"number": i, "what": step.description(), "by": step.by, "rights": step.rights, "after": here.chain(there).collect::<Vec<_>>().join(", ")})
    };
    view.set(
        "steps",
        steps.iter().enumerate().map(row).collect::<Value>(),
        ["bootstrap", "gitops"],
    );
    view.set("first_stage_step", number("operators"), ["bootstrap"]);
    view.set("seeds_step", number("seeds"), ["services", "secrets"]);
}

/// Sets the secrets that are created manually, and the stores that change when a vault is lost.
fn seeding(env: &Env, view: &mut View) {
    let copy = env.shared.replica_vaults.first().cloned();
    let seeds = || env.wiring.required_secrets.iter().map(|seed| seed.source.clone());
    view.set(
        "has_seeds",
        !env.wiring.required_secrets.is_empty(),
        seeds().chain(["services".into(), "secrets".into()]),
    );
    view.set(
        "places",
        json!(secrets::places(env)),
        seeds().chain(["services", "secrets", "stores", "vaults"].map(Into::into)),
    );
    view.set("reloads", env.has("reloader"), ["reloader"]);
    view.set("copy", copy, ["vaults"]);
    view.set("first_stores", json!(secrets::readers(env)), ["stores"]);
}

fn connections(env: &Env) -> Value {
    let row = |link: crate::model::wiring::Connection<'_>| {
        let to = match link.to {
            ConnectionPeer::Pods(pods) => named(pods),
            ConnectionPeer::Range(range) => range.clone(),
            ConnectionPeer::Host(host) if env.shared.cluster.fqdn_policies => host.clone(),
            ConnectionPeer::Host(host) => format!(
                "{ANYWHERE} without {}, because a policy cannot select `{host}`",
                metadata::inside(ANYWHERE).join(" and ")
            ),
        };
        json!({"from": named(link.from), "to": to, "port": link.port, "sources": link.source.replace('\0', ".")})
    };
    env.wiring.connections().map(row).collect()
}

/// Every address.
const ANYWHERE: &str = "0.0.0.0/0";

/// Namespaces of operators, whose policies do not restrict outbound traffic.
fn open_namespaces(env: &Env) -> Value {
    let all = env.wiring.namespaces.iter();
    all.filter(|(_, need)| need.purpose == Purpose::Operator).map(|(name, _)| json!(name)).collect()
}

/// Open ports of operators: for Prometheus, or for the API server, whose address a policy cannot
/// select.
fn openings(env: &Env) -> Value {
    let rows = env.wiring.namespaces.iter().flat_map(|(namespace, need)| {
        need.allowed_ports.iter().map(move |opening| {
            let to = named(&Pods::new(namespace, opening.labels.clone()));
            let (from, source) = match &opening.from {
                PortSource::Anyone => (
                    "anyone".to_owned(),
                    "calls of the API server, whose address no policy can name",
                ),
                PortSource::Prometheus => ("Prometheus".to_owned(), "metrics"),
                PortSource::SameNamespace(labels) => {
                    (named(&Pods::new(namespace, labels.clone())), "monitoring")
                }
            };
            let port = if opening.protocols == ["TCP"] {
                opening.port.to_string()
            } else {
                format!("{}, {}", opening.port, opening.protocols.join(" and "))
            };
            json!({"from": from, "to": to, "port": port, "sources": source})
        })
    });
    rows.collect()
}

/// Namespace and name, such as `shop/orders`; all labels if there is no name label.
fn named(pods: &Pods) -> String {
    let labels = || {
        pods.labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    format!(
        "{}/{}",
        pods.namespace,
        pods.labels.get("app.kubernetes.io/name").cloned().unwrap_or_else(labels)
    )
}
