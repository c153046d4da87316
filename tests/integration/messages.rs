//! Every message in one file, to be read from top to bottom as somebody would who has just made
//! that mistake: `tests/messages.txt`, one per code and the commonest slips, as the cases have
//! them. `UPDATE=1` collects them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use aksgen::diag::Code;
use std::{
    fs,
    path::{Path, PathBuf},
};

const MESSAGES: &str = "tests/messages.txt";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What every case of a group is about, by the first line of its spec, and what is said.
fn told(group: &str) -> Vec<(String, String)> {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("tests/cases/general").join(group))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let about = |folder: &Path| {
        let spec = read(folder.join("platform.toml"));
        spec.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default().to_owned()
    };
    let said = |folder: &Path| {
        [read(folder.join("expected.txt")), read(folder.join("expected.stderr"))].concat()
    };
    folders
        .iter()
        .map(|folder| (about(folder), said(folder)))
        .filter(|(_, said)| !said.is_empty())
        .collect()
}

fn heading(title: &str, about: &str) -> String {
    format!("{}\n{title}{}{about}\n\n", "=".repeat(100), if about.is_empty() { "" } else { ": " })
}

/// The shortest case that has a finding of a code before any other.
fn of(code: Code, cases: &[(String, String)]) -> Option<String> {
    let first = |said: &str| {
        ["error", "warning"]
            .iter()
            .any(|level| said.starts_with(&format!("{level}[{}]", code.id())))
    };
    let (about, said) =
        cases.iter().filter(|(_, said)| first(said)).min_by_key(|(_, said)| said.len())?;
    Some(format!("{}{said}", heading(code.id(), about)))
}

#[test]
fn all_messages_stand_in_one_file() {
    let (diagnostics, slips) = (told("findings"), told("slips"));
    let codes: Vec<String> = Code::ALL.iter().filter_map(|code| of(*code, &diagnostics)).collect();
    let slips: Vec<String> =
        slips.iter().map(|(about, said)| format!("{}{said}", heading("slip", about))).collect();
    assert!(codes.len() >= 50 && slips.len() >= 10, "{} codes, {} slips", codes.len(), slips.len());
    let text = [codes, slips].concat().join("\n");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(MESSAGES), &text).unwrap();
    }
    assert!(
        fs::read_to_string(root().join(MESSAGES)).unwrap_or_default() == text,
        "run `UPDATE=1 cargo test messages::`, and read {MESSAGES}"
    );
}
