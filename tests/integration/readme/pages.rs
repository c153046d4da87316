//! Pages of Markdown and the fenced blocks in them.

use crate::common::{plant, tree};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The example in which commands run, and to which fragments are added.
pub(super) const BASE: &str = "generated-examples/ecommerce";
const EXAMPLES: [&str; 2] = [BASE, "generated-examples/platform-secrets"];

/// Pages whose commands run and whose TOML is validated.
pub(super) const REQUIRED: [&str; 17] = [
    "README.md",
    "docs/architecture.md",
    "docs/contributing.md",
    "docs/concepts/identities.md",
    "docs/concepts/network-policies.md",
    "docs/concepts/ownership-and-lock.md",
    "docs/concepts/stages.md",
    "docs/concepts/validation.md",
    "docs/guide/backups.md",
    "docs/guide/databases.md",
    "docs/guide/day-two.md",
    "docs/guide/environments-and-layers.md",
    "docs/guide/exposing.md",
    "docs/guide/getting-started.md",
    "docs/guide/monitoring.md",
    "docs/guide/secrets.md",
    "docs/guide/services.md",
];

/// A page: its path in the repository and its text.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) text: String,
}

/// A fenced block: its language and its text.
pub(super) struct Block<'a> {
    pub(super) language: &'a str,
    pub(super) text: &'a str,
}

impl Block<'_> {
    /// The file that the first line of the block names: `# extra/viewer.yaml`.
    pub(super) fn file(&self) -> Option<&str> {
        let name = self.text.lines().next()?.strip_prefix("# ")?;
        let fits =
            name.contains('/') && !name.contains(' ') && Path::new(name).extension().is_some();
        fits.then_some(name)
    }

    pub(super) fn is_fragment(&self) -> bool {
        self.text.starts_with("# fragment\n")
    }
}

impl Page {
    /// The fenced blocks that are not indented. An indented block belongs to a list item and is not
    /// validated.
    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let mut parts = self.text.split("\n```");
        parts.next();
        let mut out = vec![];
        while let (Some(inside), Some(_)) = (parts.next(), parts.next()) {
            let (language, text) = inside.split_once('\n').expect("a fence has its own line");
            out.push(Block { language, text });
        }
        out
    }

    /// The text without its fenced blocks.
    pub(super) fn prose(&self) -> String {
        let mut inside = false;
        let mut out = String::new();
        for line in self.text.lines() {
            if line.trim_start().starts_with("```") {
                inside = !inside;
            } else if !inside {
                out += line;
            }
            out.push('\n');
        }
        out
    }
}

pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One page of the repository.
pub(super) fn page(path: &str) -> Page {
    let text =
        fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Page { path: path.to_owned(), text }
}

/// README, the guide, the concepts, the architecture and the guide for contributors.
pub(super) fn pages() -> Vec<Page> {
    let mut paths: Vec<String> = ["guide", "concepts"]
        .iter()
        .flat_map(|folder| {
            let files = tree(&root().join("docs").join(folder)).into_keys();
            files.map(move |file| format!("docs/{folder}/{file}"))
        })
        .collect();
    paths.extend(REQUIRED[..3].iter().map(|path| (*path).to_owned()));
    paths.iter().map(|path| page(path)).collect()
}

/// Each page of documentation, including generated pages.
pub(super) fn all_pages() -> Vec<Page> {
    let mut paths: Vec<String> = tree(&root().join("docs"))
        .into_keys()
        .filter(|path| Path::new(path).extension().is_some_and(|end| end == "md"))
        .map(|path| format!("docs/{path}"))
        .collect();
    let others = [
        "README.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "tests/README.md",
        "tests/failure-cases.md",
        "tests/conformance/README.md",
        "fuzz/README.md",
    ];
    paths.extend(others.map(str::to_owned));
    paths.iter().map(|path| page(path)).collect()
}

/// A copy of the examples in a directory of its own.
pub(super) fn copy() -> TempDir {
    let home = TempDir::new().expect("a temporary directory");
    for example in EXAMPLES {
        plant(&tree(&root().join(example)), &home.path().join(example));
    }
    home
}
