//! Explanation of a file or line of the tree.

use super::section;
use crate::{
    diag::{Label, safe},
    pipeline::explain::OfFile,
};
use serde_json::{Value, json};

pub(super) fn json(found: &OfFile) -> Value {
    let label = |label: &Label| {
        let (line, column) = label.source.position(label.span.start);
        json!({"file": label.source.name, "line": line, "column": column, "key": label.note.trim_matches('`')})
    };
    let object = found
        .object
        .as_ref()
        .map(|[kind, namespace, name]| json!({"kind": kind, "namespace": namespace, "name": name}));
    json!({
        "what": if found.object.is_some() { "an object" } else { found.what },
        "component": found.unit,
        "environments": found.environments,
        "object": object,
        "why": found.why,
        "see": found.see,
        "behind": found.labels.iter().map(label).collect::<Vec<_>>(),
    })
}

/// Object, reason and source lines of a file.
pub(super) fn text(found: &OfFile) -> String {
    let object = found.object.as_ref().map_or_else(
        || found.what.to_owned(),
        |[kind, namespace, name]| {
            if namespace.is_empty() {
                format!("{kind} `{name}`")
            } else {
                format!("{kind} `{namespace}/{name}`")
            }
        },
    );
    let maker = if found.unit.is_empty() {
        String::new()
    } else {
        format!(", rendered by `{}`", found.unit)
    };
    let mut out = safe(&format!("{object}{maker} for {}\n", found.environments.join(", ")));
    if !found.why.is_empty() {
        out.push_str(&section("why", &format!("{}\n{}", found.why, found.see)));
    }
    let provenance: String = found
        .labels
        .iter()
        .map(|label| safe(format!("{}   {}", label.place(), label.note).trim_end()) + "\n")
        .collect();
    out + &section("behind it", &provenance)
}
