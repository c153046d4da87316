//! Azure Service Operator has a credential for every resource.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Credential, Object, Provides},
    verify::facts::Name,
};
use std::collections::BTreeSet;

/// Namespace and name of the credential for all namespaces. Source: documentation of Azure Service
/// Operator on authentication.
const GLOBAL: (&str, &str) = ("azureserviceoperator-system", "aso-controller-settings");

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let rendered = facts.all::<Object<Name>>().map(|row| (row.namespace, row.kind, row.name));
    let provided = facts.all::<Provides<Name>>().map(|row| (row.namespace, row.kind, row.name));
    let secrets: BTreeSet<(Name, Name)> = rendered
        .chain(provided)
        .filter(|(_, kind, _)| facts.short(*kind) == "Secret")
        .map(|(namespace, _, name)| (namespace, name))
        .collect();
    if secrets.contains(&(facts.name(GLOBAL.0), facts.name(GLOBAL.1))) {
        return vec![];
    }
    let all = facts.all::<Credential<Name>>();
    let missing = all.filter(|row| !secrets.contains(&(row.namespace, row.secret)));
    missing
        .map(|row| {
            let (secret, namespace) = (facts.text(row.secret), facts.text(row.namespace));
            let message = format!(
                "Azure Service Operator has no credential: there is no Secret `{secret}` in the namespace `{namespace}`"
            );
            let help = "put the object into the Azure namespace of the environment, or declare the Secret by `[assume.<name>]`";
            facts.diagnostic(row, Code::DanglingReference, message, help)
        })
        .collect()
}
