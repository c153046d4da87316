//! Mistakes in one service that a schema cannot see.

use super::{Service, expose, file_key, network, pods, slo, variables as connections, volumes};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::{
    model::{
        Env,
        text::{Cpu, Memory, Name, Plain, SecretName, cpu, is_name, memory},
        wiring::{ConnectionPeer, Pods, segment},
    },
    secret::is_secret_name,
};
use std::collections::{BTreeMap, BTreeSet};

/// Namespaces that Kubernetes, AKS or an operator own, and `cluster`, the folder of what has no
/// namespace. Source: AKS documentation on managed namespaces and add-ons.
const RESERVED: &[&str] = &[
    "cluster",
    "argocd",
    "cert-manager",
    "azureserviceoperator-system",
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "default",
    "gatekeeper-system",
    "aks-istio-system",
    "aks-istio-ingress",
    "aks-istio-egress",
    "app-routing-system",
    "azure-arc",
    "flux-system",
    "dataprotection-microsoft",
];

pub(super) fn check(service: &Service, me: &str, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
    let at = |field: &str| format!("services.{me}.{field}");
    sizes(service, &at, out);
    ports(service, me, &at, out);
    variables(&service.env, &service.secrets, &at, out);
    connections::check(&pods(me, env), &service.env, &service.secrets, env, out);
    logins(
        (&format!("services.{me}"), me),
        &pods(me, env),
        (&service.env, &service.secrets),
        env,
        out,
    );
    files(service, &at, out);
    expose::check(service, me, env, out);
    slo::check(service, &at, out);
    volumes::check(service, me, &at, out);
    hosts(me, &pods(me, env), env, out);
    spot(service, &at, env, out);
    namespace(service.namespace(&env.general().name), service.namespace.as_ref(), &at, env, out);
}

/// Spot nodes are wanted where there are some.
fn spot(
    service: &Service,
    at: &impl Fn(&str) -> String,
    env: &Env,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    if service.spot && !env.shared.cluster.has_spot_nodes {
        let help = "give one of `cluster.pools` `spot = true`, or leave this out";
        let mut diagnostic = Diagnostic::in_spec(
            Code::UnsuitableNodePool,
            at("spot"),
            "there is no pool of spot nodes",
            help,
        );
        diagnostic = diagnostic.and("cluster.pools");
        out.push(diagnostic);
    }
}

/// The namespace of a workload is nobody else's.
pub(crate) fn namespace(
    namespace: &str,
    own: Option<&Name>,
    at: &impl Fn(&str) -> String,
    env: &Env,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let others = [
        env.gitops().namespace(),
        env.shared.ingress.namespace.as_str(),
        env.shared.prometheus.namespace.as_str(),
    ];
    if RESERVED.contains(&namespace) || others.contains(&namespace) {
        let path = if own.is_some() { at("namespace") } else { "platform.name".into() };
        out.push(Diagnostic::in_spec(
            Code::ReservedName,
            path,
            format!(
                "the namespace `{namespace}` is taken: it belongs to Kubernetes, AKS or an operator"
            ),
            "choose another one",
        ));
    }
}

fn less(small: &str, large: &str, at: &impl Fn(&str) -> String) -> Diagnostic<SpecPath> {
    let mut diagnostic = Diagnostic::in_spec(
        Code::InvertedLimits,
        at(small),
        format!("`{small}` is less than `{large}`"),
        format!("raise `{small}`, or lower `{large}`"),
    );
    diagnostic = diagnostic.and(at(large));
    diagnostic
}

/// A limit is not less than the request.
pub(crate) fn limits(
    cpus: (&Cpu, Option<&Cpu>),
    bytes: (&Memory, Option<&Memory>),
    at: &impl Fn(&str) -> String,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    if cpus.1.is_some_and(|limit| cpu(limit.as_str()) < cpu(cpus.0.as_str())) {
        out.push(less("cpu_limit", "cpu", at));
    }
    if bytes.1.is_some_and(|limit| memory(limit.as_str()) < memory(bytes.0.as_str())) {
        out.push(less("memory_limit", "memory", at));
    }
}

fn sizes(service: &Service, at: &impl Fn(&str) -> String, out: &mut Vec<Diagnostic<SpecPath>>) {
    if service.max_replicas.is_some_and(|max| max < service.replicas) {
        out.push(less("max_replicas", "replicas", at));
    }
    limits(
        (&service.cpu, service.cpu_limit.as_ref()),
        (&service.memory, service.memory_limit.as_ref()),
        at,
        out,
    );
    if service.termination_grace_seconds <= service.pre_stop_seconds {
        let mut diagnostic = Diagnostic::in_spec(
            Code::InvertedLimits,
            at("pre_stop_seconds"),
            "the drain takes all of `termination_grace_seconds`: the process would be killed at once",
            "raise `termination_grace_seconds`, or lower `pre_stop_seconds`",
        );
        diagnostic = diagnostic.and(at("termination_grace_seconds"));
        out.push(diagnostic);
    }
}

fn ports(
    service: &Service,
    me: &str,
    at: &impl Fn(&str) -> String,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (i, listen) in service.listens().into_iter().enumerate() {
        let path = if i == 0 && service.port.is_some() {
            at("port")
        } else {
            at(&format!("ports.{}", segment(&listen.name)))
        };
        if listen.name.len() > 15 || !is_name(&listen.name) {
            out.push(Diagnostic::in_spec(
                Code::BadName,
                &path,
                format!("`{}` is not a name for a port", listen.name),
                "use at most 15 lower-case letters, digits and dashes",
            ));
        }
        let keys = [
            format!("called `{}`", listen.name),
            format!("on {}", listen.number),
            format!("on {} of the Service", listen.service_port),
        ];
        if let Some((key, first)) = keys.iter().find_map(|key| Some((key, seen.get(key)?))) {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                &path,
                format!("two ports are {key}"),
                "change one of them",
            );
            diagnostic = diagnostic.and(first.clone());
            out.push(diagnostic);
        }
        seen.extend(keys.map(|key| (key, path.clone())));
    }
    if let Some(port) = &service.health.port
        && service.port_named(Some(port)).is_none()
    {
        out.push(Diagnostic::in_spec(
            Code::UnknownPort,
            at("health.port"),
            format!("there is no port `{}`", port.as_str()),
            "name one of `ports`",
        ));
    }
    health(service, me, at, out);
}

/// There is one way to check a service: by HTTP, by gRPC or by a command; without any, its port is
/// tried.
fn health(
    service: &Service,
    me: &str,
    at: &impl Fn(&str) -> String,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let health = &service.health;
    let http = health.path.is_some() || health.ready_path.is_some();
    let ways: Vec<&str> =
        [("path", http), ("grpc", health.grpc), ("command", !health.command.is_empty())]
            .into_iter()
            .filter(|w| w.1)
            .map(|w| w.0)
            .collect();
    let listens = service.port_named(health.port.as_ref()).is_some();
    if ways.len() > 1 {
        out.push(Diagnostic::in_spec(
            Code::ExclusiveSettings,
            at("health"),
            format!("two ways to check it: `{}`", ways.join("` and `")),
            "keep one",
        ));
    } else if health.port.is_some() && !health.command.is_empty() {
        out.push(Diagnostic::in_spec(
            Code::ExclusiveSettings,
            at("health.port"),
            "a command has no port",
            "leave the port out",
        ));
    } else if !listens && (http || health.grpc) {
        out.push(Diagnostic::in_spec(
            Code::UnknownPort,
            at("health"),
            "there is no port to check",
            "give the service a port, or name one by `health.port`",
        ));
    } else if !listens && health.command.is_empty() && health.port.is_none() {
        let help = "give it a `health.command` that succeeds while it works; AKS Automatic refuses pods that nobody can check";
        out.push(Diagnostic::in_spec(
            Code::MissingProbe,
            format!("services.{me}"),
            format!("nobody can tell whether `{me}` works: it has no port, and no command to ask"),
            help,
        ));
    }
}

/// Variables have names that a shell takes, and none is a secret in plain sight.
pub(crate) fn variables(
    env: &BTreeMap<String, Plain>,
    secrets: &BTreeMap<String, SecretName>,
    at: &impl Fn(&str) -> String,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let both = env.keys().map(|k| ("env", k)).chain(secrets.keys().map(|k| ("secrets", k)));
    for (table, name) in both {
        let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !letters || name.is_empty() || name.as_bytes()[0].is_ascii_digit() {
            out.push(Diagnostic::in_spec(
                Code::BadName,
                at(&format!("{table}.{name}")),
                format!("`{name}` is not a name for an environment variable"),
                "use letters, digits and `_`, no digit first",
            ));
        }
    }
    for (name, value) in env {
        if secrets.contains_key(name) {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                at(&format!("env.{name}")),
                format!("`{name}` stands in `env` and in `secrets`"),
                "keep one",
            );
            diagnostic = diagnostic.and(at(&format!("secrets.{name}")));
            out.push(diagnostic);
        } else if is_secret_name(name, value.as_str()) {
            let help = "put the value into the vault, and its name there into `secrets`; if this value was ever committed, rotate it";
            out.push(Diagnostic::in_spec(
                Code::LiteralSecret,
                at(&format!("env.{name}")),
                format!("`{name}` is named like a secret, but `env` is plain text"),
                help,
            ));
        }
    }
}

/// Checks that a variable of a login is set once: not by `env`, `secrets` or a second call.
pub(crate) fn logins(
    (own, me): (&str, &str),
    pods: &Pods,
    (plain, secrets): (&BTreeMap<String, Plain>, &BTreeMap<String, SecretName>),
    env: &Env,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let (mut seen, mut reported) = (BTreeMap::new(), BTreeSet::new());
    let declared = |name: &str| {
        [("env", plain.contains_key(name)), ("secrets", secrets.contains_key(name))]
            .into_iter()
            .find(|table| table.1)
    };
    for (variable, call) in network::logins(me, pods, env) {
        let name = variable["name"].as_str().unwrap_or_default().to_owned();
        let first = seen
            .insert(name.clone(), call.clone())
            .or_else(|| declared(&name).map(|(table, _)| format!("{own}.{table}.{name}")));
        // Two databases share all their variables: one message is enough.
        if let Some(first) = first.filter(|first| reported.insert((call.clone(), first.clone()))) {
            let diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                call,
                format!("this call sets `{name}`, which is set already"),
                "call one database; rename your own",
            );
            out.push(diagnostic.and(first));
        }
    }
}

fn files(service: &Service, at: &impl Fn(&str) -> String, out: &mut Vec<Diagnostic<SpecPath>>) {
    let format = crate::model::text::FORMATS.iter().find(|f| f.name == "mount-path").map(|f| f.is);
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for path in service.files.keys() {
        let spec = at(&format!("files.{}", segment(path)));
        if !format.is_some_and(|is| is(path)) {
            out.push(Diagnostic::in_spec(
                Code::BadName,
                &spec,
                format!("`{path}` is not an absolute path"),
                "start it with `/`, without `..`",
            ));
        }
        if let Some(first) = seen.insert(file_key(path), spec.clone()) {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                &spec,
                format!("two files would be `{}` in the ConfigMap", file_key(path)),
                "rename one of them",
            );
            diagnostic = diagnostic.and(first);
            out.push(diagnostic);
        }
    }
}

/// Names outside the cluster that a policy cannot tell apart.
pub(crate) fn hosts(me: &str, pods: &Pods, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
    if env.shared.cluster.fqdn_policies {
        return;
    }
    for connection in env.connections_from(pods) {
        if let ConnectionPeer::Host(host) = connection.to {
            let message = format!(
                "`{me}` reaches `{host}` by name only: its policy opens port {} to every address outside the cluster",
                connection.port
            );
            out.push(Diagnostic::in_spec(
                Code::UnrestrictedEgress,
                connection.source,
                message,
                "set `cluster.fqdn_policies = true`, or give the dependency a `cidr`",
            ));
        }
    }
}
