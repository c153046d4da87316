//! `aksgen validate`.

use super::{Judging, completions, output};
use crate::{
    pipeline::{self, Request},
    sink::Nowhere,
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
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let request = Request { environments: arguments.environments, set: arguments.set, ..arguments.judging.request(dir) };
    match pipeline::run(&request, &Nowhere) {
        Ok(outcome) => {
            output::remarks(&outcome);
            let counts: Vec<String> = outcome.objects.iter().map(|(name, count)| format!("{name}: {count} objects")).collect();
            output::line(&format!("valid; {}", counts.join(", "))).err().unwrap_or(ExitCode::SUCCESS)
        }
        Err(findings) => output::fail(&findings),
    }
}
