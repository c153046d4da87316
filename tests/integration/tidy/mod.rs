//! Rules for the structure, the names and the line width of the repository.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

mod names;
mod structure;
mod templates;
mod width;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut out = vec![];
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let name = |path: &Path| path.strip_prefix(&src).unwrap().display().to_string();
    files(&src, "rs").iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The code of a file without its unit tests: a module at its end, or a file named `tests.rs`.
fn production<'a>(name: &str, text: &'a str) -> &'a str {
    if name.ends_with("/tests.rs") {
        ""
    } else {
        text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text)
    }
}

fn fail_with(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Fails for each violation that `tests/tidy/<check>.txt` does not list, and for each line of that
/// list that is repaired: the lists only shrink. `UPDATE=1` removes repaired lines.
fn fail_unless_listed(check: &str, wrong: &[String]) {
    let path = root().join("tests/tidy").join(format!("{check}.txt"));
    let listed: BTreeSet<String> =
        fs::read_to_string(&path).unwrap_or_default().lines().map(str::to_owned).collect();
    let found: BTreeSet<String> = wrong.iter().map(|line| without_numbers(line)).collect();
    if std::env::var_os("UPDATE").is_some() {
        let left: Vec<_> = found.intersection(&listed).map(String::as_str).collect();
        fs::write(&path, left.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        return;
    }
    fail_with(&found.difference(&listed).cloned().collect::<Vec<_>>());
    let repaired: Vec<_> = listed.difference(&found).cloned().collect();
    assert!(repaired.is_empty(), "remove from {}: {repaired:#?}", path.display());
}

/// A violation without line numbers, which move with every change.
fn without_numbers(line: &str) -> String {
    let (place, text) = line.split_once(' ').unwrap_or((line, ""));
    let place = place.trim_end_matches(|c: char| c == ':' || c.is_ascii_digit());
    format!("{place} {text}")
}
