//! What a person sees at a terminal while the program works, and what a log does not.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{HEAD, workspace};
use crate::terminal::Terminal;
use std::process::Command;
use tempfile::TempDir;

/// Enough services for a debug build to take seconds: a release takes less than one, and has
/// nothing to say then.
fn large() -> TempDir {
    let services = if cfg!(debug_assertions) { 1_500 } else { 12_000 };
    let one = |i: usize| {
        format!(
            "[services.s{i}]\nimage = \"ghcr.io/a/web:1.0.0\"\nport = 8080\nnamespace = \"n{}\"\n",
            i / 40
        )
    };
    workspace(&format!("{HEAD}{}", (0..services).map(one).collect::<String>()))
}

#[test]
fn whoever_waits_sees_that_something_is_going_on() {
    let dir = large();
    let mut terminal = Terminal::new(dir.path(), &["validate"], &[]);
    terminal.see("rendering, validating: ");
    let shown = terminal.see("valid; dev: ");
    assert!(shown.contains("\u{1b}[2K"), "the line is gone when the result is there: {shown:?}");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn whoever_asked_for_silence_and_a_log_see_nothing_of_it() {
    let dir = large();
    for (arguments, environment) in
        [(&["validate", "-q"][..], &[][..]), (&["validate"], &[("TERM", "dumb")])]
    {
        let (code, shown) = Terminal::new(dir.path(), arguments, environment).end();
        assert!(
            code == 0 && !shown.contains("validating:") && !shown.contains('\u{1b}'),
            "{shown:?}"
        );
    }
    let output = Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .arg("validate")
        .current_dir(dir.path())
        .env("TERM", "xterm")
        .output()
        .unwrap();
    assert!(
        output.status.success()
            && !String::from_utf8(output.stderr).unwrap().contains("validating:")
    );
}
