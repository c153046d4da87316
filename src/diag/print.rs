//! Findings as a person reads them. Never decides what a finding says, nor writes to a stream.

use super::{Diagnostic, Label, Severity, Source};
use crate::{
    escape::is_unprintable,
    secret::{mask_line, masked, spans},
};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// Prints findings in the manner of rustc.
pub struct Printer {
    renderer: Renderer,
    masked: BTreeMap<String, String>,
    /// Credentials by name of the source: a line of a private key shows its nature only in the
    /// whole text.
    secrets: BTreeMap<String, Vec<Range<usize>>>,
}

impl Printer {
    /// A printer for these findings, which cuts lines of files at a width; it must know all of
    /// them, because a secret that one points at may stand on a line that another shows.
    pub fn new(diagnostics: &[Diagnostic], colour: bool, width: usize) -> Printer {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut masked = BTreeMap::new();
        for label in diagnostics.iter().flat_map(|f| &f.places).filter(|l| l.secret) {
            mask(
                masked
                    .entry(label.source.name.clone())
                    .or_insert_with(|| label.source.text.clone()),
                label,
            );
        }
        let mut secrets = BTreeMap::new();
        for label in diagnostics.iter().flat_map(|found| &found.places) {
            let source = &label.source;
            secrets.entry(source.name.clone()).or_insert_with(|| spans(&source.text));
        }
        let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
        Printer { renderer, masked, secrets }
    }

    /// One finding, several lines, no newline at the end.
    pub fn print(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.code.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = safe(&diagnostic.message);
        let mut groups =
            vec![Group::with_title(level.primary_title(message).id(diagnostic.code.id()))];
        let notes: Vec<String> = diagnostic.places.iter().map(|l| safe(&l.note)).collect();
        for (label, note) in diagnostic.places.iter().zip(&notes) {
            groups[0] = std::mem::replace(&mut groups[0], Group::with_level(Level::NOTE))
                .element(self.snippet(label, note));
        }
        for (level, text) in
            [(Level::HELP, safe(&diagnostic.help)), (Level::NOTE, environments(diagnostic))]
        {
            if !text.is_empty() {
                groups[0] = std::mem::replace(&mut groups[0], Group::with_level(Level::NOTE))
                    .element(level.message(text));
            }
        }
        self.renderer.render(&groups)
    }

    fn snippet<'a>(
        &'a self,
        label: &'a Label,
        note: &'a str,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let text = self.text(&label.source);
        let (line, first, offset) = window(text, label.span.start);
        let end = label.span.end.clamp(label.span.start, offset + line.len());
        let annotation = AnnotationKind::Primary.span(label.span.start - offset..end - offset);
        let annotation = if note.is_empty() { annotation } else { annotation.label(note) };
        let secrets = self.secrets.get(&label.source.name).map_or(&[][..], Vec::as_slice);
        Snippet::source(visible(&mask_line(&masked(line), offset, secrets)))
            .line_start(first)
            .path(label.source.name.as_str())
            .annotation(annotation)
    }

    fn text<'a>(&'a self, source: &'a Arc<Source>) -> &'a str {
        self.masked.get(&source.name).unwrap_or(&source.text)
    }
}

fn environments(diagnostic: &Diagnostic) -> String {
    match diagnostic.environments.as_slice() {
        [] => String::new(),
        some => format!("seen in {}", some.join(", ")),
    }
}

/// The one line around a byte, its number and its offset: a finding in a file of megabytes must not
/// cost megabytes.
fn window(text: &str, at: usize) -> (&str, usize, usize) {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (&text[start..end], text[..start].matches('\n').count() + 1, start)
}

/// Overwrites a secret byte by byte, so that every span stays where it is.
fn mask(text: &mut String, label: &Label) {
    let stars: String =
        text[label.span.clone()].bytes().map(|b| if b == b'\n' { '\n' } else { '*' }).collect();
    text.replace_range(label.span.clone(), &stars);
}

/// Text from a user, safe to print: a terminal must not obey it.
pub fn safe(text: &str) -> String {
    text.chars().map(|c| if is_unprintable(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// A line of a file, safe to print, with every column where it is.
fn visible(line: &str) -> String {
    line.chars()
        .map(
            |c| {
                if is_unprintable(c) && c != '\t' {
                    "?".repeat(c.len_utf8())
                } else {
                    c.to_string()
                }
            },
        )
        .collect()
}
