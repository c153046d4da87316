//! Findings for programs: JSON of our own, SARIF, GitHub's annotations, JUnit. Never decides what a
//! finding says, nor prints.

mod github;
mod junit;
mod sarif;

pub use github::github;
pub use junit::junit;
pub use sarif::sarif;

use crate::diag::{Diagnostic, Label, Severity, safe};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;
use std::path::{Component, Path};

/// The version of the format: it grows with every change that a reader could stumble over. New keys
/// are no such change.
pub const VERSION: u32 = 1;

/// What a command found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// The command, such as `validate`.
    pub command: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What is wrong, in the order of files and lines.
    pub findings: Vec<DiagnosticEntry>,
    /// The environments that were judged; none where the run ended before.
    pub environments: Vec<Environment>,
}

/// What came of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing but warnings. Exit code 0.
    Ok,
    /// The tree is not what the spec says. Exit code 1.
    Drift,
    /// No tree could be computed. Exit code 2.
    Errors,
}

/// An environment that was judged.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// How many objects it has.
    pub objects: usize,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagnosticEntry {
    /// Its code; `aksgen explain CODE` says more.
    pub code: &'static str,
    /// Does it stop a run?
    pub severity: Level,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it; empty where the message says it all.
    pub help: String,
    /// The environments that it was seen in; none where it has nothing to do with one.
    pub environments: Vec<String>,
    /// The objects with the problem, such as ``Deployment `shop/orders` ``.
    pub objects: Vec<String>,
    /// Messages of other problems with the same code and cause.
    pub related: Vec<String>,
    /// The places of the problem, the most important first.
    pub places: Vec<SourceLocation>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It stops the run.
    Error,
    /// It does not.
    Warning,
}

/// A place in a text. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceLocation {
    /// The file, relative to where the command was started; `aksgen:<path>` for what is built in,
    /// `--set` for the command line.
    pub file: String,
    /// Its first line.
    pub line: usize,
    /// Its first column.
    pub column: usize,
    /// Its last line.
    pub end_line: usize,
    /// The column after its last.
    pub end_column: usize,
    /// What the place has to do with the finding; empty where that is plain.
    pub note: String,
}

impl Report {
    /// A report of findings about the files of a directory.
    pub fn new(command: &str, outcome: Outcome, dir: &Path, diagnostics: &[Diagnostic]) -> Report {
        let findings = diagnostics.iter().map(|diagnostic| entry(diagnostic, dir)).collect();
        Report {
            version: VERSION,
            command: command.to_owned(),
            outcome,
            findings,
            environments: vec![],
        }
    }

    /// The same with the environments that were judged.
    #[must_use]
    pub fn with_objects(mut self, objects: &[(String, usize)]) -> Report {
        self.environments = objects
            .iter()
            .map(|(name, objects)| Environment { name: name.clone(), objects: *objects })
            .collect();
        self
    }
}

impl DiagnosticEntry {
    /// The first place in a file that a person keeps; the spec's first line where there is none.
    fn kept(&self, dir: &str) -> SourceLocation {
        let kept =
            |place: &&SourceLocation| !place.file.starts_with("aksgen:") && place.file != "--set";
        let first = || SourceLocation {
            file: format!("{dir}platform.toml"),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            note: String::new(),
        };
        self.places.iter().find(kept).cloned().unwrap_or_else(first)
    }

    /// The message, and what to do about it.
    fn text(&self) -> String {
        let fix =
            if self.help.is_empty() { String::new() } else { format!("\nhelp: {}", self.help) };
        let seen = if self.environments.is_empty() {
            String::new()
        } else {
            format!("\nseen in {}", self.environments.join(", "))
        };
        format!("{}{fix}{seen}", self.message)
    }
}

/// The JSON Schema of a report.
pub fn schema() -> Value {
    schema_for!(Report).to_value()
}

fn entry(diagnostic: &Diagnostic, dir: &Path) -> DiagnosticEntry {
    DiagnosticEntry {
        code: diagnostic.code.id(),
        severity: if diagnostic.code.severity() == Severity::Error {
            Level::Error
        } else {
            Level::Warning
        },
        message: safe(&diagnostic.message),
        help: safe(&diagnostic.help),
        environments: diagnostic.environments.clone(),
        objects: diagnostic.effects.objects.clone(),
        related: diagnostic.effects.related.iter().map(|message| safe(message)).collect(),
        places: diagnostic.places.iter().map(|label| place(label, dir)).collect(),
    }
}

fn place(label: &Label, dir: &Path) -> SourceLocation {
    let name = &label.source.name;
    let built_in = name.starts_with("aksgen:") || name == "--set";
    let file = if built_in { name.clone() } else { format!("{}{name}", prefix(dir)) };
    let ((line, column), (end_line, end_column)) =
        (label.source.position(label.span.start), label.source.position(label.span.end));
    SourceLocation { file, line, column, end_line, end_column, note: safe(&label.note) }
}

/// What stands before the path of a file: the directory with `/` at its end, or nothing where it is
/// the current one.
fn prefix(dir: &Path) -> String {
    let parts: Vec<String> = dir
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{}/", parts.join("/").replacen("//", "/", 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_current_directory() {
        for (dir, want) in [
            (".", ""),
            ("", ""),
            ("./", ""),
            ("platforms/shop", "platforms/shop/"),
            ("./a/", "a/"),
            ("../b", "../b/"),
            ("/srv/shop", "/srv/shop/"),
        ] {
            assert_eq!(prefix(Path::new(dir)), want, "{dir}");
        }
    }
}
