//! How a service is reached from outside: its host, and where the certificate of that host comes
//! from. Never the gateway itself.

use super::{Protocol, Service};
use crate::{
    diag::{Code, Diagnostic, SpecPath},
    model::{
        Env, View, WireContext, issuer,
        secrets::{Certificate, texts},
        text::{HostLabel, Name},
        wiring::{ExternalObject, Form, RequiredSecret, Wiring},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Reachable from outside, by HTTPS: what comes in by HTTP is sent there.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expose {
    /// The host: a full name or, where there is a `dns.zone`, its first label.
    pub host: HostLabel,
    /// The port, by name; the main one where it is not given.
    pub port: Option<Name>,
    /// The certificate of the host, out of the vault. Where it is not given it is issued for a host
    /// in `dns.zone`; without a zone, people make the Secret.
    pub certificate: Option<Certificate>,
}

/// Where the certificate of a host comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The store of the service.
    Store,
    /// The issuer.
    Issuer,
    /// People make the Secret.
    People,
}

impl Expose {
    fn source(&self, issues: bool) -> Source {
        match (&self.certificate, issues) {
            (Some(_), _) => Source::Store,
            (None, true) => Source::Issuer,
            (None, false) => Source::People,
        }
    }

    /// The whole name.
    fn host(&self, env: &Env) -> String {
        let label = !self.host.as_str().contains('.') && !env.names().zone().is_empty();
        if label {
            format!("{}.{}", self.host.as_str(), env.names().host_suffix())
        } else {
            self.host.as_str().to_owned()
        }
    }
}

/// A host that the gateway serves.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    /// The service.
    pub service: &'a str,
    /// The host.
    pub host: String,
    /// Where its certificate comes from.
    pub source: Source,
}

/// All hosts of an environment.
pub(crate) fn routes(env: &Env) -> impl Iterator<Item = Route<'_>> {
    let route = |name, expose: &Expose| Route {
        service: name,
        host: expose.host(env),
        source: expose.source(env.has("issuer")),
    };
    env.platform.services.iter().filter_map(move |(name, service)| {
        service.expose.as_ref().map(|expose| route(name, expose))
    })
}

/// The Secret with the certificate of a service, in the gateway's namespace.
pub(crate) fn secret(service: &str) -> String {
    format!("{service}-tls")
}

pub(super) fn wire(service: &Service, me: &str, ground: &WireContext<'_>, out: &mut Wiring) {
    let Some(expose) = &service.expose else { return };
    out.use_if_enabled("gateway");
    if ground.zone.is_some() {
        out.use_if_enabled("external_dns");
    }
    if ground.gateway.enabled == Some(false) {
        return;
    }
    let (gateway, secret) = (ground.gateway.namespace.as_str(), secret(me));
    match (
        expose.source(ground.zone.is_some() && ground.issuer.enabled != Some(false)),
        &expose.certificate,
    ) {
        (Source::Store, Some(certificate)) => out.require_secret(RequiredSecret {
            store: service.store.as_str().to_owned(),
            secret: certificate.name.as_str().to_owned(),
            form: Form::Certificate,
            reader: (gateway.to_owned(), secret),
            source: format!("services.{me}.expose.certificate.name"),
        }),
        (Source::Issuer, _) => out.use_if_enabled("issuer"),
        _ => {
            out.external_objects.insert(ExternalObject::secret(
                gateway,
                &secret,
                Form::Certificate.keys(),
            ));
        }
    }
}

pub(super) fn check(service: &Service, me: &str, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
    let Some(expose) = &service.expose else { return };
    let at = |field: &str| format!("services.{me}.expose.{field}");
    if !env.has("gateway") {
        if expose.certificate.is_some() {
            let message = "nobody reads this certificate: the gateway is not one of AKS";
            let mut diagnostic = Diagnostic::in_spec(
                Code::Conflict,
                at("certificate"),
                message,
                "remove it, or `gateway.enabled = false`",
            );
            diagnostic = diagnostic.and("gateway.enabled");
            out.push(diagnostic);
        }
        return;
    }
    if service
        .port_named(expose.port.as_ref())
        .is_some_and(|listen| listen.protocol == Protocol::Tcp.name())
    {
        let help = "expose a port that speaks `http` or `grpc`";
        out.push(Diagnostic::in_spec(
            Code::Conflict,
            format!("services.{me}.expose"),
            "the gateway speaks HTTP, and this port speaks plain TCP",
            help,
        ));
    }
    host(expose, &at("host"), env, out);
    if let Some(first) = routes(env)
        .take_while(|other| other.service != me)
        .find(|other| other.host == expose.host(env))
    {
        let mut diagnostic = Diagnostic::in_spec(
            Code::DuplicateName,
            at("host"),
            format!("two services have the host `{}`", expose.host(env)),
            "give one of them another host",
        );
        diagnostic = diagnostic.and(format!("services.{}.expose.host", first.service));
        out.push(diagnostic);
    }
}

/// A host is whole, and somebody can give it a certificate.
fn host(expose: &Expose, at: &str, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
    let (host, zone) =
        (expose.host(env), env.platform.dns.zone.as_ref().map_or("", |zone| zone.as_str()));
    if !host.contains('.') {
        let help = "write the whole name, or name the zone by `dns.zone`";
        out.push(Diagnostic::in_spec(
            Code::Conflict,
            at,
            format!(
                "`{host}` is the first label of a host, and there is no zone that it could be in"
            ),
            help,
        ));
    } else if expose.source(env.has("issuer")) == Source::Issuer
        && host != zone
        && !host.ends_with(&format!(".{zone}"))
    {
        let help = "name one in the vault by `expose.certificate`, or choose a host in the zone";
        let mut diagnostic = Diagnostic::in_spec(
            Code::Conflict,
            at,
            format!("no certificate can be issued for `{host}`: it is not in the zone `{zone}`"),
            help,
        );
        diagnostic = diagnostic.and("dns.zone");
        out.push(diagnostic);
    }
}

/// A host leads to one environment; `envs` are those that were asked for.
pub(crate) fn across(envs: &[Env]) -> Vec<(&Env, Diagnostic<SpecPath>)> {
    let (mut seen, mut out): (BTreeMap<String, &Env>, _) = (BTreeMap::new(), vec![]);
    for (env, route) in envs.iter().flat_map(|env| routes(env).map(move |route| (env, route))) {
        match seen.get(&route.host) {
            Some(first) if first.name != env.name => {
                let message = format!(
                    "`{}` has the host `{}` too: it can lead to one of them only",
                    first.name, route.host
                );
                let help = format!(
                    "set `environments.{}.services.{}.expose.host`, or write its first label only, below `dns.zone`",
                    env.name, route.service
                );
                out.push((
                    env,
                    Diagnostic::in_spec(
                        Code::Conflict,
                        format!("services.{}.expose.host", route.service),
                        message,
                        help,
                    ),
                ));
            }
            _ => {
                seen.insert(route.host, env);
            }
        }
    }
    out
}

pub(super) fn view(service: &Service, me: &str, env: &Env, view: &mut View) {
    let because = || [format!("services.{me}.expose"), "gateway".to_owned()];
    let expose = service.expose.as_ref().filter(|_| env.has("gateway"));
    let source = expose.map(|expose| expose.source(env.has("issuer")));
    view.set("routed", expose.is_some(), because());
    view.set("issued", source == Some(Source::Issuer), because());
    view.set("stored", source == Some(Source::Store), because());
    view.set(
        "host",
        expose.map(|expose| expose.host(env)),
        because().into_iter().chain(["dns.zone".into()]),
    );
    view.set("tls_secret", secret(me), because());
    view.set("issuer", issuer::name(env), ["issuer.server"]);
    let gateway = &env.platform.gateway;
    view.set("gateway_namespace", gateway.namespace.as_str(), ["gateway.namespace"]);
    view.set(
        "gateway_labels",
        gateway
            .pods()
            .labels
            .iter()
            .map(|(key, value)| json!({"key": key, "value": value}))
            .collect::<Value>(),
        ["gateway.labels"],
    );
    view.set(
        "address",
        env.wiring.addresses.get(me).map(|address| address.host.clone()),
        because(),
    );
    view.set(
        "route_port",
        expose
            .and_then(|expose| service.port_named(expose.port.as_ref()))
            .map(|listen| listen.service_port),
        because(),
    );
    let certificate = expose.and_then(|expose| expose.certificate.as_ref());
    let in_cluster = env.wiring.secret_namespace(service.store.as_str()).is_some();
    view.set(
        "tls_reads",
        certificate.map(|certificate| certificate.reads(in_cluster)).unwrap_or_default(),
        because(),
    );
    let parts = certificate.filter(|_| !in_cluster).map(Certificate::parts);
    view.set("tls_parts", texts(parts.into_iter().flatten()), because());
}
