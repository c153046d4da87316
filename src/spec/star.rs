//! Keys `"*"` that no merge reads.

use super::validate::key_below;
use crate::diag::{Code, Diagnostic, SpecPath};
use serde_json::Value;

/// A `"*"` without an effect in the table at a path. It must be a table, beside tables with the
/// same keys.
pub(super) fn check(
    path: &[String],
    value: &Value,
    schema: &Value,
) -> Option<Diagnostic<SpecPath>> {
    let parent = path.join(".");
    let help = if schema["additionalProperties"]["type"] != "object" {
        format!("write each key of `{parent}` with its value")
    } else if value.is_object() {
        return None;
    } else {
        format!("write `{parent}.<name> = false` for each table, or a table `[{parent}.\"*\"]`")
    };
    Some(ignored(path, &help))
}

/// An environment `"*"`.
pub(super) fn environment(name: &str) -> Option<Diagnostic<SpecPath>> {
    let help = "write the keys of all environments at the root";
    (name == "*").then(|| ignored(&["environments".to_owned()], help))
}

fn ignored(path: &[String], help: &str) -> Diagnostic<SpecPath> {
    let message = "`\"*\"` has no effect here: it holds settings of all tables of one component";
    Diagnostic::new(Code::BadValue, message).help(help).at(key_below(path, "*"))
}
