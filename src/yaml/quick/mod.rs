//! Quick YAML reader for plain ASCII blocks, as templates and the emitter write them. All other
//! text, including errors, is left to the strict reader. The strict reader is its oracle in a
//! property test and a fuzz target.

#[cfg(test)]
mod tests;

use super::read::{DEEPEST, scalar};
use crate::escape;
use serde_json::{Map, Value};

/// Reads a simple document; `None` for any other text.
pub(super) fn read(text: &str) -> Option<Value> {
    let known = |b: u8| b == b'\n' || (b' '..=b'~').contains(&b);
    (text.ends_with('\n') && text.bytes().all(known)).then_some(())?;
    let mut blocks = Blocks { rest: text, next: None, depth: 0 };
    let value = blocks.block(0)?;
    blocks.peek().is_none().then_some(value)
}

struct Blocks<'a> {
    /// Unread text, from the start of a line.
    rest: &'a str,
    /// The peeked line and the text after it.
    next: Option<(Line<'a>, &'a str)>,
    depth: usize,
}

/// A line: its indentation and content.
type Line<'a> = (usize, &'a str);

impl<'a> Blocks<'a> {
    /// The next line with content.
    fn peek(&mut self) -> Option<Line<'a>> {
        while self.next.is_none() {
            let (line, rest) = self.line()?;
            let indent = line.bytes().take_while(|b| *b == b' ').count();
            let content = line[indent..].trim_ascii_end();
            if content.is_empty() || content.starts_with('#') {
                self.rest = rest;
            } else {
                self.next = Some(((indent, content), rest));
            }
        }
        self.next.map(|(line, _)| line)
    }

    /// The next line and the text after it.
    fn line(&self) -> Option<(&'a str, &'a str)> {
        let end = self.rest.bytes().position(|b| b == b'\n')?;
        Some((&self.rest[..end], &self.rest[end + 1..]))
    }

    /// Consumes the peeked line.
    fn skip(&mut self) {
        if let Some((_, rest)) = self.next.take() {
            self.rest = rest;
        }
    }

    /// Reads a table or list at an exact indentation.
    fn block(&mut self, indent: usize) -> Option<Value> {
        self.depth += 1;
        let (_, line) = self.peek()?;
        (self.depth <= DEEPEST).then_some(())?;
        let value = if is_item(line) { self.list(indent) } else { self.table(indent, 0) };
        self.depth -= 1;
        value
    }

    fn list(&mut self, indent: usize) -> Option<Value> {
        let mut list = vec![];
        while let Some((at, line)) = self.peek().filter(|(at, line)| *at >= indent && is_item(line))
        {
            (at == indent).then_some(())?;
            let item = line[2..].trim_ascii_start();
            let within = indent + line.len() - item.len();
            if entry(item).is_some() {
                self.depth += 1;
                (self.depth <= DEEPEST).then_some(())?;
                list.push(self.table(within, within)?);
                self.depth -= 1;
            } else {
                self.skip();
                list.push(self.value(item, indent)?);
            }
        }
        Some(list.into())
    }

    /// Reads a table; `begun` is the position of its first key after a dash.
    fn table(&mut self, indent: usize, mut begun: usize) -> Option<Value> {
        let mut table = Map::new();
        while let Some((at, line)) = self.peek() {
            let line = if begun > 0 { &line[begun - at..] } else { line };
            match if begun > 0 { indent } else { at } {
                at if at < indent => break,
                at if at == indent && !is_item(line) => {}
                // The indentation is ambiguous after the list of the key above, so the strict
                // reader decides.
                _ => return None,
            }
            begun = 0;
            let (key, value) = entry(line)?;
            self.skip();
            let value =
                if value.is_empty() { self.below(indent)? } else { self.value(value, indent)? };
            table.insert(key, value).is_none().then_some(())?;
        }
        Some(table.into())
    }

    /// Reads the value below a key.
    fn below(&mut self, indent: usize) -> Option<Value> {
        match self.peek()? {
            (at, _) if at > indent => self.block(at),
            (at, line) if at == indent && is_item(line) => self.block(at),
            _ => None,
        }
    }

    /// Reads the value after a key or a dash.
    fn value(&mut self, text: &str, indent: usize) -> Option<Value> {
        match (text, text.as_bytes()[0]) {
            ("[]", _) => Some(Value::Array(vec![])),
            ("{}", _) => Some(Value::Object(Map::new())),
            ("|" | "|-", _) => self.literal(indent, text == "|"),
            (_, b'"') => {
                quoted(text).filter(|(_, after)| after.is_empty()).map(|(value, _)| value.into())
            }
            _ => plain(text),
        }
    }

    /// Reads the lines of a literal block.
    fn literal(&mut self, indent: usize, ends: bool) -> Option<Value> {
        let (first, _) = self.line()?;
        let within = first.bytes().take_while(|b| *b == b' ').count();
        (within > indent && within < first.len()).then_some(())?;
        let mut out = String::new();
        while let Some((line, rest)) = self.line() {
            match line.bytes().position(|b| b != b' ') {
                Some(at) if at < within => break,
                _ => out.push_str(line.get(within..).unwrap_or_default()),
            }
            out.push('\n');
            self.rest = rest;
        }
        out.truncate(out.trim_end_matches('\n').len());
        out.extend(ends.then_some('\n'));
        Some(out.into())
    }
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ")
}

/// Splits a line into a key and the text after its colon.
fn entry(line: &str) -> Option<(String, &str)> {
    let (key, after) = if line.starts_with('"') { quoted(line)? } else { bare_key(line)? };
    let value =
        after.strip_prefix(':').filter(|after| after.is_empty() || after.starts_with(' '))?;
    (key != "<<" && key.len() < 512).then(|| (key, value.trim_ascii_start()))
}

fn bare_key(line: &str) -> Option<(String, &str)> {
    let (key, after) =
        line.split_at(pair(line, *b": ").or_else(|| line.strip_suffix(':').map(str::len))?);
    let Value::String(key) = plain(key)? else { return None };
    Some((key, after))
}

/// A plain scalar on one line. A continuation line would be indented further and is rejected.
fn plain(text: &str) -> Option<Value> {
    // All readers agree on most plain texts.
    if escape::is_plain(text) { Some(text.into()) } else { rare(text) }
}

/// A plain scalar that is not a simple text.
fn rare(text: &str) -> Option<Value> {
    const MARKS: &[u8] = b"-?:,[]{}#&*!|>'\"%@`=";
    let bytes = text.as_bytes();
    let first = bytes.first()?;
    let starts = !MARKS.contains(first)
        || *first == b'-' && bytes.get(1).is_some_and(u8::is_ascii_alphanumeric);
    // Three dots at the start of a line end the document.
    let fair = starts
        && !text.starts_with("...")
        && !text.ends_with([':', ' '])
        && pair(text, *b": ").is_none()
        && pair(text, *b" #").is_none();
    fair.then(|| scalar(text).ok())?
}

/// Position of two adjacent bytes; faster than a general search in short texts.
fn pair(text: &str, wanted: [u8; 2]) -> Option<usize> {
    text.as_bytes().windows(2).position(|two| two == wanted)
}

/// A double-quoted scalar on one line, and the text after it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = &text[1..];
    loop {
        let end = rest.find(['"', '\\'])?;
        out.push_str(&rest[..end]);
        let escape = rest[end..].starts_with('\\').then(|| rest.as_bytes().get(end + 1));
        rest = &rest[end + 1..];
        match escape {
            None => return Some((out, rest)),
            Some(Some(b'n')) => out.push('\n'),
            Some(Some(b't')) => out.push('\t'),
            Some(Some(mark @ (b'"' | b'\\'))) => out.push(char::from(*mark)),
            Some(_) => return None,
        }
        rest = &rest[1..];
    }
}
