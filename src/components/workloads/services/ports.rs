//! Ports of a service.

use super::Service;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    text::{Name, is_name},
    wiring::segment,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// HTTP/1.
    Http,
    /// gRPC.
    Grpc,
    /// Any other protocol over TCP.
    Tcp,
}

impl Protocol {
    /// Name in the spec; also the name of the main port.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Protocol::Http => "http",
            Protocol::Grpc => "grpc",
            Protocol::Tcp => "tcp",
        }
    }
}

/// A further port.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServicePort {
    /// `containerPort`: the port that the process listens on.
    #[schemars(range(min = 1, max = 65535))]
    pub port: u16,
    /// `port` of the Service; the same as `port` by default.
    #[schemars(range(min = 1, max = 65535))]
    pub service_port: Option<u16>,
    /// Protocol of the port.
    pub protocol: Protocol,
}

/// A port with all defaults applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Listen {
    pub(super) name: String,
    pub(super) number: u16,
    pub(super) service_port: u16,
    pub(super) protocol: &'static str,
}

/// Maximum length of the name of a port. Source: RFC 6335, section 5.1.
const MAX_NAME_LENGTH: usize = 15;

impl Service {
    /// All ports: the main port first, then the others by name.
    pub(super) fn listens(&self) -> Vec<Listen> {
        let service_port = |number| self.service_port.unwrap_or(number);
        let main = self.port.map(|number| Listen {
            name: self.protocol.name().into(),
            number,
            service_port: service_port(number),
            protocol: self.protocol.name(),
        });
        let more = self.ports.iter().map(|(name, p)| Listen {
            name: name.clone(),
            number: p.port,
            service_port: p.service_port.unwrap_or(p.port),
            protocol: p.protocol.name(),
        });
        main.into_iter().chain(more).collect()
    }

    /// Default for keys that name a port: the main port, or the only one.
    pub(super) fn main_port(&self) -> Option<Listen> {
        let mut all = self.listens();
        (self.port.is_some() || all.len() == 1).then(|| all.swap_remove(0))
    }

    /// Port by name; the main port without a name.
    pub(super) fn port_named(&self, name: Option<&Name>) -> Option<Listen> {
        match name {
            Some(name) => self.listens().into_iter().find(|l| l.name == name.as_str()),
            None => self.main_port(),
        }
    }
}

/// Reports bad names, and names and numbers that two ports share.
pub(super) fn check(
    service: &Service,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (i, listen) in service.listens().into_iter().enumerate() {
        let path = if i == 0 && service.port.is_some() {
            at("port")
        } else {
            at(&format!("ports.{}", segment(&listen.name)))
        };
        if listen.name.len() > MAX_NAME_LENGTH || !is_name(&listen.name) {
            diagnostics.push(Diagnostic::in_spec(
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
            let message = format!("two ports are {key}");
            let help = "change one of them";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, &path, message, help);
            diagnostics.push(diagnostic.and(first.clone()));
        }
        seen.extend(keys.map(|key| (key, path.clone())));
    }
}
