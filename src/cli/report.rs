//! Output of `validate` and `check` in the selected format. Formats for programs go to stdout,
//! messages for people to stderr.

use super::{
    drift::{Drift, LINE_ENDINGS, LINE_ENDINGS_FIX},
    output,
};
use crate::{
    diag::{Code, Diagnostic, Label, Source},
    pipeline,
    report::{self, Outcome, Report},
};
use clap::ValueEnum;
use std::{path::Path, process::ExitCode};

/// Output format of diagnostics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// Text for people.
    #[default]
    Human,
    /// JSON with all details; `aksgen schema --of report` prints its schema.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Line annotations for a log of GitHub Actions.
    Github,
    /// JUnit XML with one test per code, for CI servers that show test results.
    Junit,
}

/// Prints a report in a format for programs, and returns the exit code.
pub(super) fn print(format: ReportFormat, report: &Report, dir: &Path) -> ExitCode {
    let code = match report.outcome {
        Outcome::Ok => ExitCode::SUCCESS,
        Outcome::Drift => ExitCode::from(1),
        Outcome::Errors => ExitCode::from(output::FAILED),
    };
    let text = match format {
        ReportFormat::Human => String::new(),
        ReportFormat::Json => format!("{:#}\n", serde_json::json!(report)),
        ReportFormat::Sarif => format!("{:#}\n", report::sarif(report, dir)),
        ReportFormat::Github => report::github(report, dir),
        ReportFormat::Junit => report::junit(report),
    };
    output::text(&text).err().unwrap_or(code)
}

/// Prints the errors of a run that computed no tree.
pub(super) fn fail(
    format: ReportFormat,
    command: &str,
    dir: &Path,
    diagnostics: &[Diagnostic],
) -> ExitCode {
    match format {
        ReportFormat::Human => output::fail(diagnostics),
        format => print(format, &Report::new(command, Outcome::Errors, dir, diagnostics), dir),
    }
}

/// Prints the report of a run that computed a tree.
pub(super) fn pass(
    format: ReportFormat,
    command: &str,
    dir: &Path,
    outcome: &pipeline::RunResult,
    drift: &[Drift],
) -> ExitCode {
    let what = if drift.is_empty() { Outcome::Ok } else { Outcome::Drift };
    // Git changes the line endings of all files at once: that is one cause.
    let mut line_endings = drift.iter().filter(|file| file.cause == LINE_ENDINGS);
    let first = line_endings.next().map(|file| with_others(file, line_endings.count()));
    let others = drift.iter().filter(|file| file.cause != LINE_ENDINGS).map(diagnostic);
    let diagnostics =
        [first.into_iter().chain(others).collect(), outcome.warnings.clone()].concat();
    print(
        format,
        &Report::new(command, what, dir, &diagnostics).with_objects(&outcome.objects),
        dir,
    )
}

/// Diagnostic of a file that stands for others with the same cause.
fn with_others(drift: &Drift, others: usize) -> Diagnostic {
    let mut diagnostic = diagnostic(drift);
    if others > 0 {
        diagnostic.message = format!("{}, and {others} other files as well", diagnostic.message);
    }
    diagnostic
}

/// Diagnostic of a file that differs from the spec, with its line of the spec.
fn diagnostic(drift: &Drift) -> Diagnostic {
    let first =
        drift.first.lines().next().map(|line| format!("; first {line}")).unwrap_or_default();
    let help = match drift.cause {
        "edited by hand" => {
            "move the edit to the spec, or run `aksgen render --overwrite` with the file"
        }
        LINE_ENDINGS => LINE_ENDINGS_FIX,
        "not ours" => "move it away, then run `aksgen render`",
        _ => "run `aksgen render`, and commit the result",
    };
    let at = Label::new(&Source::new(drift.path.clone(), ""), 0..0);
    Diagnostic::new(
        Code::Drift,
        format!("`{}` differs from the spec ({}){first}", drift.path, drift.cause),
    )
    .help(help)
    .at(at)
    .at(drift.lines.first().cloned())
}
