//! How a service is reached from outside: its host, and where the certificate of that host comes
//! from. Never the gateway itself.

use super::{Protocol, Service};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Env, View, WireContext,
    certificate::{Certificate, texts},
    shared::Shared,
    text::{HostLabel, Name},
    wiring::{CertificateSource, ExternalObject, Form, RequiredSecret, Route, Wiring, tls_secret},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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

impl Expose {
    fn source(&self, issues: bool) -> CertificateSource {
        CertificateSource::of(self.certificate.is_some(), issues)
    }

    /// The whole name.
    fn host(&self, shared: &Shared, environment: &str) -> String {
        let label = !self.host.as_str().contains('.') && shared.zone.is_some();
        if label {
            format!("{}.{}", self.host.as_str(), shared.host_suffix(environment))
        } else {
            self.host.as_str().to_owned()
        }
    }
}

pub(super) fn wire(service: &Service, me: &str, ground: &WireContext<'_>, out: &mut Wiring) {
    let Some(expose) = &service.expose else { return };
    out.routes.push(Route {
        service: me.to_owned(),
        host: expose.host(ground.shared, ground.environment),
        certificate: expose.certificate.is_some(),
    });
    out.use_if_enabled("gateway");
    if ground.shared.ingress.enabled == Some(false) {
        return;
    }
    if ground.shared.zone.is_some() {
        out.use_if_enabled("external_dns");
    }
    let (gateway, secret) = (ground.shared.ingress.namespace.as_str(), tls_secret(me));
    match (
        expose.source(ground.shared.zone.is_some() && ground.shared.issuer.enabled != Some(false)),
        &expose.certificate,
    ) {
        (CertificateSource::Store, Some(certificate)) => out.require_secret(RequiredSecret {
            store: service.store.as_str().to_owned(),
            secret: certificate.name.as_str().to_owned(),
            form: Form::Certificate,
            reader: (gateway.to_owned(), secret),
            source: format!("services.{me}.expose.certificate.name"),
        }),
        (CertificateSource::Issuer, _) => out.use_if_enabled("issuer"),
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
                Code::ExclusiveSettings,
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
            Code::CapabilityMissing,
            format!("services.{me}.expose"),
            "the gateway speaks HTTP, and this port speaks plain TCP",
            help,
        ));
    }
    host(expose, &at("host"), env, out);
    if let Some(first) = env
        .wiring
        .routes
        .iter()
        .take_while(|other| other.service != me)
        .find(|other| other.host == expose.host(&env.shared, &env.name))
    {
        let mut diagnostic = Diagnostic::in_spec(
            Code::DuplicateName,
            at("host"),
            format!("two services have the host `{}`", expose.host(&env.shared, &env.name)),
            "give one of them another host",
        );
        diagnostic = diagnostic.and(format!("services.{}.expose.host", first.service));
        out.push(diagnostic);
    }
}

/// A host is whole, and somebody can give it a certificate.
fn host(expose: &Expose, at: &str, env: &Env, out: &mut Vec<Diagnostic<SpecPath>>) {
    let (host, zone) =
        (expose.host(&env.shared, &env.name), env.shared.zone.as_deref().unwrap_or_default());
    if !host.contains('.') {
        let help = "write the whole name, or name the zone by `dns.zone`";
        out.push(Diagnostic::in_spec(
            Code::MissingDnsZone,
            at,
            format!(
                "`{host}` is the first label of a host, and there is no zone that it could be in"
            ),
            help,
        ));
    } else if expose.source(env.has("issuer")) == CertificateSource::Issuer
        && host != zone
        && !host.ends_with(&format!(".{zone}"))
    {
        let help = "name one in the vault by `expose.certificate`, or choose a host in the zone";
        let mut diagnostic = Diagnostic::in_spec(
            Code::HostOutsideZone,
            at,
            format!("no certificate can be issued for `{host}`: it is not in the zone `{zone}`"),
            help,
        );
        diagnostic = diagnostic.and("dns.zone");
        out.push(diagnostic);
    }
}

/// Reports a host that an earlier environment has as well.
pub(super) fn validate_across(me: &str, env: &Env, all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
    let Some(route) = env.wiring.routes.iter().find(|route| route.service == me) else {
        return vec![];
    };
    let same = |other: &&Env| other.wiring.routes.iter().any(|one| one.host == route.host);
    let mut earlier = all.iter().take_while(|other| other.name != env.name);
    let message = |first: &Env| {
        format!(
            "`{}` has the host `{}` too: it can lead to one of them only",
            first.name, route.host
        )
    };
    let help = format!(
        "set `environments.{}.services.{me}.expose.host`, or write its first label only, below `dns.zone`",
        env.name
    );
    earlier
        .find(same)
        .map(|first| {
            Diagnostic::in_spec(
                Code::SharedResource,
                format!("services.{me}.expose.host"),
                message(first),
                help,
            )
        })
        .into_iter()
        .collect()
}

pub(super) fn view(service: &Service, me: &str, env: &Env, view: &mut View) {
    let because = || [format!("services.{me}.expose"), "gateway".to_owned()];
    let expose = service.expose.as_ref().filter(|_| env.has("gateway"));
    let source = expose.map(|expose| expose.source(env.has("issuer")));
    view.set("routed", expose.is_some(), because());
    view.set("issued", source == Some(CertificateSource::Issuer), because());
    view.set("stored", source == Some(CertificateSource::Store), because());
    view.set(
        "host",
        expose.map(|expose| expose.host(&env.shared, &env.name)),
        because().into_iter().chain(["dns.zone".into()]),
    );
    view.set("tls_secret", tls_secret(me), because());
    view.set("issuer", env.shared.issuer.name, ["issuer.server"]);
    let gateway = &env.shared.ingress;
    view.set("gateway_namespace", gateway.namespace.as_str(), ["gateway.namespace"]);
    view.set(
        "gateway_labels",
        gateway
            .pods
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
