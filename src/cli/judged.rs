//! What a judging command found, as the caller wants to read it. Results for programs go to stdout,
//! for people to stderr.

use super::{drift::Drift, output};
use crate::{
    diag::{Code, Diagnostic, Label, Source},
    pipeline,
    report::{self, Outcome, Report},
};
use clap::ValueEnum;
use std::{path::Path, process::ExitCode};

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// All there is to know, for programs; `aksgen schema --of report` says what is in it.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of lines, for a log of GitHub Actions.
    Github,
    /// JUnit's XML: a test per code, for servers that show tests.
    Junit,
}

/// Prints what a command found, in a format for programs.
pub(super) fn print(format: Format, report: &Report, dir: &Path) -> ExitCode {
    let code = match report.outcome {
        Outcome::Ok => ExitCode::SUCCESS,
        Outcome::Drift => ExitCode::from(1),
        Outcome::Mistakes => ExitCode::from(output::FAILED),
    };
    let text = match format {
        Format::Human => String::new(),
        Format::Json => format!("{:#}\n", serde_json::json!(report)),
        Format::Sarif => format!("{:#}\n", report::sarif(report, dir)),
        Format::Github => report::github(report, dir),
        Format::Junit => report::junit(report),
    };
    output::text(&text).err().unwrap_or(code)
}

/// Mistakes: no tree could be computed.
pub(super) fn fail(
    format: Format,
    command: &str,
    dir: &Path,
    diagnostics: &[Diagnostic],
) -> ExitCode {
    match format {
        Format::Human => output::fail(diagnostics),
        format => print(format, &Report::new(command, Outcome::Mistakes, dir, diagnostics), dir),
    }
}

/// What a run has to say that succeeded.
pub(super) fn pass(
    format: Format,
    command: &str,
    dir: &Path,
    outcome: &pipeline::Outcome,
    drift: &[Drift],
) -> ExitCode {
    let what = if drift.is_empty() { Outcome::Ok } else { Outcome::Drift };
    let diagnostics = [drift.iter().map(diagnostic).collect(), outcome.warnings.clone()].concat();
    print(format, &Report::new(command, what, dir, &diagnostics).judged(&outcome.objects), dir)
}

/// A file that is not what the spec says, with the line of the spec behind it.
fn diagnostic(drift: &Drift) -> Diagnostic {
    let first =
        drift.first.lines().next().map(|line| format!("; first {line}")).unwrap_or_default();
    let help = match drift.cause {
        "edited by hand" => {
            "make the edit in the spec, or run `aksgen render --overwrite` with the file"
        }
        "not ours" => "move it away, then run `aksgen render`",
        _ => "run `aksgen render`, and commit what it wrote",
    };
    let at = Label::new(&Source::new(drift.path.clone(), ""), 0..0);
    Diagnostic::new(
        Code::Drift,
        format!("`{}` is not what the spec says ({}){first}", drift.path, drift.cause),
    )
    .help(help)
    .at(at)
    .at(drift.lines.first().cloned())
}
