//! `aksgen explain`.

use super::{Format, output};
use crate::{
    diag::{Code, Label},
    pipeline::{self, Explanation, Request},
};
use clap::Args;
use serde_json::{Value, json};
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A file of the tree, with or without `:LINE`; or the code of a finding.
    #[arg(value_name = "FILE[:LINE]|CODE")]
    what: String,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, dir: PathBuf) -> ExitCode {
    if let Some(code) = Code::ALL.iter().find(|code| code.id() == arguments.what) {
        return print(arguments.format, &json!({"code": code.id(), "meaning": code.explain().trim()}), || code.explain().trim().to_owned());
    }
    let (path, line) = match arguments.what.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?))) {
        Some((path, line)) => (path, Some(line)),
        None => (arguments.what.as_str(), None),
    };
    match pipeline::explain(&Request { dir, ..Request::default() }, path, line) {
        Ok(explanation) => print(arguments.format, &as_json(&explanation), || as_text(&explanation)),
        Err(findings) => output::fail(&findings),
    }
}

fn print(format: Format, json: &Value, text: impl FnOnce() -> String) -> ExitCode {
    match format {
        Format::Json => output::json(json),
        Format::Human => output::line(&text()).err().unwrap_or(ExitCode::SUCCESS),
    }
}

fn as_json(explanation: &Explanation) -> Value {
    let label = |label: &Label| {
        let (line, column) = label.source.position(label.span.start);
        json!({"file": label.source.name, "line": line, "column": column, "key": label.note.trim_matches('`')})
    };
    let object = explanation.object.as_ref().map(|[kind, namespace, name]| json!({"kind": kind, "namespace": namespace, "name": name}));
    json!({
        "component": explanation.unit,
        "environments": explanation.environments,
        "object": object,
        "behind": explanation.labels.iter().map(label).collect::<Vec<_>>(),
    })
}

/// What it is, whose it is, and the lines behind it, each with its text.
fn as_text(explanation: &Explanation) -> String {
    let object = explanation.object.as_ref().map_or_else(
        || "a text".to_owned(),
        |[kind, namespace, name]| if namespace.is_empty() { format!("{kind} `{name}`") } else { format!("{kind} `{namespace}/{name}`") },
    );
    let mut out = format!("{object}, made by `{}` for {}", explanation.unit, explanation.environments.join(", "));
    for label in &explanation.labels {
        let key = if label.note.is_empty() { String::new() } else { format!("   {}", label.note) };
        out.push_str(&format!("\n  {}{key}", label.place()));
    }
    out
}
