//! Pages of the codes, each with a failing and a passing example. `tests/integration/codes.rs` runs
//! all examples.

use crate::diag::Code;
use serde::Serialize;

/// Tables that every example starts with, unless the example sets them.
const HEAD: &str = include_str!("head.toml");

/// Files by path; the first one is `platform.toml`.
pub type Files = Vec<(String, String)>;

/// A spec, and the command that validates it.
#[derive(Debug, Serialize)]
pub struct Example {
    /// The command and its arguments.
    pub command: Vec<String>,
    /// Lines to show, by file.
    pub shown: Files,
}

/// Content of the file of a code.
#[derive(Debug, Serialize)]
pub struct Page {
    /// A spec with the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails: Option<Example>,
    /// The same spec without the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passes: Option<Example>,
    /// Why there is no example.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instead: String,
}

/// The page of a code. Its file has the parts `=== fails` and `=== passes`, with the command if it
/// is not `validate`; or `=== none` with the reason. In a part, `--- <path>` starts another file.
pub fn page(code: Code) -> Page {
    let mut page = Page { fails: None, passes: None, instead: String::new() };
    for part in code.page().split("=== ").skip(1) {
        let (title, body) = part.split_once('\n').unwrap_or((part, ""));
        let mut words = title.split_whitespace();
        let kind = words.next();
        let command: Vec<String> = words.map(str::to_owned).collect();
        let example = || Example {
            command: if command.is_empty() { vec!["validate".into()] } else { command.clone() },
            shown: files(body),
        };
        match kind {
            Some("fails") => page.fails = Some(example()),
            Some("passes") => page.passes = Some(example()),
            _ => page.instead = body.trim().replace('\n', " "),
        }
    }
    page
}

fn files(body: &str) -> Files {
    let mut parts = body.split("--- ");
    let spec = ("platform.toml".to_owned(), parts.next().unwrap_or_default().trim().to_owned());
    let more = parts
        .filter_map(|part| part.split_once('\n'))
        .map(|(path, text)| (path.trim().to_owned(), format!("{}\n", text.trim_end())));
    [spec].into_iter().chain(more).collect()
}

impl Example {
    /// All files of the example. The spec includes the shared tables.
    pub fn files(&self) -> Files {
        let mut files = self.shown.clone();
        if let Some((_, spec)) = files.first_mut() {
            *spec = format!("{}\n{spec}\n", head(spec));
        }
        files
    }
}

/// The shared tables that the spec does not set.
fn head(spec: &str) -> String {
    let table = |block: &str| {
        block
            .lines()
            .find_map(|line| line.strip_prefix('['))
            .and_then(|t| t.split(['.', ']']).next().map(str::to_owned))
    };
    let has = |name: &str| {
        spec.lines().any(|line| {
            [format!("[{name}]"), format!("[{name}.")].iter().any(|start| line.starts_with(start))
        })
    };
    HEAD.split("\n\n")
        .filter(|block| table(block).is_none_or(|name| !has(&name)))
        .map(|block| format!("{}\n\n", block.trim_end()))
        .collect()
}
