//! The terminal sessions in README and in the guide are recordings. `UPDATE=1` rewrites them.

#![cfg(unix)]

mod svg;

use crate::common::aksgen;
use crate::support::golden;
use crate::terminal::{PROMPTS, Terminal};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use svg::screen;

/// The guide has the session of `aksgen init` between this line and the next fence.
const BEGIN: &str = "<!-- A real session, by tests/integration/recording.rs -->\n\n```text\n";
const END: &str = "```\n";
const SERVICE: &str = "name=web image=ghcr.io/stefanprodan/podinfo:6.7.1 port=9898";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_guide_shows_a_real_session() {
    let path = root().join("docs/guide/getting-started.md");
    let page = fs::read_to_string(&path).expect("the guide");
    let (before, rest) = page.split_once(BEGIN).expect("the guide marks the session");
    let (_, after) = rest.split_once(END).expect("a fence ends");
    golden(&path, &format!("{before}{BEGIN}{}{END}{after}", interview()));
}

#[test]
fn the_readme_shows_a_real_session() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README");
    assert!(readme.contains("](docs/session.svg)"), "README embeds the session");
    golden(&root().join("docs/session.svg"), &svg::draw(&screen(&demonstration(), 100)));
}

/// The screen after `aksgen init` with every default, and `aksgen check`.
fn interview() -> String {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let shop = dir.path().join("shop");
    fs::create_dir(&shop).expect("our own directory");
    let mut terminal = Terminal::new(&shop, &["init"], &[]);
    let mut bytes: String =
        PROMPTS.iter().map(|prompt| terminal.answer(prompt, "") + prompt).collect();
    let (code, rest) = terminal.end();
    assert_eq!(code, 0, "{rest}");
    bytes += &rest;
    let contents = screen(&bytes, 120).screen().contents();
    let lines: Vec<&str> = contents.lines().map(str::trim_end).collect();
    let check = aksgen(&shop, ["check"]);
    format!(
        "$ aksgen init\n{}\n$ aksgen check\n{}",
        lines.join("\n").trim(),
        String::from_utf8_lossy(&check.stdout)
    )
}

/// A new platform, a misspelt key, and the effect of a change, in terminal colours.
fn demonstration() -> String {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let shop = dir.path().join("shop");
    fs::create_dir(&shop).expect("our own directory");
    let mut out = run(&shop, &["init", "--yes", "--service", SERVICE]);
    out += &edit(&shop, "port", "prot");
    out += &run(&shop, &["validate"]);
    out += &edit(&shop, "prot", "port");
    out + &run(&shop, &["diff", "--quiet", "--set", "services.web.replicas=2"])
}

fn prompt(line: &str) -> String {
    format!("\x1b[1;92m$\x1b[0m {line}\n")
}

/// A command and its output.
fn run(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .args(["--color", "always"])
        .args(arguments)
        .current_dir(dir)
        .output()
        .expect("the program of this test");
    let words = arguments
        .iter()
        .map(|word| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() });
    let line = words.collect::<Vec<_>>().join(" ");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}{stdout}{stderr}\n", prompt(&format!("aksgen {line}")))
}

/// Replaces a key at the start of a line of the spec, as `sed` does.
fn edit(dir: &Path, from: &str, to: &str) -> String {
    let path = dir.join("platform.toml");
    let spec = fs::read_to_string(&path).expect("a spec that was just written");
    fs::write(&path, spec.replace(&format!("\n{from} "), &format!("\n{to} ")))
        .expect("our own spec");
    prompt(&format!("sed -i 's/^{from} /{to} /' platform.toml"))
}
