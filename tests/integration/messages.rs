//! Collects the messages of the golden cases in `tests/messages.txt`: one per code, and the most
//! common typing errors. The file is for reading from top to bottom. `UPDATE=1` rewrites it.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use aksgen::diag::Code;
use std::{
    fs,
    path::{Path, PathBuf},
};

const MESSAGES: &str = "tests/messages.txt";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Description and messages of each case of a group. The description is the first comment of the
/// spec.
fn messages_of(group: &str) -> Vec<(String, String)> {
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
    let text = |folder: &Path| {
        [read(folder.join("expected.txt")), read(folder.join("expected.stderr"))].concat()
    };
    folders
        .iter()
        .map(|folder| (about(folder), text(folder)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn heading(title: &str, about: &str) -> String {
    format!("{}\n{title}{}{about}\n\n", "=".repeat(100), if about.is_empty() { "" } else { ": " })
}

/// The shortest case whose first finding has a code.
fn shortest_case(code: Code, cases: &[(String, String)]) -> Option<String> {
    let first = |text: &str| {
        ["error", "warning"]
            .iter()
            .any(|level| text.starts_with(&format!("{level}[{}]", code.id())))
    };
    let (about, text) =
        cases.iter().filter(|(_, text)| first(text)).min_by_key(|(_, text)| text.len())?;
    Some(format!("{}{text}", heading(code.id(), about)))
}

#[test]
fn messages_match_the_collected_file() {
    let (diagnostics, slips) = (messages_of("findings"), messages_of("slips"));
    let codes: Vec<String> =
        Code::ALL.iter().filter_map(|code| shortest_case(*code, &diagnostics)).collect();
    let slips: Vec<String> =
        slips.iter().map(|(about, text)| format!("{}{text}", heading("slip", about))).collect();
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
