//! A service's connections: what it says to the wiring, and both ends of its policies. Never opens
//! what nobody declared.

use super::Service;
use crate::model::{
    Env, View, WireContext, policy_peers, text,
    wiring::{Call, Connection, ConnectionPeer, Pods, Wiring, logins},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Says whom some pods call.
pub(crate) fn calls(calls: &[text::Plain], own: &str, pods: &Pods, out: &mut Wiring) {
    for (i, call) in calls.iter().enumerate() {
        let (to, port) = call
            .as_str()
            .split_once(':')
            .map_or((call.as_str(), None), |(to, port)| (to, Some(port)));
        out.calls.push(Call {
            from: pods.clone(),
            to: to.to_owned(),
            port: port.map(str::to_owned),
            source: format!("{own}.calls.{i}"),
        });
    }
}

pub(super) fn wire(
    service: &Service,
    me: &str,
    pods: &Pods,
    ground: &WireContext<'_>,
    out: &mut Wiring,
) {
    calls(&service.calls, &format!("services.{me}"), pods, out);
    let visit = |from: Pods, port: Option<&text::Name>, field: &str| Call {
        from,
        to: me.to_owned(),
        port: port.map(|p| p.as_str().to_owned()),
        source: format!("services.{me}.{field}"),
    };
    if let Some(expose) = &service.expose {
        out.calls.push(visit(ground.shared.ingress.pods.clone(), expose.port.as_ref(), "expose"));
    }
    if let Some(metrics) = &service.metrics {
        out.calls.push(visit(
            ground.shared.prometheus.pods.clone(),
            metrics.port.as_ref(),
            "metrics",
        ));
    }
}

/// Both ends of the policies of some pods.
pub(crate) fn view(pods: &Pods, env: &Env, view: &mut View) {
    let inward: Vec<Connection<'_>> =
        env.connections_to(&ConnectionPeer::Pods(pods.clone())).collect();
    let outward: Vec<Connection<'_>> = env.connections_from(pods).collect();
    let because =
        |all: &[Connection<'_>]| all.iter().map(|c| c.source.to_owned()).collect::<Vec<_>>();
    view.set(
        "ingress",
        policy_peers::policy_rules(
            inward.iter().map(|c| (ConnectionPeer::Pods(c.from.clone()), c.port)),
        ),
        because(&inward),
    );
    let named = env.shared.cluster.fqdn_policies;
    let by_name = |c: &&Connection<'_>| matches!(c.to, ConnectionPeer::Host(_));
    let plain = outward.iter().filter(|c| !(named && by_name(c)));
    view.set(
        "egress",
        policy_peers::policy_rules(plain.map(|c| (c.to.clone(), c.port))),
        because(&outward),
    );
    let hosts: BTreeSet<(String, u16)> =
        outward.iter().filter(by_name).filter(|_| named).map(|c| (host(c.to), c.port)).collect();
    view.set("has_hosts", !hosts.is_empty(), because(&outward));
    view.set(
        "hosts",
        hosts
            .into_iter()
            .map(|(host, port)| json!({"host": host, "port": port.to_string()}))
            .collect::<Value>(),
        because(&outward),
    );
}

/// Variables with the login of each call, and the spec path of the call.
pub(crate) fn logins(me: &str, pods: &Pods, env: &Env) -> Vec<(Value, String)> {
    let mut called: BTreeMap<&str, Connection<'_>> = BTreeMap::new();
    for link in env.connections_from(pods) {
        called.entry(link.name).or_insert(link);
    }
    let mut out = vec![];
    for (name, link) in called {
        let Some(login) = env.wiring.logins.get(name) else { continue };
        let plain =
            login.plain.iter().map(|(variable, value)| json!({"name": variable, "value": value}));
        let user = json!({"name": login.user, "value": me});
        let password =
            json!({"name": login.password, "secret": logins::secret(me, name), "key": logins::KEY});
        out.extend(
            plain.chain([user, password]).map(|variable| (variable, link.source.to_owned())),
        );
    }
    out
}

fn host(peer: &ConnectionPeer) -> String {
    match peer {
        ConnectionPeer::Host(host) => host.clone(),
        _ => String::new(),
    }
}
