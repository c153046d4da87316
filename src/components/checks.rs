//! Checks that several components apply to their own tables.

use crate::azure::{naming, network::FORBIDDEN};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{Env, text, text::Cidr};
use ipnet::Ipv4Net;

/// Reports a name that Azure refuses.
pub(crate) fn check_azure_name(
    rule: &naming::AzureNameRule,
    name: &str,
    path: &str,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if let Some(message) = rule.refuse(name) {
        let help = format!("set `{path}`: {}", rule.words());
        diagnostics.push(Diagnostic::in_spec(Code::AzureName, path, message, help));
    }
}

/// Reports a component that is enabled without the DNS zone that it needs.
pub(crate) fn check_zone(
    component: &str,
    message: &str,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if env.shared.zone.is_none() {
        let path = format!("{component}.enabled");
        let help = format!("name the zone by `dns.zone`, or remove `{path}`");
        diagnostics.push(Diagnostic::in_spec(Code::MissingDnsZone, path, message, help));
    }
}

/// Reports a range that overlaps a range that AKS reserves.
pub(crate) fn check_reserved_range(
    path: &str,
    range: Ipv4Net,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    for taken in
        FORBIDDEN.iter().filter(|taken| taken.parse().is_ok_and(|taken| text::share(taken, range)))
    {
        diagnostics.push(Diagnostic::in_spec(
            Code::OverlappingRanges,
            path,
            format!("`{range}` overlaps `{taken}`, which AKS reserves"),
            "choose another range",
        ));
    }
}

/// Reports client ranges that do not admit the cluster itself, which also reaches the resource by a
/// public address.
pub(crate) fn check_cluster_is_admitted(
    path: &str,
    ranges: &[Cidr],
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if !ranges.is_empty() && env.shared.network.egress_ranges.is_empty() {
        let message =
            format!("`{path}` blocks the cluster: no public address of the cluster is known");
        let diagnostic = Diagnostic::in_spec(
            Code::ClosedToCluster,
            path,
            message,
            "write the public addresses of the cluster into `network.egress_ranges`, or remove the ranges",
        );
        diagnostics.push(diagnostic.and("network.egress"));
    }
}

/// Reports client ranges of a resource with a private endpoint, which has no effect, and client
/// ranges that shut out the cluster.
pub(crate) fn check_client_ranges(
    component: &str,
    ranges: &[Cidr],
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if !env.is_private(component) {
        check_cluster_is_admitted(&format!("{component}.allowed_ranges"), ranges, env, diagnostics);
    } else if !ranges.is_empty() {
        let message = "a resource with a private endpoint has no clients outside the network";
        let diagnostic = Diagnostic::in_spec(
            Code::ExclusiveSettings,
            format!("{component}.allowed_ranges"),
            message,
            "remove the ranges or the private endpoints",
        );
        diagnostics.push(diagnostic.and("private_endpoints.enabled"));
    }
}

/// Reports each field that is set although an existing resource has its own value.
pub(crate) fn check_unset_if_existing(
    component: &str,
    given: &[(&str, bool)],
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    for (field, _) in given.iter().filter(|(_, given)| *given) {
        let message = format!("`{field}` has no effect on an existing resource");
        let diagnostic = Diagnostic::in_spec(
            Code::ExclusiveSettings,
            format!("{component}.{field}"),
            message,
            "remove one of the two",
        );
        diagnostics.push(diagnostic.and(format!("{component}.existing")));
    }
}
