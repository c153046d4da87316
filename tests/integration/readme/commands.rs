//! Runs the commands of each page, in their order, in one copy of the examples per page.

#![allow(clippy::print_stderr, reason = "a test reports what it skipped")]

use super::{
    assert_success,
    pages::{BASE, Block, Page, copy, page, pages, root},
};
use crate::common::crds;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// A command on a page, with the output below it.
struct Shown<'a> {
    line: &'a str,
    output: String,
}

/// The commands of a block that start `aksgen`.
fn commands<'a>(block: &Block<'a>) -> Vec<Shown<'a>> {
    let mut out: Vec<Shown<'a>> = vec![];
    for line in block.text.lines() {
        if let Some(typed) = line.strip_prefix("$ ") {
            let line = typed.split(" #").next().unwrap_or(typed).trim();
            out.push(Shown { line, output: String::new() });
        } else if let Some(last) = out.last_mut() {
            last.output += line;
            last.output.push('\n');
        }
    }
    out.retain(|shown| arguments(shown.line).is_some());
    out
}

fn arguments(line: &str) -> Option<&str> {
    line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("aksgen "))
}

/// Splits a line into words as a shell does. Only double quotes are supported.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(i, part)| {
            if i % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        })
        .collect()
}

/// Runs one command and returns its output. A command without output on the page must succeed.
fn run(shown: &Shown<'_>, page: &str, home: &Path) -> Option<String> {
    let name = format!("{page}: `{}`", shown.line);
    let mut arguments = words(arguments(shown.line).expect("filtered"));
    if let Some(at) = arguments.iter().position(|argument| argument == "--crds") {
        let Some(crds) = crds() else {
            eprintln!("not run, because there are no CRDs: {name}");
            return None;
        };
        arguments[at + 1] = crds.display().to_string();
    }
    // `init` needs an empty folder. Other commands without `-C` run in the folder of the example.
    let new = TempDir::new().expect("a temporary directory");
    let here = match arguments.as_slice() {
        [command, ..] if command == "init" => new.path().to_owned(),
        all if all.iter().any(|argument| argument == "-C") => home.to_owned(),
        _ => home.join(BASE),
    };
    let output = aksgen(&arguments, &here);
    // `diff` exits with 1 when something changes.
    let changed = arguments[0] == "diff" && output.status.code() == Some(1);
    if shown.output.trim().is_empty() && !changed {
        assert_success(&output, &name);
    }
    let printed = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    Some(String::from_utf8_lossy(&printed).trim().to_owned())
}

fn aksgen(arguments: &[String], here: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aksgen"));
    command.args(arguments).current_dir(here).env_remove("CLICOLOR_FORCE");
    command.output().expect("the program of this test")
}

/// Compares the output on the page with the printed output. `UPDATE=1` rewrites the page.
fn compare(shown: &Shown<'_>, printed: &str, page: &Page) {
    let expected = shown.output.trim();
    if expected.is_empty() || expected == printed {
        return;
    }
    let path = root().join(&page.path);
    if path.is_file() && std::env::var_os("UPDATE").is_some() {
        let text = fs::read_to_string(&path).expect("a page that was read before");
        fs::write(path, text.replace(expected, printed)).expect("our own page");
    } else {
        assert_eq!(printed, expected, "{}: `{}`: run with UPDATE=1", page.path, shown.line);
    }
}

fn run_all(page: &Page) -> usize {
    let blocks = page.blocks();
    let console = blocks.iter().filter(|block| block.language == "console");
    let shown: Vec<Shown<'_>> = console.flat_map(commands).collect();
    if shown.is_empty() {
        return 0;
    }
    let home = copy();
    for command in &shown {
        if let Some(printed) = run(command, &page.path, home.path()) {
            compare(command, &printed, page);
        }
    }
    shown.len()
}

#[test]
fn commands_succeed_and_print_what_is_shown() {
    let count: usize = pages().iter().map(run_all).sum();
    assert!(count > 40, "the pages have lost their commands: {count}");
}

/// Only `console` blocks run, so a command in any other block would not be tested.
#[test]
fn every_command_stands_in_a_console_block() {
    let mut wrong = vec![];
    for page in pages() {
        for block in page.blocks().iter().filter(|block| !is_tested_elsewhere(block)) {
            let lines = block.text.lines().map(|line| line.trim_start_matches("$ "));
            let lost =
                lines.filter(|line| line.starts_with("aksgen ") && !line.starts_with("aksgen ="));
            wrong.extend(lost.map(|line| format!("{}: {line}", page.path)));
        }
    }
    assert!(wrong.is_empty(), "not in a `console` block:\n{}", wrong.join("\n"));
}

/// `recording.rs` holds the sessions, and `.ci/run` lints the workflows.
fn is_tested_elsewhere(block: &Block<'_>) -> bool {
    block.language == "console"
        || block.text.starts_with("$ aksgen init")
        || block.text.starts_with("# .github/workflows/")
}

#[test]
#[should_panic(expected = "unexpected argument '--drry-run'")]
fn a_misspelt_command_is_refused() {
    let text = "x\n\n```console\n$ aksgen render --drry-run\n```\n".to_owned();
    run_all(&Page { path: "planted.md".into(), text });
}

#[test]
#[should_panic(expected = "planted.md: `aksgen check`")]
fn other_output_is_refused() {
    let text = "x\n\n```console\n$ aksgen check\nsomething else\n```\n".to_owned();
    run_all(&Page { path: "planted.md".into(), text });
}

/// The guide shows what `diff` prints, and the consequence of a change.
#[test]
fn the_guide_shows_a_diff() {
    let page = page("docs/guide/day-two.md");
    let blocks = page.blocks();
    let shown =
        blocks.iter().flat_map(commands).find(|shown| shown.line.starts_with("aksgen diff"));
    assert!(shown.is_some_and(|shown| shown.output.contains("refused")));
}
