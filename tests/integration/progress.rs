//! The progress line of a long run: visible at a terminal only.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, workspace};
use crate::terminal::Terminal;
use std::process::Command;
use tempfile::TempDir;

/// A platform that takes longer than the delay of the progress line.
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
fn a_long_run_shows_progress_at_a_terminal() {
    let dir = large();
    let mut terminal = Terminal::new(dir.path(), &["validate"], &[]);
    terminal.wait_for("rendering, validating: ");
    let shown = terminal.wait_for("valid; dev: ");
    assert!(shown.contains("\u{1b}[2K"), "the line is gone when the result is there: {shown:?}");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn quiet_runs_and_logs_show_no_progress() {
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
