//! Rules for the structure, the names and the line width of the repository.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

mod names;
mod structure;
mod templates;
mod width;

use std::{
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
