//! Documentation tests: commands succeed, TOML is valid, shown output is real, links and paths
//! exist. Each page runs in a copy of the examples.

mod commands;
mod links;
mod names;
mod pages;
mod specs;

use crate::common::aksgen;
use aksgen::diag::Code;
use pages::{BASE, copy, page, pages};
use std::process::Output;

/// Maximum length of README in lines.
const LONGEST_README: usize = 200;

fn assert_success(output: &Output, command: &str) {
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command}: {}\n{stdout}{stderr}", output.status);
}

#[test]
fn the_committed_example_is_up_to_date() {
    let home = copy();
    assert_success(&aksgen(&home.path().join(BASE), ["check"]), "`aksgen check`");
}

#[test]
fn the_readme_has_at_most_200_lines() {
    let lines = page("README.md").text.lines().count();
    assert!(lines <= LONGEST_README, "README.md has {lines} lines, more than {LONGEST_README}");
}

/// The page about validation lists each code beside the step that reports it.
#[test]
fn the_validation_page_lists_each_code() {
    let text = page("docs/concepts/validation.md").text;
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.id())
        .filter(|id| !text.contains(&format!("`{id}`")))
        .collect();
    assert!(missing.is_empty(), "validation.md does not name: {}", missing.join(", "));
}

#[test]
fn each_required_page_exists() {
    let found: Vec<String> = pages().into_iter().map(|page| page.path).collect();
    for path in pages::REQUIRED {
        assert!(found.iter().any(|found| found == path), "there is no {path}");
    }
}
