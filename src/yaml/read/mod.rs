//! Strict YAML reader. Text that readers interpret differently is an error.

mod node;
mod scalar;
#[cfg(test)]
mod tests;

pub use node::Document;
pub(super) use scalar::scalar;

use super::quick;
use crate::diag::{Code, Diagnostic, LineNumber};
use indexmap::IndexMap;
use node::{YamlData, YamlNode};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use serde_json::Value;

/// A violation of strict YAML.
pub type YamlDiagnostic = Diagnostic<LineNumber>;

/// Reads one document.
///
/// # Errors
/// The first problem.
pub fn read(text: &str) -> Result<Value, YamlDiagnostic> {
    quick::read(text).map_or_else(|| strict(text), Ok)
}

/// Reads one document through the library only; the test oracle of the quick reader.
///
/// # Errors
/// The first problem.
pub fn strict(text: &str) -> Result<Value, YamlDiagnostic> {
    Document::parse(text).map(Document::into_value)
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    depth: usize,
    /// The last scalar is a literal or folded block.
    block: bool,
}

/// Maximum nesting depth, so that no text exhausts the stack.
pub(super) const DEEPEST: usize = 64;

fn document(text: &str) -> Result<YamlNode, YamlDiagnostic> {
    let text = without_empty_end(text);
    let mut reader = Reader { events: Parser::new_from_str(text), depth: 0, block: false };
    let mut root = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            // Some readers add a line break to the last line of a block.
            Event::StreamEnd if reader.block && !text.ends_with(['\n', '\r']) => {
                let line = text.lines().count();
                return Err(bad(
                    line,
                    "the last line does not end",
                    "end the file with a line break",
                ));
            }
            Event::StreamEnd => break,
            _ if root.is_some() => {
                return Err(bad(
                    span.start.line(),
                    "a second document",
                    "write one object per file",
                ));
            }
            event => root = Some(reader.node(event, span)?),
        }
    }
    root.ok_or_else(|| bad(1, "the document is empty", ""))
}

/// The text before markers that begin or end an empty document. A marker is the start of a line, so
/// that no block holds one. `kubectl` and Kustomize skip empty documents.
fn without_empty_end(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_end();
        let start = trimmed.rfind('\n').map_or(0, |end| end + 1);
        match &trimmed[start..] {
            "---" | "..." if start > 0 => rest = &trimmed[..start],
            line if line.starts_with('#') && start > 0 => rest = &trimmed[..start],
            _ if rest.len() < text.len() && has_marker(&text[rest.len()..]) => return rest,
            _ => return text,
        }
    }
}

fn has_marker(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("---"))
}

fn bad(line: usize, message: impl Into<String>, help: &str) -> YamlDiagnostic {
    at_line(Code::BadYaml, line, message, help)
}

fn at_line(code: Code, line: usize, message: impl Into<String>, help: &str) -> YamlDiagnostic {
    Diagnostic::new(code, message).help(help).at(LineNumber(line))
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlDiagnostic> {
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                if let Event::Scalar(_, style, ..) = &event {
                    self.block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                }
                Ok((event, span))
            }
            Some(Err(error)) => Err(bad(error.marker().line(), error.info(), "")),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<YamlNode, YamlDiagnostic> {
        let line = span.start.line();
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag)
            | Event::SequenceStart(anchor, tag)
            | Event::MappingStart(anchor, tag) => (*anchor, tag.is_some()),
            _ => (0, false),
        };
        if anchor != 0 || tag {
            let message = if tag {
                "YAML tags are not allowed"
            } else {
                "YAML anchors and aliases are not allowed"
            };
            return Err(bad(line, message, "write the value out"));
        }
        let data = match event {
            Event::Scalar(text, ScalarStyle::Plain, _, _) => {
                YamlData::Leaf(scalar(&text).map_err(|(code, message)| {
                    let help = "quote it, or write `true`, `false` or a decimal number";
                    at_line(code, line, message, help)
                })?)
            }
            Event::Scalar(text, ScalarStyle::Literal | ScalarStyle::Folded, ..)
                if text.bytes().all(|b| b == b'\n') =>
            {
                let message = "a block without a text is ambiguous: parsers differ";
                return Err(at_line(Code::AmbiguousScalar, line, message, "write `\"\"`"));
            }
            Event::Scalar(text, ..) => YamlData::Leaf(text.into()),
            Event::SequenceStart(..) => self.inside(span, Self::list)?,
            Event::MappingStart(..) => self.inside(span, Self::table)?,
            // This includes an alias, but anchors are rejected before.
            _ => return Err(bad(span.start.line(), "the document ends here", "")),
        };
        Ok(YamlNode { line, data })
    }

    fn inside(
        &mut self,
        span: Span,
        read: impl Fn(&mut Self) -> Result<YamlData, YamlDiagnostic>,
    ) -> Result<YamlData, YamlDiagnostic> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(bad(span.start.line(), format!("nested deeper than {DEEPEST} levels"), ""));
        }
        let data = read(self)?;
        self.depth -= 1;
        Ok(data)
    }

    fn list(&mut self) -> Result<YamlData, YamlDiagnostic> {
        let mut list = vec![];
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(YamlData::List(list)),
                (event, span) => list.push(self.node(event, span)?),
            }
        }
    }

    fn table(&mut self) -> Result<YamlData, YamlDiagnostic> {
        let mut table: IndexMap<String, (usize, YamlNode)> = IndexMap::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(YamlData::Table(table));
            }
            let key = match self.node(event, span)?.data {
                YamlData::Leaf(Value::String(key)) if key != "<<" => key,
                YamlData::Leaf(Value::String(_)) => {
                    return Err(bad(span.start.line(), "a merge key", "write the values out"));
                }
                _ => return Err(bad(span.start.line(), "a key that is not a string", "quote it")),
            };
            if table.contains_key(&key) {
                return Err(bad(
                    span.start.line(),
                    format!("the key `{key}` is set twice"),
                    "remove one",
                ));
            }
            let (event, inner) = self.next()?;
            table.insert(key, (span.start.line(), self.node(event, inner)?));
        }
    }
}
