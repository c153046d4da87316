//! Streams, colour and exit codes. Results go to stdout, messages to stderr.

use super::settings;
use crate::{
    diag::{Diagnostic, Printer},
    pipeline::Outcome,
};
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// No tree could be computed.
pub(super) const FAILED: u8 = 2;

/// Prints a line of the result.
pub(super) fn line(text: &str) -> Result<(), ExitCode> {
    self::text(&format!("{text}\n"))
}

/// Prints a result. A closed pipe ends the program quietly; anything else that keeps us from
/// writing is a failure.
pub(super) fn text(text: &str) -> Result<(), ExitCode> {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ExitCode::SUCCESS),
        Err(error) => {
            message(&format!("error: the output cannot be written: {error}"));
            Err(ExitCode::from(FAILED))
        }
    }
}

/// Prints a line that only says that all is well.
pub(super) fn success(text: &str) -> ExitCode {
    if settings::get().quiet {
        ExitCode::SUCCESS
    } else {
        line(text).err().unwrap_or(ExitCode::SUCCESS)
    }
}

/// Prints a result for programs.
pub(super) fn json(value: &serde_json::Value) -> ExitCode {
    line(&format!("{value:#}")).err().unwrap_or(ExitCode::SUCCESS)
}

/// Prints a message. There is nobody to tell if that fails.
pub(super) fn message(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Help and version are results; everything else is a mistake in the arguments.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS }
}

/// So many findings are read; the rest is counted.
const SHOWN: usize = 50;

/// Prints findings.
pub(super) fn diagnostics(all: &[Diagnostic]) {
    let printer = Printer::new(all, settings::colour(), settings::width());
    let quiet = |diagnostic: &&Diagnostic| diagnostic.is_error() || !settings::get().quiet;
    let shown = if settings::get().verbose { usize::MAX } else { SHOWN };
    for diagnostic in all.iter().filter(quiet).take(shown) {
        message(&format!("{}\n", printer.print(diagnostic)));
    }
    if all.len() > shown {
        message(&format!("{} more like these; `--verbose` shows all\n", all.len() - shown));
    }
}

/// Prints what keeps a tree from being written, and the number of mistakes.
pub(super) fn fail(all: &[Diagnostic]) -> ExitCode {
    diagnostics(all);
    match all.iter().filter(|diagnostic| diagnostic.is_error()).count() {
        1 => message("1 mistake; nothing was written"),
        n => message(&format!("{n} mistakes; nothing was written")),
    }
    ExitCode::from(FAILED)
}

/// Prints what keeps a question from being answered.
pub(super) fn no_answer(all: &[Diagnostic]) -> ExitCode {
    diagnostics(all);
    ExitCode::from(FAILED)
}

/// Prints what a run that succeeded has to say besides its result.
pub(super) fn remarks(outcome: &Outcome) {
    diagnostics(&outcome.warnings);
    if !outcome.not_judged.is_empty() && !settings::get().quiet {
        message(&format!(
            "not judged, because no CRDs were given (`[verify] crds` or `--crds`): {}",
            outcome.not_judged.join(", ")
        ));
    }
}
