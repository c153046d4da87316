//! Texts that findings point into. Never reads a file.

use crate::secret::redact;
use std::{ops::Range, sync::Arc};

/// A text and the name a person knows it by.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path beside the spec, or `aksgen:<path>` for what is built in.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A text under a name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        Arc::new(Source { name: name.into(), text: text.into() })
    }

    /// The bytes of a line, counted from 1, without its indentation and end.
    pub fn line(&self, number: usize) -> Range<usize> {
        let mut start = 0;
        for (i, line) in self.text.split_inclusive('\n').enumerate() {
            if i + 1 == number {
                let indent = line.len() - line.trim_start().len();
                return (start + indent).min(start + line.trim_end().len())
                    ..start + line.trim_end().len();
            }
            start += line.len();
        }
        self.text.len()..self.text.len()
    }

    /// Line and column, both from 1, columns in characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let column = before.rsplit('\n').next().unwrap_or("").chars().count();
        (before.matches('\n').count() + 1, column + 1)
    }
}

/// A place in a text, and what to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes to underline.
    pub span: Range<usize>,
    /// What this place has to do with the finding; empty where that is plain.
    pub note: String,
    /// The bytes hold a secret: they are never shown.
    pub secret: bool,
}

impl Label {
    /// A place without a note.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Label {
        Label { source: source.clone(), span, note: String::new(), secret: false }
    }

    /// The same with a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Label {
        self.note = redact(&note.into());
        self
    }

    /// `file:line:col`.
    pub fn place(&self) -> String {
        let (line, column) = self.source.position(self.span.start);
        format!("{}:{line}:{column}", self.source.name)
    }
}

/// The known name nearest to a wrong one, if one is near enough to be what was meant.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let budget = (wrong.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(name, wrong), name))
        .filter(|(distance, _)| *distance <= budget)
        .min()
        .map(|(_, name)| name)
}

/// An I/O error without the number that only the system understands.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
