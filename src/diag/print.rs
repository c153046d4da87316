//! Diagnostics as text for people, in the style of rustc. Writes to no stream.

use super::{Diagnostic, Label, Severity, Source};
use crate::{
    escape::is_unprintable,
    secret::{mask_line, masked, spans},
};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// Formats diagnostics.
pub struct Printer {
    renderer: Renderer,
    masked: BTreeMap<String, String>,
    /// Credentials by name of the source: a line of a private key shows its nature only in the
    /// whole text.
    secrets: BTreeMap<String, Vec<Range<usize>>>,
}

impl Printer {
    /// A printer for all diagnostics of a run, which cuts lines at a width. It masks the secrets
    /// of each diagnostic in the lines of all.
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

    /// One diagnostic as several lines, without a line break at the end.
    pub fn print(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.code.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = safe(&diagnostic.message);
        let mut groups =
            vec![Group::with_title(level.primary_title(message).id(diagnostic.code.id()))];
        let labels: Vec<String> = diagnostic.places.iter().map(|l| safe(&l.note)).collect();
        for (label, note) in diagnostic.places.iter().zip(&labels) {
            groups[0] = std::mem::replace(&mut groups[0], Group::with_level(Level::NOTE))
                .element(self.snippet(label, note));
        }
        let help = [&diagnostic.help].into_iter().filter(|help| !help.is_empty());
        let help = help.map(|help| (Level::HELP, safe(help)));
        let notes = diagnostic.notes().into_iter().map(|note| (Level::NOTE, safe(&note)));
        for (level, text) in help.chain(notes) {
            groups[0] = std::mem::replace(&mut groups[0], Group::with_level(Level::NOTE))
                .element(level.message(text));
        }
        self.renderer.render(&groups)
    }

    fn snippet<'a>(
        &'a self,
        label: &'a Label,
        note: &'a str,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        // Masked texts have the line breaks of the source.
        let (range, number) = label.source.line_at(label.span.start);
        let start = label.source.text.floor_char_boundary(label.span.start) - range.start;
        let end = label.span.end.clamp(range.start + start, range.end) - range.start;
        let offset = range.start;
        let line = &self.text(&label.source)[range];
        let annotation = AnnotationKind::Primary.span(start..end);
        let annotation = if note.is_empty() { annotation } else { annotation.label(note) };
        let secrets = self.secrets.get(&label.source.name).map_or(&[][..], Vec::as_slice);
        Snippet::source(visible(&mask_line(&masked(line), offset, secrets)))
            .line_start(number)
            .path(label.source.name.as_str())
            .annotation(annotation)
    }

    fn text<'a>(&'a self, source: &'a Arc<Source>) -> &'a str {
        self.masked.get(&source.name).unwrap_or(&source.text)
    }
}

/// Overwrites each byte of a secret with `*`, so that spans stay valid.
fn mask(text: &mut String, label: &Label) {
    let stars: String =
        text[label.span.clone()].bytes().map(|b| if b == b'\n' { '\n' } else { '*' }).collect();
    text.replace_range(label.span.clone(), &stars);
}

/// Text without control characters, which a terminal would interpret.
pub fn safe(text: &str) -> String {
    text.chars().map(|c| if is_unprintable(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// A line without control characters. Columns stay the same.
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
