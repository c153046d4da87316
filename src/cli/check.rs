//! `aksgen check`.

use super::{
    Judging,
    drift::{Drift, drift, upgraded},
    judged, output,
    progress::Counted,
    settings,
};
use crate::{
    diag::safe,
    pipeline::{self, Outcome, Request},
    sink::Compare,
};
use clap::Args;
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

/// So many files are named; the rest is counted.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: judged::Format,
    /// This may get lost although it holds data; NAME as the finding has it, `ENVIRONMENT/NAME` for
    /// one environment. May be given several times.
    #[arg(long, value_name = "NAME")]
    allow_data_loss: Vec<String>,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let format = arguments.format;
    let request =
        Request { allow_data_loss: arguments.allow_data_loss, ..arguments.judging.request(dir) };
    let compared =
        Compare::new(&request.dir).map_err(|diagnostic| vec![diagnostic]).and_then(|sink| {
            let wrote = upgraded(&sink);
            let outcome = pipeline::run(&request, &Counted::new(sink))?;
            let drift = drift(&request, &outcome.report, wrote.is_some());
            Ok((outcome, drift, wrote))
        });
    match compared {
        Ok((outcome, drift, wrote)) if format == judged::Format::Human => {
            report(&outcome, &drift, wrote.as_deref())
        }
        Ok((outcome, drift, _)) => judged::pass(format, "check", &request.dir, &outcome, &drift),
        Err(diagnostics) => judged::fail(format, "check", &request.dir, &diagnostics),
    }
}

fn report(outcome: &Outcome, drift: &[Drift], wrote: Option<&str>) -> ExitCode {
    output::remarks(outcome);
    if drift.is_empty() {
        return output::success("in step: the tree is what platform.toml says");
    }
    let files = if drift.len() == 1 { "file differs" } else { "files differ" };
    let mut text =
        format!("{} {files} from what platform.toml says: {}\n", drift.len(), fix(drift));
    // The fewer lines are behind it, the more each of them says.
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
    text.push_str("`aksgen diff` says what changes in every object\n");
    output::text(&text).err().unwrap_or(ExitCode::from(1))
}

/// The one command that mends it. What others wrote is theirs to move.
fn fix(drift: &[Drift]) -> String {
    let of = |cause: &'static str| drift.iter().filter(move |file| file.cause == cause);
    if let Some(file) = of("not ours").next() {
        return format!(
            "move `{}` away, which aksgen did not write, then run `aksgen render`",
            safe(&file.path)
        );
    }
    let edited: String =
        of("edited by hand").map(|file| format!(" --overwrite {}", safe(&file.path))).collect();
    match of("edited by hand").count() {
        0 => "run `aksgen render` and commit the result".to_owned(),
        1..=3 => {
            format!("run `aksgen render{edited}`, which takes the edit back, and commit the result")
        }
        _ => "run `aksgen render`, which says what can be done about each edit".to_owned(),
    }
}

/// What differs first, who makes it, and which line says so.
fn first(file: &Drift) -> String {
    let owner =
        if file.owner.is_empty() { String::new() } else { format!(", made by `{}`", file.owner) };
    let line = file
        .lines
        .first()
        .map(|label| format!(", because of {} {}", label.place(), label.note))
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
