//! Random valid specs: services in two namespaces with several ports, secrets and calls between
//! services.

use super::HEAD;
use proptest::{collection::vec, prelude::*};
use std::fmt::Write;

/// A service. The name contains the index of the service.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is one line of a spec that may be there")]
pub(crate) struct Service {
    /// Uses the namespace `apart` instead of the default one.
    pub apart: bool,
    /// Number of additional ports: `more0`, `more1`.
    pub more_ports: usize,
    /// Called services and ports, as indexes modulo their number.
    pub calls: Vec<(usize, usize)>,
    pub secret: bool,
    pub env: bool,
    pub exposed: bool,
    pub metrics: bool,
    pub replicas: u32,
}

pub(crate) fn services(most: usize) -> impl Strategy<Value = Vec<Service>> {
    vec(service(), 1..=most)
}

fn service() -> impl Strategy<Value = Service> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (flags, 0usize..3, vec((0usize..64, 0usize..64), 0..4), 1u32..4).prop_map(
        |(flags, more_ports, calls, replicas)| {
            let (apart, secret, env, exposed, metrics) = flags;
            Service { apart, more_ports, calls, secret, env, exposed, metrics, replicas }
        },
    )
}

/// The spec of these services.
pub(crate) fn spec(services: &[Service]) -> String {
    let mut out = HEAD.to_owned();
    for (number, service) in services.iter().enumerate() {
        write(&mut out, number, service, services);
    }
    out
}

fn write(out: &mut String, number: usize, service: &Service, all: &[Service]) {
    writeln!(out, "[services.s{number}]\nimage = \"ghcr.io/contoso/s{number}:1.0.{number}\"\nport = 8080\nreplicas = {}", service.replicas).unwrap();
    let calls: Vec<String> = service.calls.iter().map(|(to, port)| call(*to, *port, all)).collect();
    writeln!(out, "max_replicas = {}\ncalls = [{}]", service.replicas + 1, calls.join(", "))
        .unwrap();
    for port in 0..service.more_ports {
        writeln!(
            out,
            "ports.more{port} = {{ port = {}, service_port = {} }}",
            9000 + port,
            90 + port
        )
        .unwrap();
    }
    let optional = [
        (service.apart, "namespace = \"apart\"".to_owned()),
        (service.secret, format!("secrets = {{ DB_PASSWORD = \"s{number}-db-password\" }}")),
        (service.env, format!("env = {{ LOG_LEVEL = \"info\", SELF = \"{number}\" }}")),
        (service.exposed, format!("expose = {{ host = \"s{number}.contoso.example\" }}")),
        (service.metrics, "metrics = {}".to_owned()),
    ];
    for (_, line) in optional.iter().filter(|(there, _)| *there) {
        writeln!(out, "{line}").unwrap();
    }
}

/// `"s1"` for the main port, or `"s1:more0"` for an additional one.
fn call(to: usize, port: usize, all: &[Service]) -> String {
    let to = to % all.len();
    match port % (all[to].more_ports + 1) {
        0 => format!("\"s{to}\""),
        further => format!("\"s{to}:more{}\"", further - 1),
    }
}
