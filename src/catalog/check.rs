//! Checks of templates before they are rendered.

use crate::diag::{Code, Diagnostic, Label, Source, nearest};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};
use tera::Tera;

/// Filters whose result is safe inside longer text.
const SAFE: &[&str] = &["cel", "promql"];

/// Reports names that the view does not have. `item` is the element of an `each`.
pub(super) fn unknown_variables(
    tera: &Tera,
    template: &str,
    source: &Arc<Source>,
    known: &BTreeSet<&str>,
) -> Vec<Diagnostic> {
    let used: BTreeSet<&str> = tera
        .get_template_variables(template)
        .map(|set| set.into_iter().collect())
        .unwrap_or_default();
    let missing =
        used.into_iter().filter(|name| !known.contains(name) && !matches!(*name, "item" | "loop"));
    missing
        .map(|name| {
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    format!("there are: {}", known.iter().copied().collect::<Vec<_>>().join(", "))
                }
            };
            Diagnostic::new(Code::UnknownVariable, format!("there is no value `{name}`"))
                .help(help)
                .at(Label::new(source, word(&source.text, name)))
        })
        .collect()
}

/// First position of a name inside a tag.
fn word(text: &str, name: &str) -> Range<usize> {
    let ident = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let found = tags(text).into_iter().find_map(|tag| {
        text[tag.clone()].match_indices(name).map(|(i, _)| tag.start + i).find(|at| {
            let before = text[..*at].chars().next_back().is_some_and(ident);
            let after =
                text[at + name.len()..].chars().next().is_some_and(|c| ident(c) && c != '.');
            !before && !after
        })
    });
    found.map_or(0..0, |at| at..at + name.len())
}

/// Byte ranges of every `{{ }}` and `{% %}`.
fn tags(text: &str) -> Vec<Range<usize>> {
    let mut out = vec![];
    let mut from = 0;
    while let Some(start) = text[from..].find(['{']).map(|i| from + i) {
        let close = match text.as_bytes().get(start + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => {
                from = start + 1;
                continue;
            }
        };
        let end = text[start..].find(close).map_or(text.len(), |i| start + i + 2);
        out.push(start..end);
        // Between `raw` and `endraw` there are no tags.
        let raw = text[start..end].trim_matches(['{', '%', '-', '}', ' ']) == "raw";
        from = if raw { text[end..].find("endraw").map_or(text.len(), |i| end + i) } else { end };
    }
    out
}

/// Reports each value of a `.yaml` template that is neither a whole scalar nor filtered for longer
/// text.
pub(super) fn values_stand_alone(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) {
    if !source.name.ends_with(".yaml") {
        return;
    }
    for tag in
        tags(&source.text).into_iter().filter(|tag| source.text[tag.clone()].starts_with("{{"))
    {
        let inner = source.text[tag.clone()].trim_start_matches("{{").trim_end_matches("}}");
        let filter = inner.rsplit_once('|').map(|(_, filter)| filter.trim());
        if filter == Some("safe")
            || filter.is_none_or(|f| !SAFE.contains(&f)) && !stands_alone(&source.text, &tag)
        {
            let message = "a value that is not a whole scalar cannot be escaped";
            let help = "join inside one expression, `{{ a ~ \"/\" ~ b }}`, or end it with `| promql` inside a PromQL string, `| cel` in CEL";
            diagnostics.push(
                Diagnostic::new(Code::UnescapedValue, message)
                    .help(help)
                    .at(Label::new(source, tag)),
            );
        }
    }
}

/// Whether only YAML punctuation surrounds a tag.
fn stands_alone(text: &str, tag: &Range<usize>) -> bool {
    let line = text[..tag.start].rsplit('\n').next().unwrap_or_default();
    let before = line.trim_end();
    let after = text[tag.end..].split('\n').next().unwrap_or_default();
    let opens = before.is_empty()
        || before.ends_with(['[', '{'])
        || line.ends_with(' ') && before.ends_with([':', ',', '-'])
        || before.ends_with("%}");
    let closes = after.is_empty()
        || after.starts_with([',', ']', '}', ':'])
        || after.starts_with(" }")
        || after.starts_with(" ]")
        || after.starts_with("{%");
    opens && closes
}

/// Lists by their loop variables.
pub(super) fn loops(text: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for tag in tags(text) {
        let words: Vec<&str> = text[tag]
            .trim_matches(|c| matches!(c, '{' | '}' | '%' | '-' | ' '))
            .split_whitespace()
            .collect();
        if let ["for", variable, "in", list, ..] = words.as_slice() {
            out.insert(
                (*variable).to_owned(),
                list.split('.').next().unwrap_or_default().to_owned(),
            );
        }
    }
    out
}

/// Names of the values on each line of a template.
#[derive(Debug)]
pub struct LineNames<'a> {
    text: &'a str,
    /// Bytes of the tags, in order.
    tags: Vec<Range<usize>>,
    loops: BTreeMap<String, String>,
}

impl<'a> LineNames<'a> {
    /// Reads a template.
    pub(super) fn new(text: &'a str) -> LineNames<'a> {
        LineNames { text, tags: tags(text), loops: loops(text) }
    }

    /// Names of the values in a line; a loop variable is replaced by its list.
    pub fn on(&self, line: Range<usize>) -> Vec<String> {
        let first = self.tags.partition_point(|tag| tag.end <= line.start);
        let inside = self.tags[first..].iter().take_while(|tag| tag.start < line.end);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '"';
        let words = inside.flat_map(|tag| self.text[tag.clone()].split(move |c| !is_part(c)));
        let mut names: Vec<String> = vec![];
        for word in words {
            let word = word.split('.').next().unwrap_or_default();
            if word.is_empty() || word.contains('"') {
                continue;
            }
            let mut name = word;
            while let Some(list) = self.loops.get(name).filter(|list| *list != name) {
                name = list;
            }
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}
