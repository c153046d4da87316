//! `aksgen check`.

use super::{
    ValidationArgs,
    drift::{Drift, LINE_ENDINGS, LINE_ENDINGS_FIX, drift, upgraded},
    output,
    progress::ProgressSink,
    report, settings,
};
use crate::{
    diag::safe,
    pipeline::{self, Request, RunResult},
    sink::Compare,
};
use clap::Args;
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

/// Maximum number of files to list; the others are counted.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: report::ReportFormat,
    /// Allow the loss of this data holder. NAME is the name in the diagnostic; use
    /// `ENVIRONMENT/NAME` for one environment. Can be repeated.
    #[arg(long, value_name = "NAME")]
    allow_data_loss: Vec<String>,
    #[command(flatten)]
    validation: ValidationArgs,
}

pub(super) fn run(arguments: CheckArgs, dir: PathBuf) -> ExitCode {
    let format = arguments.format;
    let request =
        Request { allow_data_loss: arguments.allow_data_loss, ..arguments.validation.request(dir) };
    let compared =
        Compare::new(&request.dir).map_err(|diagnostic| vec![diagnostic]).and_then(|sink| {
            let wrote = upgraded(&sink);
            let outcome = pipeline::run(&request, &ProgressSink::new(sink))?;
            let drift = drift(&request, &outcome.report, wrote.is_some());
            Ok((outcome, drift, wrote))
        });
    match compared {
        Ok((outcome, drift, wrote)) if format == report::ReportFormat::Human => {
            report(&outcome, &drift, wrote.as_deref())
        }
        Ok((outcome, drift, _)) => report::pass(format, "check", &request.dir, &outcome, &drift),
        Err(diagnostics) => report::fail(format, "check", &request.dir, &diagnostics),
    }
}

fn report(outcome: &RunResult, drift: &[Drift], wrote: Option<&str>) -> ExitCode {
    output::remarks(outcome);
    if drift.is_empty() {
        return output::success("up to date");
    }
    let files = if drift.len() == 1 { "file differs" } else { "files differ" };
    let mut text = format!("{} {files} from platform.toml: {}\n", drift.len(), fix(drift));
    // The file with the fewest source lines identifies the cause best.
    let telling = drift
        .iter()
        .min_by_key(|file| (file.first.is_empty(), file.lines.is_empty(), file.lines.len()));
    text.extend(telling.map(first));
    text.push_str(&causes(drift, wrote));
    let limit = if settings::get().verbose { drift.len() } else { SHOWN };
    let width = drift.iter().map(|file| file.cause.len()).max().unwrap_or_default();
    text.extend(
        drift
            .iter()
            .take(limit)
            .map(|file| format!("  {:width$}  {}\n", file.cause, safe(&file.path))),
    );
    if drift.len() > limit {
        text.push_str(&format!("  and {} more\n", drift.len() - limit));
    }
    text.push_str("`aksgen diff` shows the changes of every object\n");
    output::text(&text).err().unwrap_or(ExitCode::from(1))
}

/// Command that brings the tree up to date. Unmanaged files have to be moved first.
fn fix(drift: &[Drift]) -> String {
    let of = |cause: &'static str| drift.iter().filter(move |file| file.cause == cause);
    if let Some(file) = of("not ours").next() {
        return format!(
            "move the unmanaged file `{}` away, then run `aksgen render`",
            safe(&file.path)
        );
    }
    if of(LINE_ENDINGS).next().is_some() {
        return format!("Git changed line endings; {LINE_ENDINGS_FIX}");
    }
    let edited: String =
        of("edited by hand").map(|file| format!(" --overwrite {}", safe(&file.path))).collect();
    match of("edited by hand").count() {
        0 => "run `aksgen render` and commit the result".to_owned(),
        1..=3 => {
            format!("run `aksgen render{edited}` to discard the edits, and commit the result")
        }
        _ => "run `aksgen render`, which shows the choices for each edit".to_owned(),
    }
}

/// First difference, with the instance that renders it and its line of the spec.
fn first(file: &Drift) -> String {
    let owner = if file.owner.is_empty() {
        String::new()
    } else {
        format!(", rendered by `{}`", file.owner)
    };
    let line = file
        .lines
        .first()
        .map(|label| format!(", source {} {}", label.place(), label.note))
        .unwrap_or_default();
    let head = safe(&format!("first: {}{owner}{}\n", file.path, line.trim_end()));
    let body: String = file.first.lines().map(|line| format!("  {line}\n")).collect();
    head + &body
}

fn causes(drift: &[Drift], wrote: Option<&str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    drift.iter().for_each(|file| *counts.entry(file.cause).or_default() += 1);
    let version = |cause: &str| match wrote {
        Some(wrote) if cause == "aksgen upgraded" => {
            format!(" from {wrote} to {}", env!("CARGO_PKG_VERSION"))
        }
        _ => String::new(),
    };
    let all: Vec<String> =
        counts.iter().map(|(cause, count)| format!("{cause}{}: {count}", version(cause))).collect();
    format!("{}\n", all.join(", "))
}
