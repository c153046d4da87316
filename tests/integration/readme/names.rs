//! Commands and paths that the text names in code spans exist.

use super::pages::{Page, all_pages, page, root};
use std::{collections::BTreeMap, process::Command};

/// The code spans outside of fenced blocks.
fn spans(page: &Page) -> Vec<String> {
    let prose = page.prose();
    let paragraphs = prose.split("\n\n");
    paragraphs
        .flat_map(|text| text.split('`').skip(1).step_by(2))
        .map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The help text of each command, cached.
#[derive(Default)]
struct Help(BTreeMap<String, Option<String>>);

impl Help {
    fn of(&mut self, command: &str) -> Option<&str> {
        let read = || {
            let output = Command::new(env!("CARGO_BIN_EXE_aksgen"))
                .args([command, "--help"])
                .env("NO_COLOR", "1")
                .output()
                .expect("the program of this test");
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
        };
        self.0.entry(command.to_owned()).or_insert_with(read).as_deref()
    }
}

/// Commands and options in code spans that `aksgen` does not have.
fn unknown_commands(page: &Page, help: &mut Help) -> Vec<String> {
    let mut out = vec![];
    for span in spans(page) {
        let mut words = span.split(' ');
        let (Some("aksgen"), Some(command)) = (words.next(), words.next()) else { continue };
        let text = if command.starts_with('-') { Some("--version") } else { help.of(command) };
        let unknown = |option: &&str| !text.is_some_and(|text| text.contains(*option));
        let options = span.split([' ', '=']).filter(|word| word.starts_with("--"));
        if text.is_none() || options.clone().any(|option| unknown(&option)) {
            out.push(format!("{}: `{span}`", page.path));
        }
    }
    out
}

#[test]
fn named_commands_exist() {
    let mut help = Help::default();
    let wrong: Vec<String> =
        all_pages().iter().flat_map(|page| unknown_commands(page, &mut help)).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn unknown_commands_are_found() {
    let text = "`aksgen rendre` `aksgen check --frmat json` `aksgen check --format json`";
    let page = Page { path: "planted.md".into(), text: text.to_owned() };
    assert_eq!(unknown_commands(&page, &mut Help::default()).len(), 2);
}

/// Repository paths in code spans. Spans with `<name>` or `*` are skipped.
fn paths(page: &Page) -> Vec<String> {
    let begins =
        ["src/", "tests/", "templates/", "profiles/", "benches/", "fuzz/", ".ci/", "docs/"];
    let mut out = spans(page);
    out.retain(|span| begins.iter().any(|begin| span.starts_with(begin)));
    out.retain(|span| !span.contains(['<', '*', ' ', '{']));
    out.iter().map(|span| span.split("::").next().unwrap_or(span).to_owned()).collect()
}

fn missing(page: &Page) -> Vec<String> {
    let gone = paths(page).into_iter().filter(|path| !root().join(path).exists());
    gone.map(|path| format!("{}: there is no {path}", page.path)).collect()
}

/// The pages for contributors and README name existing files only.
#[test]
fn named_paths_exist() {
    let pages = ["docs/architecture.md", "docs/contributing.md", "README.md"];
    let wrong: Vec<String> = pages.iter().flat_map(|path| missing(&page(path))).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(paths(&page("docs/contributing.md")).len() > 30);
}

#[test]
fn missing_paths_are_found() {
    let text = "`src/lib.rs` `src/gone.rs` `src/<name>.rs`".to_owned();
    assert_eq!(
        missing(&Page { path: "planted.md".into(), text }),
        ["planted.md: there is no src/gone.rs"]
    );
}
