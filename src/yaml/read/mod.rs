//! Strict YAML reader. Text that readers interpret differently is an error.

#[cfg(test)]
mod tests;

use super::quick;
use crate::{
    diag::{Code, Diagnostic, LineNumber},
    escape,
};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use serde_json::{Map, Number, Value};

/// A violation of strict YAML.
pub type YamlDiagnostic = Diagnostic<LineNumber>;

/// A value with its line.
struct YamlNode {
    line: usize,
    data: YamlData,
}

enum YamlData {
    Leaf(Value),
    List(Vec<YamlNode>),
    Table(Vec<(String, usize, YamlNode)>),
}

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
    Ok(plain(document(text)?))
}

/// JSON pointer of the value at a line, from 1: the last value that starts on the line or before
/// it.
pub fn pointer_at(text: &str, line: usize) -> Option<String> {
    fn last(node: &YamlNode, pointer: String, line: usize) -> String {
        let inner: Vec<(String, usize, &YamlNode)> = match &node.data {
            YamlData::Table(table) => table
                .iter()
                .map(|(key, at, inner)| (escape::pointer(key).into_owned(), *at, inner))
                .collect(),
            YamlData::List(list) => list
                .iter()
                .enumerate()
                .map(|(i, inner)| (i.to_string(), inner.line, inner))
                .collect(),
            YamlData::Leaf(_) => vec![],
        };
        match inner.into_iter().rfind(|(_, at, _)| *at <= line) {
            Some((key, _, inner)) => last(inner, format!("{pointer}/{key}"), line),
            None => pointer,
        }
    }
    document(text).ok().map(|root| last(&root, String::new(), line))
}

/// Line, from 1, of the value at a JSON pointer, or of its nearest parent.
pub fn line_of(text: &str, pointer: &str) -> Option<usize> {
    let root = document(text).ok()?;
    let (mut node, mut line) = (&root, root.line);
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        match &node.data {
            YamlData::Table(table) => match table.iter().find(|(key, _, _)| *key == part) {
                Some((_, at, inner)) => (node, line) = (inner, *at),
                None => break,
            },
            YamlData::List(list) => match part.parse::<usize>().ok().and_then(|i| list.get(i)) {
                Some(inner) => (node, line) = (inner, inner.line),
                None => break,
            },
            YamlData::Leaf(_) => break,
        }
    }
    Some(line)
}

fn plain(node: YamlNode) -> Value {
    match node.data {
        YamlData::Leaf(value) => value,
        YamlData::List(list) => list.into_iter().map(plain).collect(),
        YamlData::Table(table) => table
            .into_iter()
            .map(|(key, _, value)| (key, plain(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
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
            let message = if tag { "a tag" } else { "an anchor or alias" };
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
                let message = "a block without a text is read differently by different readers";
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
        let mut table: Vec<(String, usize, YamlNode)> = vec![];
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
            if table.iter().any(|(known, _, _)| *known == key) {
                return Err(bad(
                    span.start.line(),
                    format!("the key `{key}` stands here twice"),
                    "remove one",
                ));
            }
            let (event, inner) = self.next()?;
            table.push((key, span.start.line(), self.node(event, inner)?));
        }
    }
}

/// Value of a plain scalar, or the code and message of its error.
pub(super) fn scalar(text: &str) -> Result<Value, (Code, String)> {
    match text {
        "" | "~" | "null" => return Ok(Value::Null),
        "true" => return Ok(true.into()),
        "false" => return Ok(false.into()),
        _ => {}
    }
    if let Some(number) = number(text) {
        return Ok(number.into());
    }
    if is_ambiguous(text) {
        return Err((
            Code::AmbiguousScalar,
            format!("`{text}` is read differently by different readers"),
        ));
    }
    Ok(text.into())
}

/// A decimal number with one interpretation.
fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = digits == "0" || !digits.starts_with('0') && !digits.is_empty();
    if canonical && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text
            .parse::<i64>()
            .ok()
            .map(Number::from)
            .or_else(|| text.parse::<u64>().ok().map(Number::from));
    }
    let (whole, fraction) = digits.split_once('.')?;
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(fraction))
        .then(|| text.parse().ok().and_then(Number::from_f64))?
}

/// Whether YAML 1.1 reads a text as another type: booleans, numbers, times and merge keys.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // Most texts start with a letter and are not such a word.
    if unsigned.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    }
    let (lower, unsigned) = (text.to_ascii_lowercase(), unsigned.to_ascii_lowercase());
    let numeric = |s: &str| {
        s.starts_with(|c: char| c.is_ascii_digit())
            && s.bytes().all(|b| b.is_ascii_hexdigit() || b"xo_.:+-t z".contains(&b))
    };
    let number_like = numeric(&unsigned) || numeric(unsigned.trim_start_matches('.'));
    // In flow style, some readers treat `?` as the start of a key.
    text.starts_with('?')
        || matches!(unsigned.as_str(), ".inf" | ".nan" | "=" | "<<")
        || number_like && !is_address(&lower) && !is_guid(&lower)
}

/// Whether a text is like `10.0.0.10` or `1.2.3`, which is no number.
fn is_address(text: &str) -> bool {
    text.split('.').count() > 2
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is a GUID, which is no date.
fn is_guid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
