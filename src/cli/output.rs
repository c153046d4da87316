//! Streams, colour and exit codes. Results go to stdout, messages to stderr.

use crate::{
    diag::{Finding, Printer, Severity},
    pipeline::Outcome,
};
use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

/// No tree could be computed.
pub(super) const FAILED: u8 = 2;

/// Prints a line of the result. A closed pipe ends the program quietly; anything else that keeps us from writing is a failure.
pub(super) fn line(text: &str) -> Result<(), ExitCode> {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ExitCode::SUCCESS),
        Err(error) => {
            message(&format!("error: the output cannot be written: {error}"));
            Err(ExitCode::from(FAILED))
        }
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

/// Colour only for a person at a terminal, who has not asked for none.
fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let wanted = set("CLICOLOR_FORCE") || io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|t| t != "dumb");
    wanted && !set("NO_COLOR")
}

/// Prints findings and their number.
pub(super) fn findings(all: &[Finding]) {
    let printer = Printer::new(all, colour());
    for finding in all {
        message(&format!("{}\n", printer.print(finding)));
    }
    let errors = all.iter().filter(|f| f.code.severity() == Severity::Error).count();
    match errors {
        0 => {}
        1 => message("1 mistake; nothing was written"),
        n => message(&format!("{n} mistakes; nothing was written")),
    }
}

/// Prints mistakes and fails.
pub(super) fn fail(all: &[Finding]) -> ExitCode {
    findings(all);
    ExitCode::from(FAILED)
}

/// Prints what a run that succeeded has to say besides its result.
pub(super) fn remarks(outcome: &Outcome) {
    findings(&outcome.warnings);
    if !outcome.not_judged.is_empty() {
        message(&format!("not judged, because no CRDs were given (`[verify] crds` or `--crds`): {}", outcome.not_judged.join(", ")));
    }
}
