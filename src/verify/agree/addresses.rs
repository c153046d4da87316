//! Addresses in variables of pods agree with the connections that the policies allow.

use super::{
    Facts, ObjectPlace, StatedFact,
    services::{Connections, HostTarget, ServiceTarget, Services},
};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{self, Address, EnvFrom, Object},
    verify::facts::{Fact, Name, ObjectOrigin},
};
use std::collections::BTreeMap;

/// Reports addresses of Services that do not exist, that lack the port, or that the policies close.
pub(super) fn check(
    facts: &Facts<'_>,
    rendered: &[&Fact],
    services: &Services,
    connections: Connections<'_>,
) -> Vec<Diagnostic<ObjectPlace>> {
    let users = users(facts, rendered);
    let mut out = vec![];
    for row in facts.all::<Address<Name>>() {
        let Some(groups) = users.get(&row.origin) else { continue };
        let (host, own) = (facts.text(row.host), facts.text(row.namespace));
        match services.find(&host, &own) {
            HostTarget::Service(name, service) => {
                out.extend(check_reached(
                    facts,
                    row,
                    (name, service),
                    groups,
                    services,
                    connections,
                ));
            }
            HostTarget::Missing(name, namespace) => {
                out.extend(missing(facts, row, name, namespace, &host));
            }
            HostTarget::Other => {}
        }
    }
    out
}

/// Groups of pods that have the variables of an object: its own pods, or those that read it.
fn users(facts: &Facts<'_>, rendered: &[&Fact]) -> BTreeMap<ObjectOrigin, Vec<usize>> {
    let groups: BTreeMap<ObjectOrigin, usize> =
        rendered.iter().enumerate().map(|(i, fact)| (fact.origin, i)).collect();
    let mut out: BTreeMap<ObjectOrigin, Vec<usize>> =
        groups.iter().map(|(origin, group)| (*origin, vec![*group])).collect();
    let mut readers: BTreeMap<(Name, Name), Vec<usize>> = BTreeMap::new();
    for row in facts.all::<EnvFrom<Name>>() {
        let group = groups.get(&row.origin).copied();
        readers.entry((row.namespace, row.config_map)).or_default().extend(group);
    }
    let settings = facts.name("core/ConfigMap");
    for row in facts.all::<Object<Name>>().filter(|row| row.kind == settings) {
        let found = readers.get(&(row.namespace, row.name)).cloned();
        out.extend(found.map(|groups| (row.origin, groups)));
    }
    out
}

/// A Service that does not exist. A word such as `redis:7` is no address without a Service.
fn missing(
    facts: &Facts<'_>,
    row: StatedFact<'_, Address<Name>>,
    name: &str,
    namespace: &str,
    host: &str,
) -> Option<Diagnostic<ObjectPlace>> {
    let certain = host.contains('.') || !facts.text(row.scheme).is_empty();
    (certain && !kinds::is_in_every_cluster("core/Service", name)).then(|| {
        let message = format!(
            "`{}` has the address `{host}` of the cluster, but there is no Service `{name}` in the namespace `{namespace}`",
            facts.text(row.variable)
        );
        let help = "correct the address, or declare the Service by `[assume.<name>]`";
        facts.diagnostic(row, Code::DanglingReference, message, help)
    })
}

fn check_reached(
    facts: &Facts<'_>,
    row: StatedFact<'_, Address<Name>>,
    (name, service): (&str, &ServiceTarget),
    from: &[usize],
    services: &Services,
    connections: Connections<'_>,
) -> Option<Diagnostic<ObjectPlace>> {
    let port = facts.text(row.port);
    let mut allowed = service.groups.is_empty();
    for to in &service.groups {
        let Some(ports) = services.target_ports(service, &port, *to) else {
            let variable = facts.text(row.variable);
            let message =
                format!("`{variable}` names port {port} of the Service `{name}`, which has none");
            let help = format!("it has: {}", service.ports());
            return Some(facts.diagnostic(row, Code::DanglingPort, message, help));
        };
        let is_open =
            |from: &usize| from == to || ports.iter().any(|port| connections.has(*from, *to, port));
        allowed |= from.iter().all(is_open);
    }
    (!allowed).then(|| {
        let message = format!(
            "`{}` has the address `{}`, but the policies do not allow this connection",
            facts.text(row.variable),
            joined(&facts.text(row.host), &port)
        );
        let help = format!("add `{name}` to `calls`, or remove the variable");
        facts.diagnostic(row, Code::BlockedConnection, message, help)
    })
}

fn joined(host: &str, port: &str) -> String {
    if port.is_empty() { host.to_owned() } else { format!("{host}:{port}") }
}
