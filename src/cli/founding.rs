//! The files of a new platform: shown, agreed on, written. Never asks about a platform itself.

use super::{
    draft::Draft,
    interview::{self, Stop},
    output,
    prompt::{self, Ask},
};
use crate::{
    diag::{Code, Diagnostic},
    init::{self, File},
    pipeline::{self, Outcome, Request, SPEC},
    sink::{self, Compare, StagedTree},
};
use clap::ValueEnum;
use std::{fs, io, process::ExitCode};

/// What to do with a file that is there, and differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Existing {
    /// Leave it as it is.
    Keep,
    /// Write over it.
    Replace,
}

/// Why there is no platform: arguments that do not suffice, mistakes, or somebody who left.
pub(super) enum End {
    /// What to say about the arguments.
    Usage(String),
    /// What is wrong.
    Diagnostics(Vec<Diagnostic>),
    /// Nobody answers any more.
    Left,
}

impl From<Vec<Diagnostic>> for End {
    fn from(diagnostics: Vec<Diagnostic>) -> End {
        End::Diagnostics(diagnostics)
    }
}

impl From<Diagnostic> for End {
    fn from(diagnostic: Diagnostic) -> End {
        End::Diagnostics(vec![diagnostic])
    }
}

impl From<Stop> for End {
    fn from(stop: Stop) -> End {
        match stop {
            Stop::Left => End::Left,
            Stop::Failed(diagnostic) => diagnostic.into(),
        }
    }
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> End {
        End::Left
    }
}

/// The files that a person wants written.
pub(super) fn agreed(
    draft: &mut Draft,
    ask: &dyn Ask,
    more_services: bool,
) -> Result<Vec<File>, End> {
    interview::interview(draft, ask, more_services)?;
    loop {
        interview::review(draft, ask)?;
        let Some(files) = preview(draft)? else { continue };
        let mut wanted = vec![];
        for file in files {
            let replaces = file.path != SPEC && draft.dir.join(file.path).exists();
            if !replaces
                || ask.confirm(
                    &format!("`{}` is there, and differs: replace it?", file.path),
                    false,
                )?
            {
                wanted.push(file);
            }
        }
        if ask.confirm("write this, and the tree?", true)? {
            prompt::finish();
            return Ok(wanted);
        }
    }
}

/// Shows the spec, or what would change in it, and what would be written; nothing if it is not
/// valid.
fn preview(draft: &Draft) -> Result<Option<Vec<File>>, End> {
    let outcome = match draft.compared() {
        Ok(outcome) => outcome,
        Err(diagnostics) => {
            output::diagnostics(&diagnostics);
            return Ok(None);
        }
    };
    if draft.before.is_none() {
        output::message(&format!("\n{}", crate::diag::safe(&draft.text()?)));
    }
    changes(draft)?;
    let files = differing(draft)?;
    output::message(&format!("files: {}", names(&files)));
    tree(&outcome).iter().for_each(|line| output::message(line));
    Ok(Some(files))
}

/// Shows what changes in a spec that is there.
fn changes(draft: &Draft) -> Result<(), Vec<Diagnostic>> {
    let (text, before) = (draft.text()?, draft.before.as_ref().map(|(text, _)| text));
    match before {
        None => {}
        Some(before) if *before == text => output::message("\nplatform.toml stays as it is"),
        Some(before) => output::message(&format!(
            "\n{}",
            crate::diag::safe(&diffy::create_patch(before, &text).to_string())
        )),
    }
    Ok(())
}

/// The files that are to be written where nobody is asked.
pub(super) fn settled(draft: &Draft, existing: Option<Existing>) -> Result<Vec<File>, End> {
    draft.compared()?;
    changes(draft)?;
    let files = differing(draft)?;
    let (there, new): (Vec<File>, Vec<File>) =
        files.iter().cloned().partition(|file| draft.dir.join(file.path).exists());
    match existing {
        Some(Existing::Replace) => Ok(files),
        Some(Existing::Keep) => Ok(new),
        None if there.is_empty() => Ok(new),
        None => Err(Diagnostic::new(
            Code::UnmanagedFile,
            format!("these files are there, and differ: {}", names(&there)),
        )
        .help("say `--existing keep` or `--existing replace`")
        .into()),
    }
}

fn differing(draft: &Draft) -> Result<Vec<File>, Vec<Diagnostic>> {
    let same = |file: &File| {
        fs::read_to_string(draft.dir.join(file.path)).is_ok_and(|text| text == file.text)
    };
    Ok(draft.files()?.into_iter().filter(|file| !same(file)).collect())
}

fn names(files: &[File]) -> String {
    if files.is_empty() {
        "nothing new".into()
    } else {
        files.iter().map(|file| file.path).collect::<Vec<_>>().join(", ")
    }
}

/// One line per environment: what changes in its tree.
fn tree(outcome: &Outcome) -> Vec<String> {
    let count = |section: &str| {
        outcome
            .objects
            .iter()
            .find(|(name, _)| name == section)
            .map_or_else(String::new, |(_, count)| format!(" ({count} objects)"))
    };
    let line = |(section, c): (&str, sink::Counts)| {
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

/// Writes, renders, checks, and says what is next.
pub(super) fn write(draft: &Draft, files: &[File]) -> Result<ExitCode, End> {
    files.iter().try_for_each(|file| sink::write_file(&draft.dir, file.path, &file.text))?;
    let request = Request { dir: draft.dir.clone(), ..Request::default() };
    let rendered = pipeline::run(&request, &StagedTree::new(&draft.dir)?)?;
    let checked = pipeline::run(&request, &Compare::new(&draft.dir)?)?;
    sink::remove_folder(&draft.dir, init::STATE)?;
    output::diagnostics(&rendered.warnings);
    let in_step = checked.report.is_same();
    let mut lines = vec![format!("wrote: {}", names(files))];
    lines.extend(tree(&rendered));
    lines.push(
        if in_step {
            "in step: the tree is what platform.toml says"
        } else {
            "the tree is not what platform.toml says"
        }
        .to_owned(),
    );
    lines.extend(next(draft));
    let printed = lines.iter().try_for_each(|line| output::line(line));
    Ok(printed.err().unwrap_or(if in_step { ExitCode::SUCCESS } else { ExitCode::from(1) }))
}

fn next(draft: &Draft) -> Vec<String> {
    let placeholders = init::placeholders(&draft.answers());
    let replace = format!(
        "placeholders, to be replaced before anything can be brought up: {}",
        placeholders.join(", ")
    );
    let commit = "next: `git add . && git commit`; docs/README.md says how the platform is brought up, and `aksgen render` follows what you change";
    let mut out = if placeholders.is_empty() { vec![] } else { vec![replace] };
    if draft.is_within_a_repository() {
        out.push("this folder is not the root of its repository: name it by `gitops.path`, and move the workflow to the root".to_owned());
    }
    out.push(commit.to_owned());
    out
}
