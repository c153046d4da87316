//! `aksgen init`.

use super::{
    draft::{self, Draft},
    founding::{self, End, Existing},
    output,
    prompt::{self, Ask},
};
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

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    answers: Answers,
    /// Take further answers from a file; `-` for the standard input.
    #[arg(long = "answers", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Ask nothing: take the default for everything that is not answered.
    #[arg(long)]
    yes: bool,
    /// Go on with the answers of an interrupted run.
    #[arg(long)]
    resume: bool,
    /// What to do with files that are there and differ, where nobody can be asked.
    #[arg(long, value_enum)]
    existing: Option<Existing>,
}

pub(super) fn run(arguments: &Arguments, dir: PathBuf) -> ExitCode {
    match begin(arguments, dir) {
        Ok(code) => code,
        Err(End::Diagnostics(diagnostics)) => output::fail(&diagnostics),
        Err(End::Usage(text)) => {
            output::message(&text);
            ExitCode::from(output::FAILED)
        }
        Err(End::Left) => prompt::leave(),
    }
}

fn begin(arguments: &Arguments, dir: PathBuf) -> Result<ExitCode, End> {
    let ask = prompt::asker().filter(|_| !arguments.yes);
    if ask.is_some() {
        prompt::guard();
    }
    let resumes = arguments.resume || ask.as_deref().map_or(Ok(false), |ask| goes_on(ask, &dir))?;
    let said = said(arguments, &dir, resumes)?;
    let more_services = said.services.is_none() || resumes && arguments.answers.services.is_none();
    let mut draft = Draft::new(dir, said)?;
    if ask.is_none() && !arguments.yes {
        complete(&draft.said)?;
    }
    draft.judged()?;
    let files = match ask {
        Some(ask) => founding::agreed(&mut draft, &*ask, more_services)?,
        None => founding::settled(&draft, arguments.existing)?,
    };
    founding::write(&draft, &files)
}

/// An interrupted run that nobody mentions is not forgotten without a word.
fn goes_on(ask: &dyn Ask, dir: &Path) -> io::Result<bool> {
    let there = dir.join(init::STATE_FILE).exists();
    if there {
        ask.confirm("an interrupted run left its answers here: go on with them?", true)
    } else {
        Ok(false)
    }
}

/// The answers that were given before anything is asked: flags, then the file, then the interrupted
/// run.
fn said(arguments: &Arguments, dir: &Path, resumes: bool) -> Result<Answers, Diagnostic> {
    let mut said = arguments.answers.clone();
    if let Some(path) = &arguments.file {
        let name = path.display().to_string();
        let text = if name == "-" { from_stdin() } else { fs::read_to_string(path) };
        let text = text.map_err(|error| {
            Diagnostic::new(
                Code::InputFile,
                format!("`{name}` cannot be read: {}", crate::diag::reason(&error)),
            )
        })?;
        said = said.over(draft::answers(&name, &text)?);
    }
    let resumed = if resumes { draft::resumed(dir)? } else { Answers::default() };
    Ok(said.over(resumed))
}

fn from_stdin() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map(|_| text)
}

/// Where nobody can be asked, everything has to be said.
fn complete(said: &Answers) -> Result<(), End> {
    let missing = QUESTIONS.iter().filter(|question| said.of(question).is_none());
    let lines: String = missing
        .map(|question| format!("\n  {:<15} {}", format!("--{}", question.key), question.ask))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let fix = "give these flags, name a file of answers by `--answers FILE`, or take the defaults by `--yes`";
    Err(End::Usage(format!(
        "error: there is no terminal to ask at, and these answers are missing:{lines}\n\n{fix}"
    )))
}
