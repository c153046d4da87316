//! Explanation of a diagnostic code, with examples.

use super::section;
use crate::{
    diag::{Code, Severity},
    reference::{self, Example},
};
use serde_json::{Value, json};

pub(super) fn json(code: Code) -> Value {
    let page = reference::code_page(code);
    let severity = if code.severity() == Severity::Error { "error" } else { "warning" };
    json!({"code": code.id(), "severity": severity, "meaning": code.explain(), "examples": page})
}

pub(super) fn text(code: Code) -> String {
    let page = reference::code_page(code);
    let stops = if code.severity() == Severity::Error {
        "an error: nothing is written"
    } else {
        "a warning: the tree is written"
    };
    let mut out = format!("{} ({stops})\n\n{}\n", code.id(), code.explain());
    for (title, example) in [("found here", &page.fails), ("not found here", &page.passes)] {
        let title = |example: &Example| {
            if example.command == ["validate"] {
                title.to_owned()
            } else {
                format!("{title}, with `aksgen {}`", example.command.join(" "))
            }
        };
        out.push_str(
            &example
                .as_ref()
                .map(|example| section(&title(example), &shown(example)))
                .unwrap_or_default(),
        );
    }
    let shared = "Examples leave out what they share: the tables platform, azure, gitops, environments and a service `orders`.\n";
    out.push_str(&page.fails.as_ref().map(|_| format!("\n{shared}")).unwrap_or_default());
    out + &section("there is no example", &page.instead)
}

/// Relevant lines of an example; each file except the spec has its name.
fn shown(example: &Example) -> String {
    let mut out = String::new();
    for (path, text) in example.shown.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let name = if path == "platform.toml" { String::new() } else { format!("# {path}\n") };
        out.push_str(&format!(
            "{}{name}{}\n",
            if out.is_empty() { "" } else { "\n" },
            text.trim_end()
        ));
    }
    out
}
