//! `aksgen render`.

use super::{
    ValidationArgs, completions, drift::LINE_ENDINGS_FIX, output, progress::ProgressSink, settings,
    signals,
};
use crate::{
    diag::Diagnostic,
    pipeline::{self, Request, RunResult},
    sink::{Compare, EditPolicy, FileStatus, StagedTree, WriteOptions},
};
use clap::Args;
use clap_complete::ArgValueCompleter;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// Render only these environments; files of the others stay unchanged.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Print the changes without writing them.
    #[arg(long)]
    dry_run: bool,
    /// Override a value, as KEY=VALUE. Requires --dry-run, so that the tree always follows the
    /// spec.
    #[arg(long, value_name = "KEY=VALUE", requires = "dry_run", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    /// Discard manual edits in this file or folder.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "dry_run")]
    overwrite: Vec<String>,
    /// Keep manual edits in this file or folder; `aksgen check` still reports the difference.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "dry_run")]
    keep: Vec<String>,
    /// Merge an aksgen.lock with the conflict markers of a merge, then render. Files that both
    /// branches changed are replaced.
    #[arg(long, conflicts_with_all = ["dry_run", "environments"])]
    merge_lock: bool,
    /// Flush all files to disk in an order that survives a power loss.
    #[arg(long, conflicts_with = "dry_run")]
    sync: bool,
    /// Allow the loss of this data holder. NAME is the name in the diagnostic; use
    /// `ENVIRONMENT/NAME` for one environment. Can be repeated.
    #[arg(long, value_name = "NAME")]
    allow_data_loss: Vec<String>,
    #[command(flatten)]
    validation: ValidationArgs,
}

pub(super) fn run(arguments: RenderArgs, dir: PathBuf) -> ExitCode {
    let edit_policy = EditPolicy::new(arguments.overwrite, arguments.keep);
    let request = Request {
        environments: arguments.environments,
        set: arguments.set,
        allow_data_loss: arguments.allow_data_loss,
        ..arguments.validation.request(dir)
    };
    if arguments.dry_run {
        let compared = Compare::new(&request.dir)
            .map_err(|diagnostic| vec![diagnostic])
            .and_then(|sink| pipeline::run(&request, &ProgressSink::new(sink)));
        return compared.map_or_else(
            |diagnostics| output::fail(&diagnostics),
            |outcome| report(&outcome, true),
        );
    }
    let stop = signals::watch();
    let (merge_lock, sync) = (arguments.merge_lock, arguments.sync);
    let options = WriteOptions { edit_policy, merge_lock, sync, stop: stop.clone() };
    match write(&request, options) {
        Ok(outcome) => report(&outcome, false),
        Err(diagnostics) => signals::end(&stop).unwrap_or_else(|| output::fail(&diagnostics)),
    }
}

fn write(request: &Request, options: WriteOptions) -> Result<RunResult, Vec<Diagnostic>> {
    let sink = StagedTree::with(&request.dir, options).map_err(|diagnostic| vec![diagnostic])?;
    if let Some(edited) = sink.recovered() {
        output::message(
            "recovered: an earlier `aksgen render` was interrupted while it moved files into place; the remaining files are moved now",
        );
        output::diagnostics(edited);
    }
    pipeline::run(request, &ProgressSink::new(sink))
}

/// Prints a summary line, and one line per changed file.
fn report(outcome: &RunResult, dry: bool) -> ExitCode {
    output::remarks(outcome);
    if settings::get().quiet {
        return ExitCode::SUCCESS;
    }
    let line_endings =
        outcome.report.differing().filter(|file| file.status == FileStatus::LineEndings).count();
    if line_endings > 0 {
        output::message(&format!(
            "files whose line endings Git changed: {line_endings}; {LINE_ENDINGS_FIX}"
        ));
    }
    let printed = output::line(&summary(outcome, dry)).and_then(|()| files(outcome));
    printed.err().unwrap_or(ExitCode::SUCCESS)
}

fn summary(outcome: &RunResult, dry: bool) -> String {
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
    let would = if dry { "dry run, nothing was written: " } else { "" };
    format!("{would}{what} (objects: {})", objects.join(", "))
}

fn files(outcome: &RunResult) -> Result<(), ExitCode> {
    const SIGNS: [(char, &[FileStatus]); 3] = [
        ('+', &[FileStatus::Added, FileStatus::Missing]),
        (
            '~',
            &[
                FileStatus::Changed,
                FileStatus::LineEndings,
                FileStatus::Edited,
                FileStatus::Foreign,
            ],
        ),
        ('-', &[FileStatus::Removed, FileStatus::Left]),
    ];
    for (sign, signs) in SIGNS {
        let files = || outcome.report.differing().filter(|file| signs.contains(&file.status));
        let count = files().count();
        let limit = if settings::get().verbose || count <= 20 { count } else { 10 };
        files().take(limit).try_for_each(|file| output::line(&format!("  {sign} {file}")))?;
        if count > limit {
            output::line(&format!("  {sign} and {} more", count - limit))?;
        }
    }
    Ok(())
}
