//! Pods that terminate before a drain of their node ends.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{DrainTimeout, Grace},
    verify::facts::Name,
};

/// Minutes of a drain without `drainTimeoutInMinutes`. Source: AKS documentation on node drain
/// timeouts.
const DEFAULT_MINUTES: u64 = 30;

/// Reports grace periods above the drain timeout: an upgrade then fails.
pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let timeouts = facts.all::<DrainTimeout<Name>>();
    let minutes = timeouts.filter_map(|row| facts.text(row.minutes).parse().ok()).min();
    let minutes: u64 = minutes.unwrap_or(DEFAULT_MINUTES);
    let graces = facts.all::<Grace<Name>>().filter_map(|row| {
        let seconds: u64 = facts.text(row.seconds).parse().ok()?;
        (seconds > minutes * 60).then_some((row, seconds))
    });
    graces
        .map(|(row, seconds)| {
            let message = format!(
                "the pod may terminate for {seconds} seconds, but AKS waits {minutes} minutes for a drain: an upgrade of the nodes would fail"
            );
            let help = "lower `terminationGracePeriodSeconds`, or raise `drainTimeoutInMinutes` of the node pools by a patch";
            facts.diagnostic(row, Code::GraceExceedsDrain, message, help)
        })
        .collect()
}
