//! The width of 100 columns in comments and Markdown.

use std::{fs, path::PathBuf};

use super::{fail_with, files, root};

const WIDTH: usize = 100;

/// Folders of expected and rendered files: their width follows from values.
const RENDERED: &[&str] =
    &["generated-examples/", "templates/", "tests/cases/", "tests/diff/", "target/", ".vale/"];

/// Files whose comments start with `#`.
const SCRIPTS: &[&str] = &[
    ".cargo/mutants.toml",
    ".ci/run",
    ".vale/run",
    "Cargo.toml",
    "clippy.toml",
    "deny.toml",
    "rustfmt.toml",
];

/// The columns of a line, without link targets and addresses.
fn columns(line: &str) -> usize {
    let mut shown = String::new();
    let mut rest = line;
    while let Some((before, target)) = rest.split_once("](") {
        shown.push_str(before);
        rest = target.split_once(')').map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    let words = shown.split(' ').filter(|word| !word.contains("://"));
    words.map(|word| word.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

/// Wide lines of Markdown, outside of tables and code blocks.
fn wide_markdown(text: &str) -> Vec<usize> {
    let mut code = false;
    let mut wide = vec![];
    for (i, line) in text.lines().enumerate() {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        if !code && !fence && !line.trim_start().starts_with('|') && columns(line) > WIDTH {
            wide.push(i + 1);
        }
    }
    wide
}

/// Wide comments that fill a line. Each other line becomes empty, so that line numbers stay.
fn wide_comments(text: &str, mark: &str) -> Vec<usize> {
    let comments = text.lines().map(|line| {
        let comment = line.trim_start().strip_prefix(mark);
        comment.map_or_else(String::new, |comment| {
            let body = comment.trim_start_matches(['/', '!']).trim_start();
            let indent = line.chars().count() - body.chars().count();
            if body.starts_with(['|', '`']) && !body.starts_with("``") || body.starts_with("```") {
                body.to_owned()
            } else {
                format!("{}{body}", "x".repeat(indent))
            }
        })
    });
    wide_markdown(&comments.collect::<Vec<_>>().join("\n"))
}

/// Files of an extension in the repository that are written by hand or by `reference`.
fn written(extension: &str) -> Vec<(String, PathBuf)> {
    let name = |path: &PathBuf| path.strip_prefix(root()).unwrap().display().to_string();
    let folders = ["benches", "docs", "fuzz/fuzz_targets", "src", "tests"];
    let inside = folders.iter().flat_map(|folder| files(&root().join(folder), extension));
    let top = fs::read_dir(root()).unwrap().flatten().map(|entry| entry.path());
    let top = top.filter(|path| path.extension().is_some_and(|found| found == extension));
    let all = inside.chain(top).map(|path| (name(&path), path));
    all.filter(|(name, _)| !RENDERED.iter().any(|folder| name.starts_with(folder))).collect()
}

fn report(name: &str, lines: Vec<usize>) -> impl Iterator<Item = String> + '_ {
    lines.into_iter().map(move |line| format!("{name}:{line}: wrap at {WIDTH} columns"))
}

#[test]
fn markdown_fits_the_width() {
    let mut wrong = vec![];
    for (name, path) in written("md") {
        wrong.extend(report(&name, wide_markdown(&fs::read_to_string(path).unwrap())));
    }
    fail_with(&wrong);
}

#[test]
fn comments_fit_the_width() {
    let mut wrong = vec![];
    for (name, path) in written("rs") {
        wrong.extend(report(&name, wide_comments(&fs::read_to_string(path).unwrap(), "//")));
    }
    for name in SCRIPTS {
        let text = fs::read_to_string(root().join(name)).unwrap();
        wrong.extend(report(name, wide_comments(&text, "#")));
    }
    fail_with(&wrong);
}

#[test]
fn a_planted_wide_line_is_refused() {
    let wide = "wide ".repeat(21);
    assert_eq!(wide_markdown(&format!("# Title\n\n{wide}\n")), [3]);
    assert_eq!(wide_comments(&format!("fn a() {{}}\n    /// {wide}\n"), "//"), [2]);
    assert_eq!(wide_comments(&format!("# {wide}"), "#"), [1]);
    assert_eq!(wide_comments(&format!("    // {}", "x".repeat(94)), "//"), [1]);
}

#[test]
fn tables_links_and_code_may_be_wide() {
    let wide = "wide".repeat(30);
    for text in [
        format!("| {wide} |"),
        format!("```\n{wide}\n```"),
        format!("A [link](https://example.com/{wide})."),
        format!("See https://example.com/{wide}"),
    ] {
        assert!(wide_markdown(&text).is_empty(), "{text}");
    }
    assert!(wide_comments(&format!("    // {}", "x".repeat(93)), "//").is_empty());
    assert!(wide_comments(&format!("let a = \"{wide}\";"), "//").is_empty());
    assert!(wide_comments(&format!("//! ```\n//! {wide}\n//! ```"), "//").is_empty());
}
