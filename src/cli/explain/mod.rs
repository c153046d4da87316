//! `aksgen explain`.

mod code;
mod file;
mod key;
mod topics;

use super::{OutputFormat, completions, output};
use crate::{
    diag::Code,
    pipeline::{Request, explain},
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::Value;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Explain a key such as `services.orders.calls` or `services.*.calls`, a file of the tree with
    /// or without `:LINE`, or a code. Without it, list all topics.
    #[arg(value_name = "KEY|FILE[:LINE]|CODE", add = ArgValueCompleter::new(completions::topics))]
    what: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: OutputFormat,
}

pub(super) fn run(arguments: &ExplainArgs, dir: PathBuf) -> ExitCode {
    let (format, request) = (arguments.format, Request { dir, ..Request::default() });
    let Some(what) = arguments.what.as_deref() else {
        return print(format, &topics::json(), topics::text);
    };
    if let Some(code) = Code::named(what) {
        return print(format, &code::json(code), || code::text(code));
    }
    if is_file(what) {
        let (path, line) =
            match what.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?))) {
                Some((path, line)) => (path, Some(line)),
                None => (what, None),
            };
        return match explain::file(&request, path.trim_start_matches("./"), line) {
            Ok(found) => print(format, &file::json(&found), || file::text(&found)),
            Err(diagnostics) => output::no_answer(&diagnostics),
        };
    }
    match explain::key(&request, what) {
        Ok(found) => print(format, &key::json(&found), || key::text(&found)),
        Err(diagnostics) => output::no_answer(&diagnostics),
    }
}

/// Whether the topic is a path: it has a folder or a file extension. A quoted part of a key can
/// contain a slash.
fn is_file(what: &str) -> bool {
    !what.contains('"')
        && (what.contains('/')
            || [".yaml", ".md", ".lock", ".bicep"].iter().any(|end| what.contains(end)))
}

fn print(format: OutputFormat, json: &Value, text: impl FnOnce() -> String) -> ExitCode {
    match format {
        OutputFormat::Json => output::json(json),
        OutputFormat::Human => output::line(text().trim_end()).err().unwrap_or(ExitCode::SUCCESS),
    }
}

/// Indented lines under a title.
fn section(title: &str, body: &str) -> String {
    let rows: String = body
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
        .collect();
    if body.trim().is_empty() { String::new() } else { format!("\n{title}\n{rows}") }
}
