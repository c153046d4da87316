//! Texts with the places of diagnostics. Reads no file.

use crate::secret::redact;
use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

/// A text with the name of its file.
#[derive(Debug)]
pub struct Source {
    /// The path beside the spec, or `aksgen:<path>` for what is built in.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Offsets of the line starts, computed at the first look-up.
    starts: OnceLock<Vec<usize>>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        self.name == other.name && self.text == other.text
    }
}

impl Eq for Source {}

impl Source {
    /// A text under a name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        Arc::new(Source { name: name.into(), text: text.into(), starts: OnceLock::new() })
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            [0].into_iter().chain(breaks).collect()
        })
    }

    /// Index, from 0, of the line with a byte.
    fn line_index(&self, byte: usize) -> usize {
        self.starts().partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// Bytes of a line, from 1, without its indentation and its trailing spaces.
    pub fn line(&self, number: usize) -> Range<usize> {
        let Some(whole) = number.checked_sub(1).and_then(|index| self.bytes_of(index)) else {
            return self.text.len()..self.text.len();
        };
        let text = &self.text[whole.clone()];
        let end = whole.start + text.trim_end().len();
        (whole.end - text.trim_start().len()).min(end)..end
    }

    /// Bytes of a line, with its line break.
    fn bytes_of(&self, index: usize) -> Option<Range<usize>> {
        let start = *self.starts().get(index)?;
        let end = self.starts().get(index + 1).copied().unwrap_or(self.text.len());
        Some(start..end).filter(|range| !range.is_empty())
    }

    /// Line and column, both from 1; columns count characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let byte = self.text.floor_char_boundary(byte);
        let index = self.line_index(byte);
        (index + 1, self.text[self.starts()[index]..byte].chars().count() + 1)
    }

    /// The line with a byte: its bytes without the line break, and its number, from 1.
    pub fn line_at(&self, byte: usize) -> (Range<usize>, usize) {
        let index = self.line_index(self.text.floor_char_boundary(byte));
        let start = self.starts()[index];
        let end = self.starts().get(index + 1).map_or(self.text.len(), |next| next - 1);
        (start..end, index + 1)
    }
}

/// A span of a text with a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes to underline.
    pub span: Range<usize>,
    /// Relation of the span to the diagnostic; empty if evident.
    pub note: String,
    /// The span contains a secret, which is masked.
    pub secret: bool,
}

impl Label {
    /// A span without a note.
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

/// The known name with the smallest edit distance, at most a third of the length; otherwise the
/// only known name that the unknown one abbreviates.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SHORTEST: usize = 3;
    let budget = (unknown.chars().count() / 3).clamp(1, 3);
    let known: Vec<&str> = known.into_iter().collect();
    let similar = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(name, unknown), *name))
        .filter(|(distance, _)| *distance <= budget)
        .min();
    let mut longer =
        known.iter().filter(|name| unknown.len() >= SHORTEST && name.starts_with(unknown));
    let only = longer.next().filter(|_| longer.next().is_none());
    similar.map(|(_, name)| name).or(only.copied())
}

/// Text of an I/O error without the number of the operating system.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Source, nearest};

    #[test]
    fn an_abbreviation_has_one_long_form() {
        let known = ["dev", "production", "staging"];
        assert_eq!(nearest("prod", known), Some("production"));
        assert_eq!(nearest("p", known), None);
        assert_eq!(nearest("pro", ["production", "processing"]), None);
        assert_eq!(nearest("productoin", known), Some("production"));
    }

    #[test]
    fn lines_and_positions_agree() {
        let source = Source::new("a", "one\n  zwei é\n\nlast");
        assert_eq!(
            [1, 2, 3, 4, 5, 0].map(|line| source.line(line)),
            [0..3, 6..13, 14..14, 15..19, 19..19, 19..19]
        );
        assert_eq!(source.position(13), (2, 9));
        assert_eq!([0, 3, 4, 19].map(|byte| source.line_at(byte).1), [1, 1, 2, 4]);
        assert_eq!(source.line_at(8).0, 4..13);
    }
}
