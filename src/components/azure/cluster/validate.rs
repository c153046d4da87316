//! Errors in the cluster, its node pools and its address ranges that a schema cannot find.

use super::{Cluster, Mode, NodePool};
use crate::azure::{naming, regions, versions, vm_sizes};
use crate::components::checks::{
    check_azure_name, check_cluster_is_admitted, check_reserved_range,
};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{Env, text::share};
use std::net::Ipv4Addr;

/// Prefix length of the range of pod addresses of one node. Source: AKS documentation on Azure CNI
/// Overlay.
const NODE_PREFIX: u8 = 24;

pub(super) fn check(cluster: &Cluster, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    check_azure_name(&naming::CLUSTER, &cluster.azure_name(env), "cluster.name", diagnostics);
    check_node_resource_group(&cluster.node_resource_group(env), diagnostics);
    check_version(cluster.version.as_str(), diagnostics);
    if !cluster.pools.values().any(|pool| pool.mode == Mode::System) {
        diagnostics.push(Diagnostic::in_spec(
            Code::UnsuitableNodePool,
            "cluster.pools",
            "no pool has the mode `System`",
            "a cluster needs one for system pods",
        ));
    }
    for (name, pool) in &cluster.pools {
        check_pool(name, pool, diagnostics);
        check_skew(cluster, name, pool, diagnostics);
    }
    // AKS admits the address of its own load balancer.
    if env.shared.network.outbound_type != "loadBalancer" {
        let (path, ranges) = ("cluster.authorized_ranges", &cluster.authorized_ranges);
        check_cluster_is_admitted(path, ranges, env, diagnostics);
    }
    check_service_range(cluster, diagnostics);
    check_pod_range(cluster, diagnostics);
    check_zones(cluster, env.azure().location.as_str(), diagnostics);
}

/// Longest name of a node resource group. Source: AKS documentation on node resource groups, with
/// room for the names that AKS derives.
const LONGEST_NODE_GROUP: usize = 63;

fn check_node_resource_group(name: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let path = "cluster.node_resource_group";
    check_azure_name(&naming::RESOURCE_GROUP, name, path, diagnostics);
    if name.len() > LONGEST_NODE_GROUP {
        let message = format!("`{name}` has {} characters", name.len());
        let help = format!("use at most {LONGEST_NODE_GROUP} characters");
        diagnostics.push(Diagnostic::in_spec(Code::AzureName, path, message, help));
    }
}

fn check_version(version: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    if !versions::KUBERNETES.contains(&version) {
        diagnostics.push(Diagnostic::in_spec(
            Code::UnsupportedVersion,
            "cluster.version",
            format!("Kubernetes `{version}` is not supported"),
            version_help(version),
        ));
    }
}

/// A patch version is refused although AKS accepts it: the upgrade channel installs newer ones, and
/// Azure Service Operator would set the pinned one again.
fn version_help(version: &str) -> String {
    let is_patch_of = |minor: &&&str| {
        let rest = version.strip_prefix(**minor).and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|patch| patch.parse::<u32>().is_ok())
    };
    match versions::KUBERNETES.iter().find(is_patch_of) {
        Some(minor) => {
            format!(
                "write the minor version `{minor}`: the upgrade channel of AKS installs patch versions"
            )
        }
        None => format!("supported: {}", versions::KUBERNETES.join(", ")),
    }
}

fn check_pool(name: &str, pool: &NodePool, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let path = format!("cluster.pools.{name}");
    check_azure_name(&naming::POOL, name, &path, diagnostics);
    if pool.mode == Mode::System && pool.min == 0 {
        diagnostics.push(Diagnostic::in_spec(
            Code::UnsuitableNodePool,
            format!("{path}.min"),
            format!("the system pool `{name}` can scale to zero nodes"),
            "set `min` to at least 1, better 2",
        ));
    }
    if pool.spot && pool.mode == Mode::System {
        diagnostics.push(Diagnostic::in_spec(
            Code::UnsuitableNodePool,
            format!("{path}.spot"),
            format!("Azure can evict all nodes of the system pool `{name}`"),
            "only a pool of mode `User` can be spot",
        ));
    }
    if pool.mode == Mode::User && !pool.arm64_images && vm_sizes::is_arm(pool.vm_size.as_str()) {
        diagnostics.push(Diagnostic::in_spec(
            Code::UnsuitableNodePool,
            format!("{path}.vm_size"),
            format!("the nodes of pool `{name}` are Arm nodes, and pods land on them with any image"),
            "build all images for `arm64` as well and set `arm64_images = true`, or choose another size",
        ));
    }
    if pool.max < pool.min {
        let (max, min) = (pool.max, pool.min);
        let message = format!("`max` of pool `{name}` is {max}, and `min` is {min}");
        let help = format!("set `max` to at least {min}, or lower `min`");
        let diagnostic =
            Diagnostic::in_spec(Code::InvertedLimits, format!("{path}.max"), message, help);
        diagnostics.push(diagnostic.and(format!("{path}.min")));
    }
}

/// Largest distance of a pool to the control plane, in minor versions. Source: version skew policy
/// of Kubernetes.
const MOST_MINORS_BEHIND: i64 = 3;

/// Reports a pool that is newer than the control plane, or too far behind it.
fn check_skew(
    cluster: &Cluster,
    name: &str,
    pool: &NodePool,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let Some(version) = &pool.version else { return };
    let path = format!("cluster.pools.{name}.version");
    let minors = |text: &str| -> Option<i64> { text.strip_prefix("1.")?.parse().ok() };
    let (Some(nodes), Some(control)) = (minors(version.as_str()), minors(cluster.version.as_str()))
    else {
        let message = format!("Kubernetes `{}` is no minor version", version.as_str());
        let help = "write a version such as `1.35`";
        diagnostics.push(Diagnostic::in_spec(Code::UnsupportedVersion, path, message, help));
        return;
    };
    let (message, help) = if nodes > control {
        ("is newer than that of the control plane", "upgrade `cluster.version` first")
    } else if control - nodes > MOST_MINORS_BEHIND {
        ("is more than three minor versions behind the control plane", "upgrade the pool first")
    } else {
        return;
    };
    let message = format!("the version of pool `{name}`, `{}`, {message}", version.as_str());
    let found = Diagnostic::in_spec(Code::VersionSkew, path, message, help);
    diagnostics.push(found.and("cluster.version"));
}

/// Reports pools with zones in a region without zones.
fn check_zones(cluster: &Cluster, region: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    if regions::has_zones(region) != Some(false) {
        return;
    }
    for (name, _) in cluster.pools.iter().filter(|(_, pool)| !pool.zones.is_empty()) {
        let diagnostic = Diagnostic::in_spec(
            Code::CapabilityMissing,
            format!("cluster.pools.{name}.zones"),
            format!("the region `{region}` has no zones"),
            "set `zones = []`, or choose another region",
        );
        diagnostics.push(diagnostic.and("azure.location"));
    }
}

/// Reports a range of Services that overlaps others, and a DNS address outside it.
fn check_service_range(cluster: &Cluster, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let (pods, services) = (cluster.pod_cidr.net(), cluster.service_cidr.net());
    if share(pods, services) {
        let diagnostic = Diagnostic::in_spec(
            Code::OverlappingRanges,
            "cluster.service_cidr",
            "`service_cidr` overlaps `pod_cidr`",
            "choose another range",
        );
        diagnostics.push(diagnostic.and("cluster.pod_cidr"));
    }
    check_reserved_range("cluster.service_cidr", services, diagnostics);
    let dns: Ipv4Addr = cluster.dns_address.as_str().parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    if !services.contains(&dns) || services.hosts().next() == Some(dns) {
        diagnostics.push(Diagnostic::in_spec(
            Code::AddressOutsideRange,
            "cluster.dns_address",
            format!("`dns_address` is not inside `{services}`, or is its first address"),
            "use the tenth address of `service_cidr`",
        ));
    }
}

/// Reports a range of pods with too few addresses for all nodes.
fn check_pod_range(cluster: &Cluster, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let pods = cluster.pod_cidr.net();
    check_reserved_range("cluster.pod_cidr", pods, diagnostics);
    let most = cluster.most_nodes();
    let bits = NODE_PREFIX.saturating_sub(pods.prefix_len());
    let room = 1_u32.checked_shl(u32::from(bits)).unwrap_or(u32::MAX);
    if pods.prefix_len() > NODE_PREFIX || most > room {
        let message = format!(
            "`pod_cidr` has room for {room} nodes, but the pools have up to {most} during an upgrade"
        );
        let largest = cluster.pools.iter().max_by_key(|(_, pool)| pool.max);
        let mut diagnostic = Diagnostic::in_spec(
            Code::CidrTooSmall,
            "cluster.pod_cidr",
            message,
            "each node takes a /24: choose a larger range, or smaller pools",
        );
        if let Some((name, _)) = largest {
            diagnostic = diagnostic.and(format!("cluster.pools.{name}.max"));
        }
        diagnostics.push(diagnostic);
    }
}
