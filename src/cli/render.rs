//! `aksgen render`.

use super::{Judging, completions, output};
use crate::{
    pipeline::{self, Outcome, Request},
    sink::{Compare, Sink, Stage},
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these environments; the files of the others stay as they are.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Say what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Try another value, as KEY=VALUE; only with --dry-run, so that the tree never says more than the spec.
    #[arg(long, value_name = "KEY=VALUE", requires = "dry_run", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let dry = arguments.dry_run;
    let request = Request { environments: arguments.environments, set: arguments.set, ..arguments.judging.request(dir) };
    let result = if dry {
        Compare::new(&request.dir).map(|sink| Box::new(sink) as Box<dyn Sink>)
    } else {
        Stage::new(&request.dir).map(|sink| Box::new(sink) as Box<dyn Sink>)
    };
    match result.map_err(|finding| vec![finding]).and_then(|sink| pipeline::run(&request, &*sink)) {
        Ok(outcome) => report(&outcome, dry),
        Err(findings) => output::fail(&findings),
    }
}

/// One line per environment, and one per file that changed.
fn report(outcome: &Outcome, dry: bool) -> ExitCode {
    output::remarks(outcome);
    let printed = (|| {
        for (section, changes) in &outcome.report {
            let objects = outcome.objects.iter().find(|(name, _)| name == section).map_or_else(String::new, |(_, count)| format!(" ({count} objects)"));
            let counts =
                format!("{} added, {} changed, {} removed, {} unchanged", changes.added.len(), changes.changed.len(), changes.removed.len(), changes.same);
            output::line(&format!("{section}: {counts}{objects}"))?;
            for (sign, files) in [("+", &changes.added), ("~", &changes.changed), ("-", &changes.removed)] {
                for file in files.iter().take(if files.len() > 20 { 10 } else { 20 }) {
                    output::line(&format!("  {sign} {file}"))?;
                }
                if files.len() > 20 {
                    output::line(&format!("  {sign} and {} more", files.len() - 10))?;
                }
            }
        }
        if dry {
            output::line("nothing was written: this was a dry run")?;
        }
        Ok(())
    })();
    printed.err().unwrap_or(ExitCode::SUCCESS)
}
