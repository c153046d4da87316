//! Pods meet the Pod Security Standard of their namespace. Kubernetes enforces it on pods only: a
//! Deployment is accepted, and has no pods.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Enforces, Violates},
    verify::facts::Name,
};
use std::collections::BTreeMap;

/// Standards, from the most to the least permissive one.
const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let enforced: BTreeMap<Name, String> =
        facts.all::<Enforces<Name>>().map(|row| (row.namespace, facts.text(row.level))).collect();
    let mut out = vec![];
    for row in facts.all::<Violates<Name>>() {
        let Some(level) = enforced.get(&row.namespace) else { continue };
        if rank(level) < rank(&facts.text(row.level)) {
            continue;
        }
        let (namespace, violation) = (facts.text(row.namespace), facts.text(row.violation));
        let message = format!(
            "the namespace `{namespace}` enforces `{level}`, so that no pod is created: {violation}"
        );
        let help = format!(
            "change the pod, or set `namespaces.{namespace}.pod_security = \"{}\"`",
            allowing(&facts.text(row.level))
        );
        out.push(facts.diagnostic(row, Code::PodSecurity, message, help));
    }
    out
}

/// The API server enforces `restricted` for an unknown level.
fn rank(level: &str) -> usize {
    LEVELS.iter().position(|known| *known == level).unwrap_or(LEVELS.len() - 1)
}

/// The strictest standard that allows a violation of another one.
fn allowing(level: &str) -> &'static str {
    LEVELS[rank(level).saturating_sub(1)]
}
