//! Recovers the answers from a spec that `init` created, and merges new answers into that spec.

use super::{
    answers::{Answers, ServiceAnswers},
    spec::{SPEC_MARKER, spec},
};
use crate::{
    diag::Source,
    spec::{Layer, Node, Rank},
};

/// Answers recorded in a spec; `None` if `init` did not create it, or it cannot be read. `there`
/// returns whether a file exists beside it.
pub fn recorded(text: &str, there: impl Fn(&str) -> bool) -> Option<Answers> {
    let preset = text.lines().nth(1)?.strip_prefix(SPEC_MARKER)?.split('`').next()?;
    let mut diagnostics = vec![];
    let layer = Layer::parse(&Source::new("platform.toml", text), Rank::Spec, &mut diagnostics);
    let tree = diagnostics.is_empty().then_some(layer.tree)?;
    let text = |table: &str, key: &str| {
        tree.get(table).and_then(|table| table.get(key)).and_then(Node::text).map(str::to_owned)
    };
    let mut services: Vec<(usize, ServiceAnswers)> = tree
        .get("services")
        .and_then(Node::table)
        .into_iter()
        .flatten()
        .map(|(name, node)| (node.key.start, service(name, node)))
        .collect();
    services.sort_by_key(|(place, _)| *place);
    Some(Answers {
        preset: Some(preset.to_owned()),
        name: text("platform", "name"),
        owner: text("platform", "owner"),
        location: text("azure", "location"),
        tenant: text("azure", "tenant_id"),
        subscription: text("azure", "subscription_id"),
        admins: text("azure", "admins"),
        engine: text("gitops", "engine"),
        repository: text("gitops", "repository"),
        zone: Some(text("dns", "zone").unwrap_or_default()),
        ci: Some(super::files::system(there).to_owned()),
        services: Some(services.into_iter().map(|(_, service)| service).collect()),
    })
}

fn service(name: &str, node: &Node) -> ServiceAnswers {
    let plain = |key: &str| node.get(key).map(Node::plain);
    let text =
        |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let list = |value: serde_json::Value| {
        value.as_array().map(|all| all.iter().map(text).collect::<Vec<_>>().join(", "))
    };
    let pairs = |value: serde_json::Value| {
        value.as_object().map(|all| {
            all.iter().map(|(k, v)| format!("{k}={}", text(v))).collect::<Vec<_>>().join(", ")
        })
    };
    ServiceAnswers {
        name: name.to_owned(),
        image: plain("image").map(|value| text(&value)),
        port: plain("port").map(|value| text(&value)),
        calls: plain("calls").and_then(list),
        host: node
            .get("expose")
            .and_then(|expose| expose.get("host"))
            .and_then(Node::text)
            .map(str::to_owned),
        secrets: plain("secrets").and_then(pairs),
    }
}

/// Applies changed answers to an existing spec; manual edits are kept.
///
/// # Errors
/// The text with both versions of each conflicting line.
pub fn merged(existing: &str, before: &Answers, now: &Answers) -> Result<String, String> {
    diffy::merge(&spec(before), existing, &spec(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::Preset;
    use proptest::prelude::*;

    /// Any text, and texts that try to end a string, a comment or a table.
    fn typed() -> impl Strategy<Value = String> {
        const HOSTILE: [&str; 3] = [
            "\"\n[environments.x]\nprofile = \"dev\"\n# ",
            "''' \"\"\" \u{7f}\\",
            "\r\n\u{1b}[31m",
        ];
        prop_oneof![
            any::<String>(),
            "[ -~]{0,12}",
            proptest::sample::select(&HOSTILE[..]).prop_map(str::to_owned)
        ]
    }

    proptest! {
        /// No answer ends a string, a comment or a table: the recorded answers are the given ones.
        #[test]
        fn a_spec_records_every_answer(texts in proptest::collection::vec(typed(), 9), service in (typed(), typed(), typed()), preset in 0..4_usize) {
            let mut next = texts.into_iter().map(Some);
            let mut text = || next.next().flatten();
            let (preset, _) = Preset::choices()[preset];
            let (name, image, value) = service;
            let value = value.replace([',', '='], "");
            let run = ServiceAnswers { name, image: Some(image), secrets: Some(format!("KEY={}", value.trim())), ..ServiceAnswers::default() };
            let given = Answers {
                preset: Some(preset.to_owned()), name: text(), owner: text(), location: text(), tenant: text(), subscription: text(),
                admins: text(), engine: text(), repository: text(), zone: text(), ci: Some("none".into()), services: Some(vec![run]),
            };
            let written = spec(&given);
            prop_assert_eq!(recorded(&written, |_| false), Some(given.clone()));
            prop_assert_eq!(merged(&written, &given, &given), Ok(written));
        }
    }

    #[test]
    fn a_spec_that_init_did_not_create_is_not_read() {
        assert_eq!(recorded("[platform]\nname = \"shop\"\n", |_| false), None);
        assert_eq!(
            recorded(&format!("#:schema x\n{SPEC_MARKER}learning`\n[platform\n"), |_| false),
            None
        );
    }
}
