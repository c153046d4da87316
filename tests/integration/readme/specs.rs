//! Validates the TOML of each page: a whole spec alone, a `# fragment` added to the example.

#![allow(clippy::print_stderr, reason = "a test reports what it skipped")]

use super::{
    assert_success,
    pages::{BASE, Block, Page, pages, root},
};
use crate::common::{aksgen, crds, plant};
use std::fs;
use tempfile::TempDir;

fn is_spec(block: &Block<'_>) -> bool {
    block.language == "toml" && block.file().is_none()
}

fn example() -> String {
    fs::read_to_string(root().join(BASE).join("platform.toml")).expect("the spec of the example")
}

/// Validates a block. The files shown after it, up to the next spec, are written beside it.
fn validate(block: &Block<'_>, after: &[Block<'_>], page: &str) {
    assert!(
        block.is_fragment() || block.text.contains("[azure]"),
        "{page}: neither a spec nor a `# fragment`:\n{}",
        block.text
    );
    if crds().is_none() && block.text.contains("[verify]") {
        eprintln!("not validated, because there are no CRDs:\n{}", block.text);
        return;
    }
    let home = TempDir::new().expect("a temporary directory");
    let spec = if block.is_fragment() {
        format!("{}\n{}\n", example(), block.text)
    } else {
        block.text.to_owned()
    };
    fs::write(home.path().join("platform.toml"), spec).expect("our own directory");
    for file in after.iter().take_while(|block| !is_spec(block)) {
        if let Some(name) = file.file() {
            plant(&[(name.to_owned(), file.text.as_bytes().to_vec())].into(), home.path());
        }
    }
    // The golden cases validate custom kinds. Here CRDs are needed only where a page sets
    // `verify.crds`.
    let mut arguments = vec!["validate".to_owned()];
    if let Some(crds) = crds().filter(|_| block.text.contains("[verify]")) {
        let crds = crds.display().to_string();
        arguments.extend(["--crds".to_owned(), crds, "--strict".to_owned()]);
    }
    assert_success(&aksgen(home.path(), arguments), &format!("{page}:\n{}", block.text));
}

fn validate_all(page: &Page) -> usize {
    let blocks = page.blocks();
    let specs = blocks.iter().enumerate().filter(|(_, block)| is_spec(block));
    specs.map(|(i, block)| validate(block, &blocks[i + 1..], &page.path)).count()
}

#[test]
fn toml_is_valid() {
    let count: usize = pages().iter().map(validate_all).sum();
    assert!(count > 20, "the pages have lost their TOML: {count}");
}

#[test]
#[should_panic(expected = "`imgae`")]
fn a_misspelt_key_is_refused() {
    let text = "x\n\n```toml\n# fragment\n[services.a]\nimgae = \"a:1\"\n```\n".to_owned();
    validate_all(&Page { path: "planted.md".into(), text });
}

/// README shows a spec of at most 15 lines, and 20 files of the tree that the spec makes.
#[test]
fn the_tree_of_the_readme_is_real() {
    let readme = super::pages::page("README.md");
    let blocks = readme.blocks();
    let at = blocks.iter().position(is_spec).expect("README shows a spec");
    let spec = blocks[at].text.lines().filter(|line| !line.is_empty()).count();
    assert!(spec <= 15, "the spec of README has {spec} lines");
    let home = TempDir::new().expect("a temporary directory");
    fs::write(home.path().join("platform.toml"), blocks[at].text).expect("our own directory");
    assert_success(&aksgen(home.path(), ["render"]), "README.md: the first spec");
    let shown: Vec<&str> =
        blocks[at + 1].text.lines().filter_map(|l| l.split(' ').next()).collect();
    let gone: Vec<_> = shown.iter().filter(|path| !home.path().join(path).is_file()).collect();
    assert!(gone.is_empty(), "README.md shows files that are not rendered: {gone:#?}");
    assert_eq!(shown.len(), 20);
    let count = crate::common::tree(home.path()).len();
    let sentence = format!("`aksgen render` writes {} files", count - 1);
    assert!(readme.text.contains(&sentence), "README.md does not have: {sentence}");
}
