//! Streams, colour and exit codes. Results go to stdout, messages to stderr.

use super::settings;
use crate::{
    diag::{Diagnostic, Printer},
    pipeline::RunResult,
};
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// Exit code when no tree could be computed.
pub(super) const FAILED: u8 = 2;

/// Prints a line of the result.
pub(super) fn line(text: &str) -> Result<(), ExitCode> {
    self::text(&format!("{text}\n"))
}

/// Prints a result. A closed pipe is no error: the reader has seen enough, and the exit code stays
/// that of the command. Any other write error is a failure.
pub(super) fn text(text: &str) -> Result<(), ExitCode> {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            message(&format!("error: the output cannot be written: {error}"));
            Err(ExitCode::from(FAILED))
        }
    }
}

/// Prints a line of success, unless `--quiet` is set.
pub(super) fn success(text: &str) -> ExitCode {
    if settings::get().quiet {
        ExitCode::SUCCESS
    } else {
        line(text).err().unwrap_or(ExitCode::SUCCESS)
    }
}

/// Prints a JSON value.
pub(super) fn json(value: &serde_json::Value) -> ExitCode {
    line(&format!("{value:#}")).err().unwrap_or(ExitCode::SUCCESS)
}

/// Prints a message to stderr. A write error there is ignored.
pub(super) fn message(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints help, the version or a usage error, and returns the exit code.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS }
}

/// Maximum number of diagnostics to print; the others are counted.
const SHOWN: usize = 50;

/// Prints diagnostics.
pub(super) fn diagnostics(all: &[Diagnostic]) {
    let printer = Printer::new(all, settings::colour(), settings::width());
    let quiet = |diagnostic: &&Diagnostic| diagnostic.is_error() || !settings::get().quiet;
    let shown = if settings::get().verbose { usize::MAX } else { SHOWN };
    for diagnostic in all.iter().filter(quiet).take(shown) {
        message(&format!("{}\n", printer.print(diagnostic)));
    }
    if all.len() > shown {
        message(&format!("{} more; `--verbose` shows all\n", all.len() - shown));
    }
}

/// Prints the diagnostics of a run that wrote nothing, and the number of errors.
pub(super) fn fail(all: &[Diagnostic]) -> ExitCode {
    diagnostics(all);
    match all.iter().filter(|diagnostic| diagnostic.is_error()).count() {
        1 => message("1 error; nothing was written"),
        n => message(&format!("{n} errors; nothing was written")),
    }
    ExitCode::from(FAILED)
}

/// Prints the diagnostics of a query without a result.
pub(super) fn no_answer(all: &[Diagnostic]) -> ExitCode {
    diagnostics(all);
    ExitCode::from(FAILED)
}

/// Prints the warnings of a successful run.
pub(super) fn remarks(outcome: &RunResult) {
    diagnostics(&outcome.warnings);
    let missing = &outcome.schemas_missing;
    if !missing.is_empty() && !settings::get().quiet {
        let kinds = match missing.len() {
            1 => missing[0].clone(),
            _ if settings::get().verbose => missing.join(", "),
            count => format!("{count} kinds; `--verbose` lists them"),
        };
        message(&format!(
            "not validated: no CRDs were given (`[verify] crds` or `--crds`) for {kinds}"
        ));
    }
}
