//! From a spec that `init` began back to the answers, and from new answers to that spec with what people added. Never a second record.

use super::{
    answers::{Answers, Service},
    spec::{BEGUN, spec},
};
use crate::{
    diag::Source,
    spec::{Layer, Node, Rank},
};

/// The answers that a spec stands for; nothing if `init` did not begin it, or it cannot be read. `there` says which files exist beside it.
pub fn recorded(text: &str, there: impl Fn(&str) -> bool) -> Option<Answers> {
    let preset = text.lines().nth(1)?.strip_prefix(BEGUN)?.split('`').next()?;
    let mut findings = vec![];
    let layer = Layer::parse(&Source::new("platform.toml", text), Rank::Spec, &mut findings);
    let tree = findings.is_empty().then_some(layer.tree)?;
    let say = |table: &str, key: &str| tree.get(table).and_then(|table| table.get(key)).and_then(Node::text).map(str::to_owned);
    let mut services: Vec<(usize, Service)> =
        tree.get("services").and_then(Node::table).into_iter().flatten().map(|(name, node)| (node.key.start, service(name, node))).collect();
    services.sort_by_key(|(place, _)| *place);
    Some(Answers {
        preset: Some(preset.to_owned()),
        name: say("platform", "name"),
        owner: say("platform", "owner"),
        location: say("azure", "location"),
        tenant: say("azure", "tenant_id"),
        subscription: say("azure", "subscription_id"),
        admins: say("azure", "admins"),
        engine: say("gitops", "engine"),
        repository: say("gitops", "repository"),
        zone: Some(say("dns", "zone").unwrap_or_default()),
        ci: Some(super::files::system(there).to_owned()),
        services: Some(services.into_iter().map(|(_, service)| service).collect()),
    })
}

fn service(name: &str, node: &Node) -> Service {
    let plain = |key: &str| node.get(key).map(Node::plain);
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let list = |value: serde_json::Value| value.as_array().map(|all| all.iter().map(text).collect::<Vec<_>>().join(", "));
    let pairs = |value: serde_json::Value| value.as_object().map(|all| all.iter().map(|(k, v)| format!("{k}={}", text(v))).collect::<Vec<_>>().join(", "));
    Service {
        name: name.to_owned(),
        image: plain("image").map(|value| text(&value)),
        port: plain("port").map(|value| text(&value)),
        calls: plain("calls").and_then(list),
        host: node.get("expose").and_then(|expose| expose.get("host")).and_then(Node::text).map(str::to_owned),
        secrets: plain("secrets").and_then(pairs),
    }
}

/// The existing spec, changed as the answers changed: what people wrote into it stays.
///
/// # Errors
/// The text with both versions of the lines that people and the answers changed alike.
pub fn merged(existing: &str, before: &Answers, now: &Answers) -> Result<String, String> {
    diffy::merge(&spec(before), existing, &spec(now))
}
