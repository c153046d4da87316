//! `aksgen validate`.

use super::{ValidationArgs, completions, output, progress::ProgressSink, report};
use crate::{
    pipeline::{self, Request, RunResult},
    sink::NullSink,
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Validate only these environments.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Override a value, as KEY=VALUE.
    #[arg(long, value_name = "KEY=VALUE", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: report::ReportFormat,
    #[command(flatten)]
    validation: ValidationArgs,
}

pub(super) fn run(arguments: ValidateArgs, dir: PathBuf) -> ExitCode {
    let format = arguments.format;
    let request = Request {
        environments: arguments.environments,
        set: arguments.set,
        ..arguments.validation.request(dir)
    };
    match pipeline::run(&request, &ProgressSink::new(NullSink)) {
        Ok(outcome) if format == report::ReportFormat::Human => report(&outcome),
        Ok(outcome) => report::pass(format, "validate", &request.dir, &outcome, &[]),
        Err(diagnostics) => report::fail(format, "validate", &request.dir, &diagnostics),
    }
}

fn report(outcome: &RunResult) -> ExitCode {
    output::remarks(outcome);
    let counts: Vec<String> =
        outcome.objects.iter().map(|(name, count)| format!("{name}: {count} objects")).collect();
    output::success(&format!("valid; {}", counts.join(", ")))
}
