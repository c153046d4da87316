//! `aksgen init`.

mod prompt;
mod prompts;
mod state;
mod write;

use super::output;
use crate::{
    diag::{Code, Diagnostic},
    init::{self, Answers, QUESTIONS},
};
use clap::Args;
use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use self::{
    prompt::Prompter,
    state::InitState,
    write::{ExistingFiles, InitError},
};

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    #[command(flatten)]
    answers: Answers,
    /// Read answers from a file; `-` means stdin.
    #[arg(long = "answers", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Use defaults for all missing answers; never prompt.
    #[arg(long)]
    yes: bool,
    /// Continue with the answers of an interrupted run.
    #[arg(long)]
    resume: bool,
    /// Keep or replace existing files that differ, if there is no terminal.
    #[arg(long, value_enum)]
    existing: Option<ExistingFiles>,
}

pub(super) fn run(arguments: &InitArgs, dir: PathBuf) -> ExitCode {
    match run_init(arguments, dir) {
        Ok(code) => code,
        Err(InitError::Diagnostics(diagnostics)) => output::fail(&diagnostics),
        Err(InitError::Usage(text)) => {
            output::message(&text);
            ExitCode::from(output::FAILED)
        }
        Err(InitError::Left) => prompt::exit_interrupted(),
    }
}

fn run_init(arguments: &InitArgs, dir: PathBuf) -> Result<ExitCode, InitError> {
    let prompter = prompt::prompter().filter(|_| !arguments.yes);
    if prompter.is_some() {
        prompt::handle_signals();
    }
    let resume = arguments.resume
        || prompter.as_deref().map_or(Ok(false), |prompter| confirm_resume(prompter, &dir))?;
    let given = given(arguments, &dir, resume)?;
    let more_services = given.services.is_none() || resume && arguments.answers.services.is_none();
    let mut state = InitState::new(dir, given)?;
    if prompter.is_none() && !arguments.yes {
        complete(&state.given)?;
    }
    state.validate()?;
    let files = match prompter {
        Some(prompter) => write::confirmed_files(&mut state, &*prompter, more_services)?,
        None => write::unattended_files(&state, arguments.existing)?,
    };
    write::write(&state, &files)
}

/// Prompts whether to continue an interrupted run.
fn confirm_resume(prompter: &dyn Prompter, dir: &Path) -> io::Result<bool> {
    let there = dir.join(init::STATE_FILE).exists();
    if there {
        prompter.confirm("continue with the answers of an interrupted run?", true)
    } else {
        Ok(false)
    }
}

/// Answers from flags, then the answers file, then the interrupted run.
fn given(arguments: &InitArgs, dir: &Path, resume: bool) -> Result<Answers, Diagnostic> {
    let mut given = arguments.answers.clone();
    if let Some(path) = &arguments.file {
        let name = path.display().to_string();
        let text = if name == "-" { from_stdin() } else { fs::read_to_string(path) };
        let text = text.map_err(|error| {
            Diagnostic::new(
                Code::InputFile,
                format!("`{name}` cannot be read: {}", crate::diag::reason(&error)),
            )
        })?;
        given = given.over(state::answers(&name, &text)?);
    }
    let resumed = if resume { state::resumed(dir)? } else { Answers::default() };
    Ok(given.over(resumed))
}

fn from_stdin() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map(|_| text)
}

/// Checks that all answers are given, for runs without a terminal.
fn complete(given: &Answers) -> Result<(), InitError> {
    let missing = QUESTIONS.iter().filter(|question| given.of(question).is_none());
    let lines: String = missing
        .map(|question| format!("\n  {:<15} {}", format!("--{}", question.key), question.ask))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let fix = "set these flags, read answers from a file with `--answers FILE`, or use the defaults with `--yes`";
    Err(InitError::Usage(format!(
        "error: there is no terminal, and these answers are missing:{lines}\n\n{fix}"
    )))
}
