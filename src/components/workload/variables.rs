//! Plain environment variables: those of the spec, and the addresses of called endpoints. The spec
//! overrides the addresses.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Env,
    text::{Plain, SecretName},
    wiring::{self, Pods},
};
use std::collections::BTreeMap;

type PlainVariables = BTreeMap<String, Plain>;
type SecretVariables = BTreeMap<String, SecretName>;

/// All plain variables of some pods, by name.
pub(super) fn of(
    pods: &Pods,
    own: &PlainVariables,
    secrets: &SecretVariables,
    env: &Env,
) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> =
        own.iter().map(|(name, value)| (name.clone(), value.as_str().to_owned())).collect();
    for (name, value, _) in addresses(pods, own, secrets, env) {
        variables.entry(name).or_insert(value);
    }
    variables
}

/// Reports two calls that set one variable to different values, such as `external.mail` and a
/// service `external-mail`.
pub(super) fn check(
    pods: &Pods,
    own: &PlainVariables,
    secrets: &SecretVariables,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let mut seen: BTreeMap<String, (String, wiring::SpecKey)> = BTreeMap::new();
    for (name, value, source) in addresses(pods, own, secrets, env) {
        let (first, path) =
            seen.entry(name.clone()).or_insert_with(|| (value.clone(), source.clone()));
        if *first != value {
            let message = format!("two calls would set `{name}`: to `{first}` and to `{value}`");
            let help = "set it in `env`, or rename one of the two";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, source, message, help);
            diagnostics.push(diagnostic.and(path.clone()));
        }
    }
}

/// Variables with the host and port of each called endpoint: name, value and call. Variables that
/// the spec sets are left out.
fn addresses(
    pods: &Pods,
    own: &PlainVariables,
    secrets: &SecretVariables,
    env: &Env,
) -> Vec<(String, String, wiring::SpecKey)> {
    let mut variables = vec![];
    for connection in env.connections_from(pods) {
        let Some(address) = env.wiring.addresses.get(connection.name) else { continue };
        let stem = upper(connection.name);
        let port = connection
            .port_name
            .map_or_else(|| format!("{stem}_PORT"), |port| format!("{stem}_{}_PORT", upper(port)));
        let served = address.ports.get(&connection.port).copied().unwrap_or(connection.port);
        let source = || connection.source.to_owned();
        variables.push((format!("{stem}_HOST"), address.host.clone(), source()));
        variables.push((port, served.to_string(), source()));
    }
    variables.retain(|(name, ..)| !own.contains_key(name) && !secrets.contains_key(name));
    variables
}

fn upper(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect()
}
