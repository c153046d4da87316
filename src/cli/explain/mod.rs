//! `aksgen explain`.

mod code;
mod file;
mod key;
mod topics;

use super::{OutputFormat, completions, output};
use crate::{
    diag::Code,
    pipeline::{Request, SPEC, explain},
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::Value;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Explain a key such as `services.orders.calls` or `services.*.calls`, a file of the tree with
    /// or without `:LINE` or `:LINE:COLUMN`, a line of platform.toml, or a code. Without it, list
    /// all topics.
    #[arg(value_name = "KEY|FILE[:LINE[:COLUMN]]|CODE", add = ArgValueCompleter::new(completions::topics))]
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
    if let (SPEC, Some((line, column))) = place(what) {
        return match explain::key_at(&request.dir, line, column) {
            Ok(key) => explain_key(format, &request, &key),
            Err(diagnostics) => output::no_answer(&diagnostics),
        };
    }
    if is_file(what) {
        let (path, place) = place(what);
        let line = place.map(|(line, _)| line);
        return match explain::file(&request, path.trim_start_matches("./"), line) {
            Ok(found) => print(format, &file::json(&found), || file::text(&found)),
            Err(diagnostics) => output::no_answer(&diagnostics),
        };
    }
    explain_key(format, &request, what)
}

fn explain_key(format: OutputFormat, request: &Request, key: &str) -> ExitCode {
    match explain::key(request, key) {
        Ok(found) => print(format, &key::json(&found), || key::text(&found)),
        Err(diagnostics) => output::no_answer(&diagnostics),
    }
}

/// Path, line and column of `FILE[:LINE[:COLUMN]]`, the form in which messages name a place.
fn place(what: &str) -> (&str, Option<(usize, Option<usize>)>) {
    let split = |text: &'_ str| {
        let (before, last) = text.rsplit_once(':')?;
        Some((before.len(), last.parse::<usize>().ok()?))
    };
    let Some((end, last)) = split(what) else { return (what, None) };
    match split(&what[..end]) {
        Some((path, line)) => (&what[..path], Some((line, Some(last)))),
        None => (&what[..end], Some((last, None))),
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
