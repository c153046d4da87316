//! Values for the templates of the network.

use super::Network;
use crate::{
    azure::{network::Subnet, regions},
    model::{Env, View},
};
use serde_json::{Value, json};

/// Ports of PostgreSQL.
const POSTGRES: &[&str] = &["5432"];

pub(super) fn view(network: &Network, env: &Env) -> View {
    let mut view = View::new("network", "network", network, env);
    let own = network.existing.is_none();
    let by_nat = own && network.egress == super::Egress::NatGateway;
    let sources: Vec<String> = env
        .wiring
        .subnets
        .values()
        .flat_map(|need| need.sources.iter().cloned())
        .chain(["network.cidr".into()])
        .collect();
    view.set("azure_name", network.azure_name(env), ["network.name", "platform.name"]);
    view.set("own", own, ["network.existing"]);
    view.set("by_nat", by_nat, ["network.egress"]);
    view.set("nat_name", format!("ng-{}", env.names().stem()), ["platform.name"]);
    let addresses = (1..=network.nat_addresses).filter(|_| by_nat);
    let address = |i: u32| json!({"name": format!("egress-{i}"), "azure_name": format!("pip-{}-egress-{i}", env.names().stem())});
    view.set(
        "addresses",
        addresses.map(address).collect::<Value>(),
        ["network.nat_addresses", "network.egress"],
    );
    view.set(
        "zonal",
        regions::has_zones(env.azure().location.as_str()) == Some(true),
        ["azure.location"],
    );
    let needed = || env.wiring.subnets.keys().copied().filter(|_| own);
    view.set(
        "subnets",
        needed().filter_map(|role| subnet(role, network, by_nat)).collect::<Value>(),
        sources.clone(),
    );
    let guarded = || needed().filter(|role| *role != Subnet::PrivateEndpoints);
    let group = |role: Subnet| json!({"name": role.name(), "azure_name": format!("nsg-{}-{}", env.names().stem(), role.name())});
    view.set("groups", guarded().map(group).collect::<Value>(), sources.clone());
    view.set(
        "rules",
        guarded().flat_map(|role| security_rules(role, network, env)).collect::<Value>(),
        sources,
    );
    view
}

fn subnet(role: Subnet, network: &Network, by_nat: bool) -> Option<Value> {
    let delegated =
        (role == Subnet::Postgres).then_some("Microsoft.DBforPostgreSQL/flexibleServers");
    Some(json!({
        "name": role.name(), "azure_name": role.azure_name(), "cidr": network.range(role)?.to_string(), "delegated": delegated.unwrap_or_default(),
        "guarded": role != Subnet::PrivateEndpoints, "by_nat": by_nat && role == Subnet::Nodes,
    }))
}

/// Inbound rules of a subnet. Default rules of Azure also allow the virtual network and its load
/// balancers, unless a rule denies them.
fn security_rules(role: Subnet, network: &Network, env: &Env) -> Vec<Value> {
    let range = |role| network.range(role).map(|range| range.to_string()).unwrap_or_default();
    let nodes = range(Subnet::Nodes);
    let rule = |name: &str,
                priority: u32,
                from: &[&str],
                to: &[&str],
                protocol: &str,
                ports: &[&str]| {
        let access = if priority == LAST { "Deny" } else { "Allow" };
        json!({
            "name": format!("{}-{name}", role.name()), "azure_name": name, "group": role.name(), "priority": priority, "access": access,
            "from": sole(from), "from_each": from, "to": sole(to), "to_each": to, "protocol": protocol, "port": sole(ports), "ports": ports,
        })
    };
    match role {
        Subnet::Nodes => {
            // Overlay pods send packets to other nodes with addresses of `pod_cidr`, which are
            // outside the network.
            let inside = [nodes.as_str(), env.shared.cluster.pod_cidr.as_str()];
            let exposed = env.shared.services.values().any(|service| service.exposed);
            let web =
                exposed.then(|| rule("web", 110, &["Internet"], &["*"], "Tcp", &["80", "443"]));
            [rule("cluster", 100, &inside, &inside, "*", &["*"])].into_iter().chain(web).collect()
        }
        Subnet::Postgres => {
            let own = range(role);
            vec![
                rule("nodes", 100, &[&nodes], &[&own], "Tcp", POSTGRES),
                // A standby replicates from its server inside the subnet.
                rule("standby", 110, &[&own], &[&own], "Tcp", POSTGRES),
                rule("deny-virtual-network", LAST, &["VirtualNetwork"], &["*"], "*", &["*"]),
            ]
        }
        Subnet::PrivateEndpoints => vec![],
    }
}

/// The only item of a list, or an empty text. Azure accepts `*` and names such as `Internet` as a
/// single value only.
fn sole<'a>(list: &[&'a str]) -> &'a str {
    if let [one] = list { one } else { "" }
}

/// Lowest priority before the default rules of Azure.
const LAST: u32 = 4096;
