//! `aksgen validate`.

use super::{Judging, completions, judged, output, progress::Counted};
use crate::{
    pipeline::{self, Outcome, Request},
    sink::NullSink,
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these environments.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Try another value, as KEY=VALUE.
    #[arg(long, value_name = "KEY=VALUE", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: judged::Format,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let format = arguments.format;
    let request = Request {
        environments: arguments.environments,
        set: arguments.set,
        ..arguments.judging.request(dir)
    };
    match pipeline::run(&request, &Counted::new(NullSink)) {
        Ok(outcome) if format == judged::Format::Human => report(&outcome),
        Ok(outcome) => judged::pass(format, "validate", &request.dir, &outcome, &[]),
        Err(diagnostics) => judged::fail(format, "validate", &request.dir, &diagnostics),
    }
}

fn report(outcome: &Outcome) -> ExitCode {
    output::remarks(outcome);
    let counts: Vec<String> =
        outcome.objects.iter().map(|(name, count)| format!("{name}: {count} objects")).collect();
    output::success(&format!("valid; {}", counts.join(", ")))
}
