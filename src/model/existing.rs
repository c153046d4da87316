//! What belongs to others: another environment, or another team. Nothing of it is rendered, and roles on it come from its owner.

use super::{Blame, Env, wiring::Scope};
use crate::diag::Code;

/// A finding for each field that something has already, because it exists.
pub(super) fn has_already(component: &str, given: &[(&str, bool)], out: &mut Vec<Blame>) {
    for (field, _) in given.iter().filter(|(_, given)| *given) {
        let message = format!("what exists already has its `{field}`");
        let blame = Blame::new(Code::Conflict, format!("{component}.{field}"), message, "remove one of the two");
        out.push(Blame { other: Some(format!("{component}.existing")), ..blame });
    }
}

/// The roles on what belongs to others, which Azure Service Operator cannot give: identity, role, scope.
pub(super) fn grants(env: &Env) -> Vec<(&str, &'static str, &Scope)> {
    let all = env.wiring.identities.iter().flat_map(|(name, need)| need.roles.iter().map(move |(role, scope)| (name.as_str(), *role, scope)));
    all.filter(|(_, _, scope)| !env.names().is_ours(scope)).collect()
}
