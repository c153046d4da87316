//! Preview, confirmation and writing of the files of a new platform.

use super::{
    super::{output, settings},
    prompt::{self, Prompter},
    prompts::{self, PromptError},
    state::InitState,
};
use crate::{
    diag::{Code, Diagnostic},
    init::{self, InitFile},
    pipeline::{self, Request, RunResult, SPEC},
    sink::{self, Compare, StagedTree},
};
use clap::ValueEnum;
use std::{fs, io, process::ExitCode};

/// Treatment of an existing file that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExistingFiles {
    /// Keep the existing file.
    Keep,
    /// Replace the existing file.
    Replace,
}

/// Reason why no platform was created.
pub(super) enum InitError {
    /// Error in the arguments.
    Usage(String),
    /// Diagnostics.
    Diagnostics(Vec<Diagnostic>),
    /// The input ended.
    Left,
}

impl From<Vec<Diagnostic>> for InitError {
    fn from(diagnostics: Vec<Diagnostic>) -> InitError {
        InitError::Diagnostics(diagnostics)
    }
}

impl From<Diagnostic> for InitError {
    fn from(diagnostic: Diagnostic) -> InitError {
        InitError::Diagnostics(vec![diagnostic])
    }
}

impl From<PromptError> for InitError {
    fn from(stop: PromptError) -> InitError {
        match stop {
            PromptError::Left => InitError::Left,
            PromptError::Failed(diagnostic) => diagnostic.into(),
        }
    }
}

impl From<io::Error> for InitError {
    fn from(_: io::Error) -> InitError {
        InitError::Left
    }
}

/// Files that the user confirmed.
pub(super) fn confirmed_files(
    state: &mut InitState,
    prompter: &dyn Prompter,
    more_services: bool,
) -> Result<Vec<InitFile>, InitError> {
    prompts::ask_questions(state, prompter, more_services)?;
    loop {
        prompts::review(state, prompter)?;
        let Some(files) = preview(state)? else { continue };
        let mut selected = vec![];
        for file in files {
            let replaces = file.path != SPEC && state.dir.join(file.path).exists();
            if !replaces
                || prompter.confirm(
                    &format!("replace `{}`, which exists and differs?", file.path),
                    false,
                )?
            {
                selected.push(file);
            }
        }
        if prompter.confirm("write these files and the tree?", true)? {
            prompt::ignore_signals();
            return Ok(selected);
        }
    }
}

/// Shows the spec, or what would change in it, and what would be written; nothing if it is not
/// valid.
fn preview(state: &InitState) -> Result<Option<Vec<InitFile>>, InitError> {
    let outcome = match state.dry_run() {
        Ok(outcome) => outcome,
        Err(diagnostics) => {
            output::diagnostics(&diagnostics);
            return Ok(None);
        }
    };
    if state.before.is_none() {
        output::message(&format!("\n{}", crate::diag::safe(&state.text()?)));
    }
    changes(state)?;
    let files = differing(state)?;
    output::message(&format!("files: {}", names(&files)));
    tree(&outcome).iter().for_each(|line| output::message(line));
    Ok(Some(files))
}

/// Shows the changes of an existing spec.
fn changes(state: &InitState) -> Result<(), Vec<Diagnostic>> {
    let (text, before) = (state.text()?, state.before.as_ref().map(|(text, _)| text));
    match before {
        None => {}
        Some(before) if *before == text => output::message("\nplatform.toml is unchanged"),
        Some(before) => output::message(&format!(
            "\n{}",
            crate::diag::safe(&diffy::create_patch(before, &text).to_string())
        )),
    }
    Ok(())
}

/// Files to write in a run without prompts.
pub(super) fn unattended_files(
    state: &InitState,
    existing: Option<ExistingFiles>,
) -> Result<Vec<InitFile>, InitError> {
    state.dry_run()?;
    if !settings::get().quiet {
        changes(state)?;
    }
    let files = differing(state)?;
    let (there, new): (Vec<InitFile>, Vec<InitFile>) =
        files.iter().cloned().partition(|file| state.dir.join(file.path).exists());
    match existing {
        Some(ExistingFiles::Replace) => Ok(files),
        Some(ExistingFiles::Keep) => Ok(new),
        None if there.is_empty() => Ok(new),
        None => Err(Diagnostic::new(
            Code::UnmanagedFile,
            format!("these files exist and differ: {}", names(&there)),
        )
        .help("set `--existing keep` or `--existing replace`")
        .into()),
    }
}

fn differing(state: &InitState) -> Result<Vec<InitFile>, Vec<Diagnostic>> {
    let same = |file: &InitFile| {
        fs::read_to_string(state.dir.join(file.path)).is_ok_and(|text| text == file.text)
    };
    Ok(state.files()?.into_iter().filter(|file| !same(file)).collect())
}

fn names(files: &[InitFile]) -> String {
    if files.is_empty() {
        "nothing new".into()
    } else {
        files.iter().map(|file| file.path).collect::<Vec<_>>().join(", ")
    }
}

/// Summary line per environment.
fn tree(outcome: &RunResult) -> Vec<String> {
    let count = |section: &str| {
        outcome
            .objects
            .iter()
            .find(|(name, _)| name == section)
            .map_or_else(String::new, |(_, count)| format!(" ({count} objects)"))
    };
    let line = |(section, c): (&str, sink::FileCounts)| {
        format!(
            "{section}: {} added, {} changed, {} removed, {} unchanged{}",
            c.added,
            c.changed,
            c.removed,
            c.same,
            count(section)
        )
    };
    outcome.report.sections().into_iter().map(line).collect()
}

/// Writes the files, renders and checks the tree, and prints the next steps.
pub(super) fn write(state: &InitState, files: &[InitFile]) -> Result<ExitCode, InitError> {
    files.iter().try_for_each(|file| sink::write_file(&state.dir, file.path, &file.text))?;
    let request = Request { dir: state.dir.clone(), ..Request::default() };
    let rendered = pipeline::run(&request, &StagedTree::new(&state.dir)?)?;
    let checked = pipeline::run(&request, &Compare::new(&state.dir)?)?;
    sink::remove_folder(&state.dir, init::STATE)?;
    output::diagnostics(&rendered.warnings);
    let in_step = checked.report.is_same();
    let mut lines = vec![format!("wrote: {}", names(files))];
    lines.extend(tree(&rendered));
    lines.push(
        if in_step { "up to date" } else { "the tree differs from platform.toml" }.to_owned(),
    );
    lines.extend(next(state));
    if settings::get().quiet {
        lines.clear();
    }
    let printed = lines.iter().try_for_each(|line| output::line(line));
    Ok(printed.err().unwrap_or(if in_step { ExitCode::SUCCESS } else { ExitCode::from(1) }))
}

fn next(state: &InitState) -> Vec<String> {
    let placeholders = init::placeholders(&state.answers());
    let replace =
        format!("replace these placeholders before provisioning: {}", placeholders.join(", "));
    let commit = "next: `git add . && git commit`; docs/README.md describes the provisioning, and `aksgen render` applies later changes";
    let mut out = if placeholders.is_empty() { vec![] } else { vec![replace] };
    if state.is_below_repository_root() {
        out.push("this folder is not the root of its repository: set `gitops.path`, and move the workflow to the root".to_owned());
    }
    out.push(commit.to_owned());
    out
}
