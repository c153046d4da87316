//! Exposure of a service: its host, certificate and route.

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

/// Exposure to the internet over HTTPS. HTTP requests are redirected.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expose {
    /// Full host name, or its first label below `dns.zone`.
    pub host: HostLabel,
    /// Name of the exposed port; the main port by default.
    pub port: Option<Name>,
    /// Certificate in the vault. By default, the issuer issues one for a host in `dns.zone`.
    /// Without a zone, create the Secret manually.
    pub certificate: Option<Certificate>,
}

impl Expose {
    /// Source of the certificate; `issues` is true if the issuer is enabled.
    fn source(&self, issues: bool) -> CertificateSource {
        CertificateSource::of(self.certificate.is_some(), issues)
    }

    /// Full host name.
    fn host(&self, shared: &Shared, environment: &str) -> String {
        let label = !self.host.as_str().contains('.') && shared.zone.is_some();
        if label {
            format!("{}.{}", self.host.as_str(), shared.host_suffix(environment))
        } else {
            self.host.as_str().to_owned()
        }
    }
}

pub(super) fn wire(service: &Service, name: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
    let Some(expose) = &service.expose else { return };
    let shared = context.shared;
    wiring.routes.push(Route {
        service: name.to_owned(),
        host: expose.host(shared, context.environment),
        certificate: expose.certificate.is_some(),
    });
    wiring.use_if_enabled("gateway");
    if shared.ingress.enabled != Some(false) {
        if shared.zone.is_some() {
            wiring.use_if_enabled("external_dns");
        }
        add_certificate(service, expose, name, shared, wiring);
    }
}

/// Adds the source of the certificate that the gateway reads.
fn add_certificate(
    service: &Service,
    expose: &Expose,
    name: &str,
    shared: &Shared,
    wiring: &mut Wiring,
) {
    let (gateway, secret) = (shared.ingress.namespace.as_str(), tls_secret(name));
    let issues = shared.zone.is_some() && shared.issuer.enabled != Some(false);
    match (expose.source(issues), &expose.certificate) {
        (CertificateSource::Store, Some(certificate)) => wiring.require_secret(RequiredSecret {
            store: service.store.as_str().to_owned(),
            secret: certificate.name.as_str().to_owned(),
            form: Form::Certificate,
            reader: (gateway.to_owned(), secret),
            source: format!("services.{name}.expose.certificate.name"),
        }),
        (CertificateSource::Issuer, _) => wiring.use_if_enabled("issuer"),
        _ => {
            let keys = Form::Certificate.keys();
            wiring.external_objects.insert(ExternalObject::secret(gateway, &secret, keys));
        }
    }
}

pub(super) fn check(
    service: &Service,
    name: &str,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let Some(expose) = &service.expose else { return };
    let at = |field: &str| format!("services.{name}.expose.{field}");
    if !env.has("gateway") {
        if expose.certificate.is_some() {
            let diagnostic = Diagnostic::in_spec(
                Code::ExclusiveSettings,
                at("certificate"),
                "the certificate is not used: the AKS gateway is disabled",
                "remove it, or `gateway.enabled = false`",
            );
            diagnostics.push(diagnostic.and("gateway.enabled"));
        }
        return;
    }
    let port = service.port_named(expose.port.as_ref());
    if port.is_some_and(|listen| listen.protocol == Protocol::Tcp.name()) {
        diagnostics.push(Diagnostic::in_spec(
            Code::CapabilityMissing,
            format!("services.{name}.expose"),
            "the gateway accepts HTTP only, and the protocol of this port is `tcp`",
            "expose a port with the protocol `http` or `grpc`",
        ));
    }
    check_host(expose, &at("host"), env, diagnostics);
    check_unique_host(&expose.host(&env.shared, &env.name), name, &at("host"), env, diagnostics);
}

/// Reports a host that an earlier service has as well.
fn check_unique_host(
    host: &str,
    name: &str,
    at: &str,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let mut earlier = env.wiring.routes.iter().take_while(|other| other.service != name);
    if let Some(first) = earlier.find(|other| other.host == host) {
        let diagnostic = Diagnostic::in_spec(
            Code::DuplicateName,
            at,
            format!("two services have the host `{host}`"),
            "give one of them another host",
        );
        diagnostics.push(diagnostic.and(format!("services.{}.expose.host", first.service)));
    }
}

/// Reports a host without a domain, and a host that the issuer cannot certify.
fn check_host(expose: &Expose, at: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let host = expose.host(&env.shared, &env.name);
    let zone = env.shared.zone.as_deref().unwrap_or_default();
    let is_in_zone = host == zone || host.ends_with(&format!(".{zone}"));
    if !host.contains('.') {
        let message = format!("`{host}` is the first label of a host, but there is no DNS zone");
        let help = "write the full host name, or set `dns.zone`";
        diagnostics.push(Diagnostic::in_spec(Code::MissingDnsZone, at, message, help));
    } else if expose.source(env.has("issuer")) == CertificateSource::Issuer && !is_in_zone {
        let message =
            format!("no certificate can be issued for `{host}`: it is not in the zone `{zone}`");
        let help = "name one in the vault by `expose.certificate`, or choose a host in the zone";
        let diagnostic = Diagnostic::in_spec(Code::HostOutsideZone, at, message, help);
        diagnostics.push(diagnostic.and("dns.zone"));
    }
}

/// Reports a host that an earlier environment has as well.
pub(super) fn validate_across(name: &str, env: &Env, all: &[Env]) -> Vec<Diagnostic<SpecPath>> {
    let Some(route) = env.wiring.routes.iter().find(|route| route.service == name) else {
        return vec![];
    };
    let same = |other: &&Env| other.wiring.routes.iter().any(|one| one.host == route.host);
    let mut earlier = all.iter().take_while(|other| other.name != env.name);
    let Some(first) = earlier.find(same) else { return vec![] };
    let message = format!(
        "`{}` also exposes `{}`; a host belongs to one environment",
        first.name, route.host
    );
    let help = format!(
        "set `environments.{}.services.{name}.expose.host`, or write its first label only, below `dns.zone`",
        env.name
    );
    let path = format!("services.{name}.expose.host");
    vec![Diagnostic::in_spec(Code::SharedResource, path, message, help)]
}

pub(super) fn view(service: &Service, name: &str, env: &Env, view: &mut View) {
    let sources = || [format!("services.{name}.expose"), "gateway".to_owned()];
    let expose = service.expose.as_ref().filter(|_| env.has("gateway"));
    let source = expose.map(|expose| expose.source(env.has("issuer")));
    view.set("routed", expose.is_some(), sources());
    view.set("issued", source == Some(CertificateSource::Issuer), sources());
    view.set("stored", source == Some(CertificateSource::Store), sources());
    let host = expose.map(|expose| expose.host(&env.shared, &env.name));
    view.set("host", host, sources().into_iter().chain(["dns.zone".into()]));
    view.set("tls_secret", tls_secret(name), sources());
    view.set("issuer", env.shared.issuer.name, ["issuer.server"]);
    let gateway = &env.shared.ingress;
    view.set("gateway_namespace", gateway.namespace.as_str(), ["gateway.namespace"]);
    let label = |(key, value): (&String, &String)| json!({"key": key, "value": value});
    let labels: Value = gateway.pods.labels.iter().map(label).collect();
    view.set("gateway_labels", labels, ["gateway.labels"]);
    let address = env.wiring.addresses.get(name).map(|address| address.host.clone());
    view.set("address", address, sources());
    let port = expose.and_then(|expose| service.port_named(expose.port.as_ref()));
    view.set("route_port", port.map(|listen| listen.service_port), sources());
    let certificate = expose.and_then(|expose| expose.certificate.as_ref());
    let in_cluster = env.wiring.secret_namespace(service.store.as_str()).is_some();
    let reads = certificate.map(|certificate| certificate.reads(in_cluster)).unwrap_or_default();
    view.set("tls_reads", reads, sources());
    let parts = certificate.filter(|_| !in_cluster).map(Certificate::parts);
    view.set("tls_parts", texts(parts.into_iter().flatten()), sources());
}
