//! `aksgen explain`.

mod code;
mod file;
mod key;
mod topics;

use super::{Format, completions, output};
use crate::{
    diag::Code,
    pipeline::{Request, explain},
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::Value;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A key of platform.toml, such as `services.orders.calls` or `services.*.calls`; a file of the
    /// tree, with or without `:LINE`; or the code of a finding. Without it: what can be asked.
    #[arg(value_name = "KEY|FILE[:LINE]|CODE", add = ArgValueCompleter::new(completions::topics))]
    what: Option<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, dir: PathBuf) -> ExitCode {
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

/// A path of the tree has a folder, or an ending that no key has. A quoted part of a key may hold a
/// slash.
fn is_file(what: &str) -> bool {
    !what.contains('"')
        && (what.contains('/')
            || [".yaml", ".md", ".lock", ".bicep"].iter().any(|end| what.contains(end)))
}

fn print(format: Format, json: &Value, text: impl FnOnce() -> String) -> ExitCode {
    match format {
        Format::Json => output::json(json),
        Format::Human => output::line(text().trim_end()).err().unwrap_or(ExitCode::SUCCESS),
    }
}

/// Lines under a title, moved in.
fn section(title: &str, body: &str) -> String {
    let rows: String = body
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
        .collect();
    if body.trim().is_empty() { String::new() } else { format!("\n{title}\n{rows}") }
}
