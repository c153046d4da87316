//! Network policies: the computed connections equal a naive evaluation of the Kubernetes semantics,
//! and the declarations of the spec.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{
    describe, make, shop,
    validate_objects::{undeclared, validate_objects},
};
use aksgen::{
    diag::Code,
    model::wiring::{Connection, ConnectionPeer as Callee, Pods},
    verify::Declared,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

const NAMESPACES: [&str; 2] = ["north", "south"];
const LABELS: [(&str, &str); 4] = [("tier", "web"), ("tier", "data"), ("zone", "a"), ("zone", "b")];
const PORTS: [u16; 3] = [80, 443, 9000];

/// Pods: a namespace, and which of the labels they carry.
#[derive(Debug, Clone)]
struct Group {
    namespace: usize,
    labels: Vec<usize>,
}

/// Peer of a rule.
#[derive(Debug, Clone)]
enum PolicyPeer {
    Anyone,
    Pods { namespace: Option<usize>, labels: Vec<usize> },
}

#[derive(Debug, Clone)]
struct Rule {
    peers: Vec<PolicyPeer>,
    /// Empty for all.
    ports: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Policy {
    namespace: usize,
    labels: Vec<usize>,
    /// The rules of a direction; absent where the policy has nothing to do with it.
    ingress: Option<Vec<Rule>>,
    egress: Option<Vec<Rule>>,
    /// `policyTypes` is set. Otherwise the rules decide: incoming always, outgoing if there are such
    /// rules.
    explicit: bool,
}

type Graph = (Vec<Group>, Vec<Policy>);

fn labels(most: usize) -> impl Strategy<Value = Vec<usize>> {
    let one_per_key = (prop::option::of(0usize..2), prop::option::of(2usize..4))
        .prop_map(|(a, b)| a.into_iter().chain(b).collect::<Vec<_>>());
    one_per_key.prop_map(move |mut labels| {
        labels.truncate(most);
        labels
    })
}

fn peer(anyone: u32) -> impl Strategy<Value = PolicyPeer> {
    let pods = (prop::option::of(0usize..2), labels(1))
        .prop_map(|(namespace, labels)| PolicyPeer::Pods { namespace, labels });
    prop_oneof![5 => pods, anyone => Just(PolicyPeer::Anyone)]
}

fn rules(anyone: u32) -> impl Strategy<Value = Option<Vec<Rule>>> {
    let ports = prop::collection::btree_set(0..PORTS.len(), 0..3)
        .prop_map(|ports| ports.into_iter().collect());
    prop::option::weighted(
        0.8,
        vec(
            (vec(peer(anyone), 1..3), ports).prop_map(|(peers, ports)| Rule { peers, ports }),
            0..3,
        ),
    )
}

/// `anyone` is how often a peer is anyone, against five times pods.
fn graph(anyone: u32) -> impl Strategy<Value = Graph> {
    let group = (0usize..2, labels(2)).prop_map(|(namespace, labels)| Group { namespace, labels });
    let policy = (0usize..2, labels(2), rules(anyone), rules(anyone), prop::bool::weighted(0.8));
    let policy = policy.prop_map(|(namespace, labels, ingress, egress, explicit)| {
        let explicit = explicit && (ingress.is_some() || egress.is_some());
        let (ingress, egress) = if explicit {
            (ingress, egress)
        } else {
            (ingress.or(Some(vec![])), egress.filter(|rules| !rules.is_empty()))
        };
        Policy { namespace, labels, ingress, egress, explicit }
    });
    (vec(group, 1..6), vec(policy, 0..8))
}

/// The semantics, word by word, with no index and no cleverness.
mod naive {
    use super::{Graph, Group, PORTS, Policy, PolicyPeer, Rule};

    fn selects(policy: &Policy, group: &Group) -> bool {
        policy.namespace == group.namespace
            && policy.labels.iter().all(|label| group.labels.contains(label))
    }

    fn means(peer: &PolicyPeer, own: usize, group: &Group) -> bool {
        match peer {
            PolicyPeer::Anyone => true,
            PolicyPeer::Pods { namespace, labels } => {
                namespace.unwrap_or(own) == group.namespace
                    && labels.iter().all(|label| group.labels.contains(label))
            }
        }
    }

    /// No policy isolates the group in this direction, or a rule allows the other group.
    fn passes(
        policies: &[Policy],
        side: fn(&Policy) -> Option<&Vec<Rule>>,
        group: &Group,
        other: &Group,
        port: usize,
    ) -> bool {
        let here: Vec<&Policy> = policies
            .iter()
            .filter(|policy| selects(policy, group) && side(policy).is_some())
            .collect();
        let lets = |policy: &&Policy, rule: &Rule| {
            (rule.ports.is_empty() || rule.ports.contains(&port))
                && rule.peers.iter().any(|peer| means(peer, policy.namespace, other))
        };
        here.is_empty()
            || here
                .iter()
                .any(|policy| side(policy).into_iter().flatten().any(|rule| lets(policy, rule)))
    }

    /// Every allowed connection: from, to, port.
    pub(super) fn allowed((groups, policies): &Graph) -> Vec<(usize, usize, u16)> {
        let mut out = vec![];
        for (from, near) in groups.iter().enumerate() {
            for (to, far) in groups.iter().enumerate() {
                for (port, number) in PORTS.iter().enumerate() {
                    let leaves = passes(policies, |p| p.egress.as_ref(), near, far, port);
                    if leaves && passes(policies, |p| p.ingress.as_ref(), far, near, port) {
                        out.push((from, to, *number));
                    }
                }
            }
        }
        out
    }

    /// Groups that no policy isolates: first for incoming, then for outgoing connections.
    pub(super) fn open((groups, policies): &Graph) -> [Vec<usize>; 2] {
        let free = |side: fn(&Policy) -> bool| {
            let guarded = |group: &Group| {
                policies.iter().any(|policy| selects(policy, group) && side(policy))
            };
            (0..groups.len()).filter(|i| !guarded(&groups[*i])).collect()
        };
        [free(|p| p.ingress.is_some()), free(|p| p.egress.is_some())]
    }
}

fn table(labels: &[usize]) -> Value {
    labels
        .iter()
        .map(|label| (LABELS[*label].0.to_owned(), LABELS[*label].1.into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn deployment(number: usize, group: &Group) -> Value {
    let mut pods = table(&group.labels);
    pods["app.kubernetes.io/name"] = format!("g{number}").into();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": format!("g{number}"), "namespace": NAMESPACES[group.namespace]},
        "spec": {"selector": {"matchLabels": pods}, "template": {"metadata": {"labels": pods}, "spec": {"containers": []}}},
    })
}

fn policy(number: usize, policy: &Policy) -> Value {
    let peer = |peer: &PolicyPeer| match peer {
        PolicyPeer::Anyone => Value::Null,
        PolicyPeer::Pods { namespace: None, labels } => {
            json!({"podSelector": {"matchLabels": table(labels)}})
        }
        PolicyPeer::Pods { namespace: Some(name), labels } => {
            json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACES[*name]}}, "podSelector": {"matchLabels": table(labels)}})
        }
    };
    let rule = |key: &str, rule: &Rule| {
        // A rule without peers allows anyone.
        let anyone = rule.peers.iter().any(|peer| matches!(peer, PolicyPeer::Anyone));
        let peers: Vec<Value> = if anyone { vec![] } else { rule.peers.iter().map(peer).collect() };
        let ports: Vec<Value> = rule
            .ports
            .iter()
            .map(|port| json!({"protocol": "TCP", "port": PORTS[*port]}))
            .collect();
        json!({key: peers, "ports": ports})
    };
    let rules = |key: &str, rules: &Option<Vec<Rule>>| {
        rules.iter().flatten().map(|r| rule(key, r)).collect::<Value>()
    };
    let types: Vec<&str> = policy
        .ingress
        .iter()
        .map(|_| "Ingress")
        .chain(policy.egress.iter().map(|_| "Egress"))
        .filter(|_| policy.explicit)
        .collect();
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": format!("p{number}"), "namespace": NAMESPACES[policy.namespace]},
        "spec": {"podSelector": {"matchLabels": table(&policy.labels)}, "policyTypes": types, "ingress": rules("from", &policy.ingress), "egress": rules("to", &policy.egress)},
    })
}

/// Code and message of each diagnostic of a graph without declarations.
fn diagnostics((groups, policies): &Graph) -> Vec<(Code, String)> {
    diagnostics_of(
        groups
            .iter()
            .enumerate()
            .map(|(i, g)| deployment(i, g))
            .chain(policies.iter().enumerate().map(|(i, p)| policy(i, p))),
    )
}

/// The same for any objects.
fn diagnostics_of(objects: impl Iterator<Item = Value>) -> Vec<(Code, String)> {
    diagnostics_with(objects, &undeclared(&NAMESPACES))
}

/// The same with declarations.
fn diagnostics_with(
    objects: impl Iterator<Item = Value>,
    declared: &Declared<'_>,
) -> Vec<(Code, String)> {
    let objects: Vec<Value> = objects.collect();
    validate_objects(&objects, declared)
        .into_iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.message))
        .collect()
}

/// Connections between groups, from messages such as "the policies allow `north/g0` to `south/g1`
/// on TCP/80, which the spec does not declare".
fn computed(diagnostics: &[(Code, String)]) -> BTreeSet<(usize, usize, u16)> {
    let mut out = BTreeSet::new();
    for (_, message) in diagnostics.iter().filter(|(code, _)| *code == Code::UndeclaredConnection) {
        let group = |quoted: &str| {
            quoted.rsplit_once("/g").and_then(|(_, number)| number.parse::<usize>().ok())
        };
        let parts: Vec<&str> = message.split('`').collect();
        let ports = PORTS.into_iter().filter(|port| {
            message.contains("all ports") || message.contains(&format!("TCP/{port},"))
        });
        // `anyone` stands without quotes: it is no group.
        if let (Some(from), Some(to)) =
            (parts.get(1).and_then(|p| group(p)), parts.get(3).and_then(|p| group(p)))
        {
            out.extend(ports.map(|port| (from, to, port)));
        }
    }
    out
}

proptest! {
    #![proptest_config(crate::support::cases(200))]

    #[test]
    fn policies_between_pods_allow_what_a_naive_evaluation_allows(graph in graph(0)) {
        agrees(&graph)?;
    }

    /// A rule without peers allows everyone, and so all pods of the cluster.
    #[test]
    fn a_rule_for_anyone_means_the_pods_of_the_cluster_too(graph in graph(1)) {
        agrees(&graph)?;
    }
}

/// Writes a graph and its computed connections for an external checker, into the folder of
/// `AKSGEN_GRAPHS`.
fn keep(
    (groups, policies): &Graph,
    computed: &BTreeSet<(usize, usize, u16)>,
    [open_in, open_out]: [&[usize]; 2],
) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let Some(folder) = std::env::var_os("AKSGEN_GRAPHS") else { return };
    let folder =
        PathBuf::from(folder).join(format!("{:03}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let spaces =
        NAMESPACES.map(|name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}}}));
    let objects = spaces
        .into_iter()
        .chain(groups.iter().enumerate().map(|(i, g)| deployment(i, g)))
        .chain(policies.iter().enumerate().map(|(i, p)| policy(i, p)));
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("objects.yaml"),
        objects.map(|object| format!("---\n{object}\n")).collect::<String>(),
    )
    .unwrap();
    let diagnostics =
        json!({"edges": computed, "open_in": open_in, "open_out": open_out, "ports": PORTS});
    fs::write(folder.join("computed.json"), diagnostics.to_string()).unwrap();
}

fn agrees(graph: &Graph) -> Result<(), TestCaseError> {
    let all = diagnostics(graph);
    let [open_in, open_out] = naive::open(graph);
    keep(graph, &computed(&all), [&open_in, &open_out]);
    prop_assert_eq!(
        all.iter().filter(|(code, _)| *code == Code::NotIsolated).count(),
        open_in.len() + open_out.len()
    );
    // A connection with no policy at either end is not listed: that neither end is isolated is the
    // finding.
    let listed = naive::allowed(graph)
        .into_iter()
        .filter(|(from, to, _)| !(open_out.contains(from) && open_in.contains(to)));
    prop_assert_eq!(computed(&all), listed.collect::<BTreeSet<_>>());
    Ok(())
}

proptest! {
    #![proptest_config(crate::support::cases(24))]

    #[test]
    fn rendered_services_connect_exactly_as_declared(services in shop::services(7)) {
        let result = make(&shop::spec(&services), |_| ());
        prop_assert!(result.is_ok(), "{}", describe(&result.unwrap_err()));
    }
}

/// The shapes that a random graph may miss.
#[test]
fn cycles_and_calls_to_oneself_connect_as_declared() {
    let service = |calls: &[(usize, usize)], apart| shop::Service {
        apart,
        more_ports: 2,
        calls: calls.to_vec(),
        secret: false,
        env: false,
        exposed: true,
        metrics: true,
        replicas: 2,
    };
    let services = [
        service(&[(0, 0), (1, 1)], false),
        service(&[(2, 2), (1, 0)], true),
        service(&[(0, 1), (0, 2)], false),
    ];
    let tree = crate::support::tree(&shop::spec(&services));
    let policies = tree.iter().filter(|(path, _)| path.ends_with("/networkpolicy.yaml"));
    let rules: usize = policies
        .map(|(_, text)| {
            crate::support::object(text)["spec"]["egress"].as_array().map_or(0, Vec::len)
        })
        .sum();
    // One rule per peer: two calls to the same service are one rule with two ports.
    assert_eq!(rules, 5);
}

/// Labels of a namespace are not ours to know: it may not exist, or others may give it what they
/// like.
#[test]
fn a_namespace_is_known_by_its_name_alone() {
    let group = Group { namespace: 0, labels: vec![] };
    let with = |namespace: Value| {
        let mut policy = policy(
            0,
            &Policy {
                namespace: 0,
                labels: vec![],
                ingress: Some(vec![]),
                egress: Some(vec![]),
                explicit: true,
            },
        );
        let peer = json!({ "namespaceSelector": {"matchLabels": namespace} });
        policy["spec"]["ingress"] = json!([{ "from": [peer] }]);
        policy["spec"]["egress"] = json!([{ "to": [peer] }]);
        diagnostics_of([deployment(0, &group), policy].into_iter())
    };
    let itself =
        "the policies allow `north/g0` to `north/g0` on all ports, which the spec does not declare"
            .to_owned();
    assert_eq!(
        with(json!({"kubernetes.io/metadata.name": "north"})),
        [(Code::UndeclaredConnection, itself)]
    );
    for (namespace, peer) in [
        (json!({"team": "shop"}), "in a namespace with `team=shop`"),
        (json!({"kubernetes.io/metadata.name": "west"}), "a pod in the namespace `west`"),
    ] {
        let unknown = (Code::UnknownPeer, format!("no known pod is {peer}"));
        assert_eq!(with(namespace), [unknown.clone(), unknown]);
    }
}

#[test]
fn a_range_is_printed_with_its_exceptions() {
    let group = Group { namespace: 0, labels: vec![] };
    let to = |block: Value| {
        let mut policy = policy(
            0,
            &Policy {
                namespace: 0,
                labels: vec![],
                ingress: None,
                egress: Some(vec![]),
                explicit: true,
            },
        );
        policy["spec"]["egress"] =
            json!([{ "to": [{ "ipBlock": block }], "ports": [{"port": 443}] }]);
        let allowed = diagnostics_of([deployment(0, &group), policy].into_iter())
            .into_iter()
            .filter(|(code, _)| *code == Code::UndeclaredConnection);
        allowed.map(|(_, message)| message).collect::<Vec<_>>()
    };
    for (block, range) in [
        (json!({"cidr": "10.0.0.0/8"}), "`10.0.0.0/8`"),
        (
            json!({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}),
            "`10.0.0.0/8` without `10.1.0.0/16,10.2.0.0/16`",
        ),
    ] {
        assert_eq!(
            to(block),
            [format!(
                "the policies allow `north/g0` to {range} on TCP/443, which the spec does not declare"
            )]
        );
    }
}

/// A host is one where policies can name it, and anyone on that port where they cannot.
#[test]
fn a_host_is_declared_as_policies_can_say_it() {
    let pods = Group { namespace: 0, labels: vec![] };
    let calls = (Pods::named("north", "g0"), Callee::Host("api.example".to_owned()));
    let declared = |fqdn_policies| {
        let connections = vec![Connection {
            from: &calls.0,
            to: &calls.1,
            name: "",
            port: 443,
            port_name: None,
            source: "",
        }];
        Declared { connections, fqdn_policies, ..undeclared(&NAMESPACES) }
    };
    let policy = json!({
        "apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {"name": "p", "namespace": "north"},
        "spec": {
            "endpointSelector": {"matchLabels": {"app.kubernetes.io/name": "g0"}},
            "egress": [{"toFQDNs": [{"matchName": "api.example"}], "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}]}],
        },
    });
    let allowed = |named| {
        diagnostics_with([deployment(0, &pods), policy.clone()].into_iter(), &declared(named))
    };
    let codes = |named| {
        allowed(named)
            .into_iter()
            .map(|(code, _)| code)
            .filter(|code| *code != Code::NotIsolated)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(true), []);
    assert_eq!(codes(false), [Code::UndeclaredConnection, Code::BlockedConnection]);
}
