//! `aksgen render`.

use super::{Judging, completions, output, progress::Counted, settings, signals};
use crate::{
    diag::Diagnostic,
    pipeline::{self, Outcome, Request},
    sink::{Compare, EditPolicy, FileStatus, Options, StagedTree},
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
    /// Try another value, as KEY=VALUE; only with --dry-run, so that the tree never says more than
    /// the spec.
    #[arg(long, value_name = "KEY=VALUE", requires = "dry_run", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    /// Drop what was edited by hand in this file, or in all of this folder.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "dry_run")]
    overwrite: Vec<String>,
    /// Leave this file, or all of this folder, as it was edited by hand; `aksgen check` still says
    /// that it differs.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "dry_run")]
    keep: Vec<String>,
    /// Wait until all is on the disk, in an order that a loss of power cannot upset.
    #[arg(long, conflicts_with = "dry_run")]
    sync: bool,
    /// This may get lost although it holds data; NAME as the finding has it, `ENVIRONMENT/NAME` for
    /// one environment. May be given several times.
    #[arg(long, value_name = "NAME")]
    allow_data_loss: Vec<String>,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let wishes = EditPolicy::new(arguments.overwrite, arguments.keep);
    let request = Request {
        environments: arguments.environments,
        set: arguments.set,
        allow_data_loss: arguments.allow_data_loss,
        ..arguments.judging.request(dir)
    };
    if arguments.dry_run {
        let compared = Compare::new(&request.dir)
            .map_err(|diagnostic| vec![diagnostic])
            .and_then(|sink| pipeline::run(&request, &Counted::new(sink)));
        return compared.map_or_else(
            |diagnostics| output::fail(&diagnostics),
            |outcome| report(&outcome, true),
        );
    }
    let stop = signals::watch();
    match write(&request, Options { wishes, sync: arguments.sync, stop: stop.clone() }) {
        Ok(outcome) => report(&outcome, false),
        Err(diagnostics) => signals::end(&stop).unwrap_or_else(|| output::fail(&diagnostics)),
    }
}

fn write(request: &Request, options: Options) -> Result<Outcome, Vec<Diagnostic>> {
    let sink = StagedTree::with(&request.dir, options).map_err(|diagnostic| vec![diagnostic])?;
    if let Some(edited) = sink.repaired() {
        output::message(
            "repaired: an earlier `aksgen render` was interrupted while it moved files into place; what it had left to do is done",
        );
        output::diagnostics(edited);
    }
    pipeline::run(request, &Counted::new(sink))
}

/// One line that says what changed, and one per file that did.
fn report(outcome: &Outcome, dry: bool) -> ExitCode {
    output::remarks(outcome);
    if settings::get().quiet {
        return ExitCode::SUCCESS;
    }
    let printed = output::line(&summary(outcome, dry)).and_then(|()| files(outcome));
    printed.err().unwrap_or(ExitCode::SUCCESS)
}

fn summary(outcome: &Outcome, dry: bool) -> String {
    let total = outcome.report.total();
    let (counts, same) = (
        [(total.added, "added"), (total.changed, "changed"), (total.removed, "removed")],
        total.same,
    );
    let changed: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let objects: Vec<String> =
        outcome.objects.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let what = match changed.as_slice() {
        [] => format!("all {same} files unchanged"),
        some => format!("{}, {same} unchanged", some.join(", ")),
    };
    let would = if dry { "a dry run, nothing was written: " } else { "" };
    format!("{would}{what} (objects: {})", objects.join(", "))
}

fn files(outcome: &Outcome) -> Result<(), ExitCode> {
    const SIGNS: [(char, &[FileStatus]); 3] = [
        ('+', &[FileStatus::Added, FileStatus::Missing]),
        ('~', &[FileStatus::Changed, FileStatus::Edited, FileStatus::Foreign]),
        ('-', &[FileStatus::Removed, FileStatus::Left]),
    ];
    for (sign, signs) in SIGNS {
        let files = || outcome.report.differing().filter(|file| signs.contains(&file.sign));
        let count = files().count();
        let limit = if settings::get().verbose || count <= 20 { count } else { 10 };
        files().take(limit).try_for_each(|file| output::line(&format!("  {sign} {file}")))?;
        if count > limit {
            output::line(&format!("  {sign} and {} more", count - limit))?;
        }
    }
    Ok(())
}
