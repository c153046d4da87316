//! Diagnostics for programs: JSON, SARIF, GitHub annotations and JUnit. Prints nothing.

mod github;
mod junit;
mod sarif;

pub use github::github;
pub use junit::junit;
pub use sarif::sarif;

use crate::diag::{Diagnostic, Label, Severity, notes, safe};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;
use std::path::{Component, Path};

/// Version of the format. A change that breaks readers increases it; a new key does not.
pub const VERSION: u32 = 1;

/// Result of a command.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// The command, such as `validate`.
    pub command: String,
    /// Outcome of the command.
    pub outcome: Outcome,
    /// Diagnostics in the order of files and lines.
    pub findings: Vec<DiagnosticEntry>,
    /// Validated environments; empty if the run ended before.
    pub environments: Vec<Environment>,
}

/// Outcome of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Only warnings. Exit code 0.
    Ok,
    /// The tree differs from the spec. Exit code 1.
    Drift,
    /// Errors; no tree was computed. Exit code 2.
    Errors,
}

/// A validated environment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Environment {
    /// Name.
    pub name: String,
    /// Number of objects.
    pub objects: usize,
}

/// A diagnostic.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagnosticEntry {
    /// Code; `aksgen explain CODE` prints its meaning.
    pub code: &'static str,
    /// Errors stop the run; warnings do not.
    pub severity: Level,
    /// The problem, in one sentence.
    pub message: String,
    /// The fix; empty if the message states it.
    pub help: String,
    /// Environments with the problem; empty if it belongs to no environment.
    pub environments: Vec<String>,
    /// The objects with the problem, such as ``Deployment `shop/orders` ``.
    pub objects: Vec<String>,
    /// Messages of other problems with the same code and cause.
    pub related: Vec<String>,
    /// The places of the problem, the most important first.
    pub places: Vec<SourceLocation>,
}

/// Severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The run stops, and no tree is written.
    Error,
    /// The tree is written.
    Warning,
}

/// A span of a text. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceLocation {
    /// Path from the working directory, `aksgen:<path>` of a built-in file, or `--set`.
    pub file: String,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last one.
    pub end_column: usize,
    /// Relation of the place to the problem; empty if evident.
    pub note: String,
}

impl Report {
    /// A report about the files of a directory.
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

    /// The same with the number of objects by validated environment.
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
    /// The first place in a file of the platform, or the first line of the spec.
    fn own_place(&self, dir: &str) -> SourceLocation {
        let is_own =
            |place: &&SourceLocation| !place.file.starts_with("aksgen:") && place.file != "--set";
        let first = || SourceLocation {
            file: format!("{dir}platform.toml"),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            note: String::new(),
        };
        self.places.iter().find(is_own).cloned().unwrap_or_else(first)
    }

    /// Message, fix and notes.
    fn text(&self) -> String {
        let help = Some(format!("help: {}", self.help)).filter(|_| !self.help.is_empty());
        let notes = notes(&self.environments, &self.objects, &self.related);
        [self.message.clone()].into_iter().chain(help).chain(notes).collect::<Vec<_>>().join("\n")
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

/// Prefix of file paths: the directory with a final `/`, or nothing for the current directory.
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
