//! Facts of Cilium network policies. Source: Cilium documentation, "Layer 3 Examples" and
//! "Policy Enforcement Modes".

use super::{
    Allows, Collector, Direction, Isolates,
    policies::{list, ports, texts},
};
use crate::{
    kinds::Unevaluated,
    verify::{network::PolicyPeer, selector::Selector},
};
use serde_json::Value;

/// The label by which Cilium selects a namespace, without its source.
const NAMESPACE: &str = "io.kubernetes.pod.namespace";

/// Fields of a rule whose effect is not evaluated.
const UNEVALUATED: [&str; 9] = [
    "fromRequires",
    "toRequires",
    "fromGroups",
    "toGroups",
    "fromNodes",
    "toNodes",
    "toServices",
    "icmps",
    "authentication",
];

/// One direction of a policy: names of its fields.
struct Way {
    direction: Direction,
    rules: &'static str,
    denied: &'static str,
    prefix: &'static str,
}

const WAYS: [Way; 2] = [
    Way { direction: Direction::In, rules: "ingress", denied: "ingressDeny", prefix: "from" },
    Way { direction: Direction::Out, rules: "egress", denied: "egressDeny", prefix: "to" },
];

/// A policy, or one of the policies of an object.
struct CiliumPolicy<'a> {
    spec: &'a Value,
    /// JSON pointer of the policy.
    at: String,
    /// Namespace of the object; empty for the whole cluster.
    namespace: &'a str,
}

/// The policies of an object: `spec`, and each of `specs`.
pub(super) fn collect(object: &Value, namespace: &str, out: &mut Collector<'_>) {
    let first = object.get("spec").map(|spec| (spec, "/spec".to_owned()));
    let more = list(&object["specs"]).enumerate().map(|(i, spec)| (spec, format!("/specs/{i}")));
    for (spec, at) in first.into_iter().chain(more) {
        // A policy of nodes selects no pods.
        if spec["nodeSelector"].is_null() {
            let policy = CiliumPolicy { spec, at, namespace };
            WAYS.iter().for_each(|way| policy.collect(way, out));
        }
    }
}

impl CiliumPolicy<'_> {
    fn collect(&self, way: &Way, out: &mut Collector<'_>) {
        let (namespace, selector) = self.pods(&self.spec["endpointSelector"]);
        let selector = out.names.selector_id(selector);
        let direction = way.direction;
        let at = format!("{}/{}", self.at, way.rules);
        let denies = list(&self.spec[way.denied]).next().is_some();
        if denies {
            self.unevaluated(&format!("{}/{}", self.at, way.denied), way.denied, out);
        }
        let closes = self.spec["enableDefaultDeny"][way.rules] != false;
        if closes && (denies || list(&self.spec[way.rules]).next().is_some()) {
            out.add(&at, &namespace, Isolates { direction, selector });
        }
        for (i, rule) in list(&self.spec[way.rules]).enumerate() {
            let at = format!("{at}/{i}");
            for field in UNEVALUATED.iter().filter(|field| !rule[**field].is_null()) {
                self.unevaluated(&format!("{at}/{field}"), field, out);
            }
            let all = list(&rule["toPorts"]).flat_map(|entry| ports(&entry["ports"])).collect();
            let ports = out.names.ports_id(all);
            for (field, peer) in self.peers(rule, way, &at, out) {
                let peer = out.names.peer_id(peer);
                let at = format!("{at}{field}");
                out.add(&at, &namespace, Allows { direction, selector, peer, ports });
            }
        }
    }

    fn unevaluated(&self, at: &str, field: &str, out: &mut Collector<'_>) {
        let field = out.names.name(field);
        out.relation(at, self.namespace, Unevaluated { field });
    }

    /// Namespace and labels that a selector of endpoints names. Policies of the cluster select
    /// endpoints of all namespaces.
    fn pods(&self, selector: &Value) -> (String, Selector) {
        let selector = Selector::read(selector);
        let namespace = selector.value(NAMESPACE).unwrap_or(self.namespace).to_owned();
        (namespace, selector.without(NAMESPACE))
    }

    /// The peers of a rule, each with its field. A rule without peers allows everyone on its ports,
    /// and nothing without ports.
    fn peers(
        &self,
        rule: &Value,
        way: &Way,
        at: &str,
        out: &mut Collector<'_>,
    ) -> Vec<(String, PolicyPeer)> {
        let field = |name: &str| format!("{}{name}", way.prefix);
        let mut peers = vec![];
        let mut add =
            |name: &str, peer: PolicyPeer| peers.push((format!("/{}", field(name)), peer));
        for endpoint in list(&rule[field("Endpoints")]) {
            let (namespace, selector) = self.pods(endpoint);
            add("Endpoints", PolicyPeer::Pods { namespace, selector });
        }
        for entity in texts(&rule[field("Entities")]) {
            entities(entity).into_iter().for_each(|peer| add("Entities", peer));
        }
        for cidr in texts(&rule[field("CIDR")]) {
            add("CIDR", PolicyPeer::Range { cidr: cidr.to_owned(), except: vec![] });
        }
        for (i, set) in list(&rule[field("CIDRSet")]).enumerate() {
            if let Some(cidr) = set["cidr"].as_str() {
                add("CIDRSet", range(cidr, &set["except"]));
            } else {
                let at = format!("{at}/{}/{i}", field("CIDRSet"));
                self.unevaluated(&at, &field("CIDRSet"), out);
            }
        }
        for host in list(&rule["toFQDNs"]) {
            let name = host["matchName"].as_str().or(host["matchPattern"].as_str());
            name.into_iter().for_each(|name| add("FQDNs", PolicyPeer::Host(name.to_owned())));
        }
        let names = ["Endpoints", "Entities", "CIDR", "CIDRSet", "FQDNs"];
        let is_open = names.iter().all(|name| rule[field(name)].is_null())
            && UNEVALUATED.iter().all(|name| rule[*name].is_null());
        if is_open && !rule["toPorts"].is_null() {
            peers.push(("/toPorts".to_owned(), PolicyPeer::Anyone));
        }
        peers
    }
}

fn range(cidr: &str, except: &Value) -> PolicyPeer {
    PolicyPeer::Range { cidr: cidr.to_owned(), except: texts(except).map(str::to_owned).collect() }
}

/// The peers of an entity. `cluster` is every pod, and every entity of the cluster outside of pods.
fn entities(entity: &str) -> Vec<PolicyPeer> {
    let pods = || PolicyPeer::Pods { namespace: String::new(), selector: Selector::default() };
    match entity {
        "all" => vec![PolicyPeer::Anyone],
        "none" => vec![],
        "world" | "world-ipv4" => vec![range("0.0.0.0/0", &Value::Null)],
        "world-ipv6" => vec![range("::/0", &Value::Null)],
        "cluster" => vec![pods(), PolicyPeer::Entity(entity.to_owned())],
        _ => vec![PolicyPeer::Entity(entity.to_owned())],
    }
}
