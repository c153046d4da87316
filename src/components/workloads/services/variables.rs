//! What a process is told: its own variables, and where those are that it calls. Never overrides
//! what a person wrote.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Env,
    text::{Plain, SecretName},
    wiring::{self, Pods},
};
use std::collections::BTreeMap;

type Plains = BTreeMap<String, Plain>;
type Secrets = BTreeMap<String, SecretName>;

/// The plain variables of some pods: what the spec says, and, where it does not, the hosts and
/// ports of what they call.
pub(crate) fn of(
    pods: &Pods,
    own: &Plains,
    secrets: &Secrets,
    env: &Env,
) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> =
        own.iter().map(|(name, value)| (name.clone(), value.as_str().to_owned())).collect();
    for (name, value, _) in derived(pods, own, secrets, env) {
        out.entry(name).or_insert(value);
    }
    out
}

/// Two calls that would be told apart by nothing: `external.mail` and a service `external-mail`.
pub(crate) fn check(
    pods: &Pods,
    own: &Plains,
    secrets: &Secrets,
    env: &Env,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let mut seen: BTreeMap<String, (String, wiring::SpecKey)> = BTreeMap::new();
    for (name, value, because) in derived(pods, own, secrets, env) {
        let (first, path) =
            seen.entry(name.clone()).or_insert_with(|| (value.clone(), because.clone()));
        if *first != value {
            let message = format!("two calls would set `{name}`: to `{first}` and to `{value}`");
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                because,
                message,
                "set it in `env`, or rename one of the two",
            );
            diagnostic = diagnostic.and(path.clone());
            out.push(diagnostic);
        }
    }
}

/// Variables that follow from calls, but for those that a person set: name, value, and the call.
fn derived(
    pods: &Pods,
    own: &Plains,
    secrets: &Secrets,
    env: &Env,
) -> Vec<(String, String, wiring::SpecKey)> {
    let mut out = vec![];
    for connection in env.connections_from(pods) {
        let Some(address) = env.wiring.addresses.get(connection.name) else { continue };
        let stem = upper(connection.name);
        let port = connection.asked.map_or_else(
            || format!("{stem}_PORT"),
            |asked| format!("{stem}_{}_PORT", upper(asked)),
        );
        let served = address.ports.get(&connection.port).copied().unwrap_or(connection.port);
        out.push((format!("{stem}_HOST"), address.host.clone(), connection.source.to_owned()));
        out.push((port, served.to_string(), connection.source.to_owned()));
    }
    out.retain(|(name, ..)| !own.contains_key(name) && !secrets.contains_key(name));
    out
}

fn upper(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect()
}
