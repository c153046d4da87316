//! Connections of a workload: its calls, the rules of its policies, and its logins.

use crate::model::{
    Env, View, policy_peers, text,
    wiring::{Call, Connection, ConnectionPeer, Pods, Wiring, logins},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the calls of some pods; `path` is the table with the key `calls`.
pub(crate) fn calls(calls: &[text::Plain], path: &str, pods: &Pods, wiring: &mut Wiring) {
    for (i, call) in calls.iter().enumerate() {
        let (to, port) = call
            .as_str()
            .split_once(':')
            .map_or((call.as_str(), None), |(to, port)| (to, Some(port)));
        wiring.calls.push(Call {
            from: pods.clone(),
            to: to.to_owned(),
            port: port.map(str::to_owned),
            source: format!("{path}.calls.{i}"),
        });
    }
}

/// Sets the rules of inbound connections.
pub(crate) fn set_ingress(pods: &Pods, env: &Env, view: &mut View) {
    let inward: Vec<Connection<'_>> =
        env.connections_to(&ConnectionPeer::Pods(pods.clone())).collect();
    let rules = policy_peers::policy_rules(
        inward.iter().map(|c| (ConnectionPeer::Pods(c.from.clone()), c.port)),
    );
    view.set("ingress", rules, sources(&inward));
}

/// Sets the rules of outbound connections. Host names are in a policy of their own if
/// `cluster.fqdn_policies` is on.
pub(crate) fn set_egress(pods: &Pods, env: &Env, view: &mut View) {
    let outward: Vec<Connection<'_>> = env.connections_from(pods).collect();
    let by_name = |c: &Connection<'_>| env.shared.cluster.fqdn_policies && host(c.to).is_some();
    let by_address = outward.iter().filter(|c| !by_name(c));
    let rules = policy_peers::policy_rules(by_address.map(|c| (c.to.clone(), c.port)));
    view.set("egress", rules, sources(&outward));
    let named = outward.iter().filter(|c| by_name(c));
    let hosts: BTreeSet<(&str, u16)> = named.filter_map(|c| Some((host(c.to)?, c.port))).collect();
    view.set("has_hosts", !hosts.is_empty(), sources(&outward));
    let row = |(host, port): (&str, u16)| json!({"host": host, "port": port.to_string()});
    view.set("hosts", hosts.into_iter().map(row).collect::<Value>(), sources(&outward));
}

fn sources(connections: &[Connection<'_>]) -> Vec<String> {
    connections.iter().map(|c| c.source.to_owned()).collect()
}

fn host(peer: &ConnectionPeer) -> Option<&str> {
    match peer {
        ConnectionPeer::Host(host) => Some(host),
        _ => None,
    }
}

/// Variables with the login of each called database, and the spec path of the call.
pub(crate) fn logins(name: &str, pods: &Pods, env: &Env) -> Vec<(Value, String)> {
    let mut called: BTreeMap<&str, Connection<'_>> = BTreeMap::new();
    for link in env.connections_from(pods) {
        called.entry(link.name).or_insert(link);
    }
    let mut variables = vec![];
    for (endpoint, link) in called {
        let Some(login) = env.wiring.logins.get(endpoint) else { continue };
        let plain =
            login.plain.iter().map(|(variable, value)| json!({"name": variable, "value": value}));
        let user = json!({"name": login.user, "value": name});
        let password = json!({
            "name": login.password, "secret": logins::secret(name, endpoint), "key": logins::KEY,
        });
        let all = plain.chain([user, password]);
        variables.extend(all.map(|variable| (variable, link.source.to_owned())));
    }
    variables
}
