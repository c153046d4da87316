//! The session that README begins with is a real one: `UPDATE=1` writes it as the terminal shows it
//! now.

#![cfg(unix)]

use crate::common::aksgen;
use crate::terminal::{PROMPTS, Terminal};
use std::{fs, num::NonZeroU16, path::Path};

/// Where README has it: between this line and the next fence.
const BEGIN: &str = "<!-- A real session, by tests/integration/recording.rs -->\n```text\n";
const END: &str = "```\n";

#[test]
fn readme_begins_with_a_real_session() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("README");
    let (before, rest) = readme.split_once(BEGIN).expect("README marks the session");
    let (shown, after) = rest.split_once(END).expect("a fence ends");
    let now = session();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{now}{END}{after}")).expect("our own README");
    } else {
        assert_eq!(shown, now, "run with UPDATE=1, and read it");
    }
}

/// What is on the screen after `aksgen init` and `aksgen check`.
fn session() -> String {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let shop = dir.path().join("shop");
    fs::create_dir(&shop).expect("our own directory");
    let mut terminal = Terminal::new(&shop, &["init"], &[]);
    let mut bytes: String =
        PROMPTS.iter().map(|prompt| terminal.answer(prompt, "") + prompt).collect();
    let (code, rest) = terminal.end();
    assert_eq!(code, 0, "{rest}");
    bytes += &rest;
    let mut screen = vt100::Parser::new(size(300), size(120), 0);
    screen.process(bytes.as_bytes());
    let lines: Vec<String> =
        screen.screen().contents().lines().map(|line| line.trim_end().to_owned()).collect();
    let check = aksgen(&shop, ["check"]);
    format!(
        "$ aksgen init\n{}\n$ aksgen check\n{}",
        lines.join("\n").trim(),
        String::from_utf8_lossy(&check.stdout)
    )
}

fn size(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("more than nothing")
}
