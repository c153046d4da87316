//! What README shows works: its commands succeed and its TOML is valid. Everything runs in a copy
//! of the examples.

#![allow(clippy::print_stderr, reason = "a test may say what it left out")]

use crate::common::{aksgen, crds, plant, tree};
use aksgen::diag::Code;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

const README: &str = include_str!("../../README.md");
const SHOP: &str = include_str!("../../generated-examples/ecommerce/platform.toml");
/// The spec that fragments are added to.
const BASE: &str = "generated-examples/ecommerce";

/// A fenced block: its language and its text.
struct Block<'a> {
    language: &'a str,
    text: &'a str,
}

impl Block<'_> {
    /// The file that its first line names: `# extra/viewer.yaml`.
    fn file(&self) -> Option<&str> {
        let name = self.text.lines().next()?.strip_prefix("# ")?;
        let fits =
            name.contains('/') && !name.contains(' ') && Path::new(name).extension().is_some();
        fits.then_some(name)
    }

    fn is_fragment(&self) -> bool {
        self.text.starts_with("# fragment\n")
    }
}

/// The blocks that start at the margin; what is indented belongs to a list and is a sketch.
fn blocks() -> Vec<Block<'static>> {
    let mut parts = README.split("\n```");
    parts.next();
    let mut out = vec![];
    while let (Some(inside), Some(_)) = (parts.next(), parts.next()) {
        let (language, text) = inside.split_once('\n').expect("a fence has its own line");
        out.push(Block { language, text });
    }
    assert!(out.len() > 5, "README has lost its blocks");
    out
}

/// A copy of the examples in a directory of its own, with the CRDs where README's commands look for
/// them.
fn copy() -> TempDir {
    let home = TempDir::new().expect("a temporary directory");
    let example = home.path().join(BASE);
    plant(&tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(BASE)), &example);
    home
}

/// The commands that start aksgen: their arguments.
fn commands() -> Vec<Vec<String>> {
    let lines = blocks()
        .into_iter()
        .filter(|block| block.language == "console")
        .flat_map(|block| block.text.lines());
    let typed = lines
        .filter_map(|line| line.strip_prefix("$ "))
        .map(|line| line.split(" #").next().unwrap_or(line).trim());
    let ours = typed.filter_map(|line| {
        line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("aksgen "))
    });
    ours.map(words).collect()
}

/// As a shell splits a line, as far as README needs it: double quotes hold a word together.
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

fn assert_success(output: &Output, what: &str) {
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what}: {}\n{said}{complained}", output.status);
}

#[test]
fn commands_succeed() {
    let (home, crds) = (copy(), crds());
    let all = commands();
    assert!(all.len() > 5, "README has lost its commands");
    for arguments in all {
        let mut arguments = arguments;
        let line = arguments.join(" ");
        if let Some(at) = arguments.iter().position(|a| a == "--crds") {
            let Some(crds) = &crds else {
                eprintln!("not run, because there are no CRDs: `aksgen {line}`");
                continue;
            };
            arguments[at + 1] = crds.display().to_string();
        }
        // Without `-C` the reader stands where the spec is.
        let here = if arguments.iter().any(|a| a == "-C") {
            home.path().to_owned()
        } else {
            home.path().join(BASE)
        };
        // A platform begins in a folder of its own.
        let new = TempDir::new().expect("a temporary directory");
        let here = if arguments[0] == "init" { new.path().to_owned() } else { here };
        let output = Command::new(env!("CARGO_BIN_EXE_aksgen"))
            .args(&arguments)
            .current_dir(here)
            .output()
            .expect("the program of this test");
        // Something changes: that is an answer.
        if arguments[0] != "diff" || output.status.code() != Some(1) {
            assert_success(&output, &format!("`aksgen {line}`"));
        }
    }
}

/// What is shown under a command is what it prints.
#[test]
fn what_is_printed_is_what_is_shown() {
    let home = copy();
    let mut count = 0;
    for block in blocks().iter().filter(|block| block.language == "console") {
        let Some((line, shown)) = block
            .text
            .split_once('\n')
            .filter(|(_, rest)| !rest.is_empty() && !rest.contains("$ "))
        else {
            continue;
        };
        let Some(arguments) = line.strip_prefix("$ aksgen ") else { continue };
        let output = aksgen(&home.path().join(BASE), words(arguments));
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), shown.trim_end(), "{line}");
        count += 1;
    }
    assert_eq!(count, 1, "README has lost the answer of `diff`");
}

#[test]
fn the_committed_example_is_in_step() {
    let home = copy();
    let output = aksgen(&home.path().join(BASE), ["check"]);
    assert_success(&output, "`aksgen check`");
}

#[test]
fn the_spec_is_the_one_of_the_example() {
    let shown =
        blocks().into_iter().find(|block| block.language == "toml").expect("README shows a spec");
    assert_eq!(shown.text.trim_end(), SHOP.trim_end());
}

/// A whole spec stands alone; a fragment is added to the shop's. The files that are shown after it,
/// up to the next TOML of a spec, stand beside it.
#[test]
fn toml_is_valid() {
    let (blocks, mut specs) = (blocks(), 0);
    for (i, block) in blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| block.language == "toml" && block.file().is_none())
    {
        assert!(
            block.is_fragment() || block.text.contains("[platform]"),
            "neither a spec nor a `# fragment`:\n{}",
            block.text
        );
        let home = TempDir::new().expect("a temporary directory");
        let spec = if block.is_fragment() {
            format!("{SHOP}\n{}\n", block.text)
        } else {
            block.text.to_owned()
        };
        fs::write(home.path().join("platform.toml"), spec).expect("our own directory");
        let after = blocks[i + 1..]
            .iter()
            .take_while(|block| block.language != "toml" || block.file().is_some());
        for (name, text) in after.filter_map(|block| Some((block.file()?, block.text))) {
            plant(&[(name.to_owned(), text.as_bytes().to_vec())].into(), home.path());
        }
        if crds().is_none() && block.text.contains("[verify]") {
            eprintln!("not validated, because there are no CRDs:\n{}", block.text);
            continue;
        }
        let mut arguments = vec!["validate".to_owned()];
        arguments.extend(crds().into_iter().flat_map(|crds| {
            ["--crds".to_owned(), crds.display().to_string(), "--strict".to_owned()]
        }));
        assert_success(&aksgen(home.path(), arguments), block.text);
        specs += 1;
    }
    assert!(specs > 3, "README has lost its TOML");
}

/// Whoever meets a code finds the stage that it belongs to.
#[test]
fn every_code_is_named() {
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.id())
        .filter(|id| !README.contains(&format!("`{id}`")))
        .collect();
    assert!(missing.is_empty(), "README does not name: {}", missing.join(", "));
}
