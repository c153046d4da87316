//! Limits for templates of users: iterations of loops and size of the text.

use std::{
    cell::Cell,
    io::{self, Write},
};
use tera::{Kwargs, State, Tera, Value};

/// Maximum number of iterations of all loops of a template.
const MOST_ITERATIONS: u32 = 200_000;

/// Maximum size of a rendered text in bytes: 10 MiB.
const LARGEST: usize = 10 << 20;

/// Function that each loop of an override calls.
const COUNT: &str = "count_iteration";

/// Function that each assignment of an override calls.
const SIZE: &str = "limit_size";

thread_local! {
    static ITERATIONS: Cell<u32> = const { Cell::new(0) };
}

/// Registers the functions that count iterations and limit values.
pub(super) fn register(tera: &mut Tera) {
    tera.register_function(COUNT, |_: Kwargs, _: &State<'_>| {
        let count = ITERATIONS.get() + 1;
        ITERATIONS.set(count);
        if count > MOST_ITERATIONS {
            let message = format!("the loops have more than {MOST_ITERATIONS} iterations");
            Err(tera::Error::message(message))
        } else {
            Ok(Value::safe_string(""))
        }
    });
    tera.register_function(SIZE, |arguments: Kwargs, _: &State<'_>| {
        let value = arguments.must_get::<Value>("value")?;
        if value.as_str().is_some_and(|text| text.len() > LARGEST) {
            Err(tera::Error::message("the value is larger than 10 MiB"))
        } else {
            Ok(Value::safe_string(""))
        }
    });
}

/// Renders a template, and stops at the limits.
pub(super) fn render(
    tera: &Tera,
    template: &str,
    context: &tera::Context,
) -> Result<String, tera::Error> {
    ITERATIONS.set(0);
    let mut out = LimitedText(vec![]);
    let done = tera.render_to(template, context, &mut out);
    if out.0.len() > LARGEST {
        return Err(tera::Error::message("the rendered text is larger than 10 MiB"));
    }
    done.map(|()| String::from_utf8(out.0).unwrap_or_default())
}

/// Counts the iterations of each loop of a template, and limits the value of each assignment. Lines
/// stay where they are.
pub(super) fn counted(text: &str) -> String {
    let (mut out, mut rest, mut open_sets) = (String::with_capacity(text.len()), text, vec![]);
    while let Some(open) = rest.find("{%").into_iter().chain(rest.find("{#")).min() {
        let (end, next) = tag(&rest[open..]);
        let tag = &rest[open..open + end];
        out.push_str(&rest[..open + end]);
        if let Some(call) = call(tag, &mut open_sets) {
            let trim = if tag.ends_with("-%}") { "-" } else { "" };
            out.push_str(&format!("{{{{ {call} {trim}}}}}"));
        }
        out.push_str(&rest[open + end..open + next]);
        rest = &rest[open + next..];
    }
    out + rest
}

/// Call that is inserted after a tag. `open_sets` holds the names of assignments without `=`,
/// whose value ends at `endset`.
fn call<'a>(tag: &'a str, open_sets: &mut Vec<&'a str>) -> Option<String> {
    if !tag.ends_with("%}") {
        return None;
    }
    let size = |name: &str| Some(format!("{SIZE}(value={name})"));
    match word(tag) {
        "for" => Some(format!("{COUNT}()")),
        set @ ("set" | "set_global") => {
            let name = word(tag.split_once(set)?.1);
            if tag.contains('=') {
                return size(name);
            }
            open_sets.push(name);
            None
        }
        "endset" => open_sets.pop().and_then(size),
        _ => None,
    }
}

/// The length of the tag or comment at the start of a text, and the start of the next text. A `raw`
/// block counts as one tag.
fn tag(text: &str) -> (usize, usize) {
    if text.starts_with("{#") {
        let end = text.find("#}").map_or(text.len(), |at| at + 2);
        return (end, end);
    }
    let end = tag_end(text);
    if word(&text[..end]) != "raw" {
        return (end, end);
    }
    let mut at = end;
    while let Some(next) = text[at..].find("{%") {
        let close = at + next + tag_end(&text[at + next..]);
        if word(&text[at + next..close]) == "endraw" {
            return (end, close);
        }
        at = close;
    }
    (end, text.len())
}

/// The end of the tag at the start of a text. A `%}` in quotes does not count.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '%') if text[at..].starts_with("%}") => return at + 2,
            _ => {}
        }
    }
    text.len()
}

/// The first word of a tag.
fn word(tag: &str) -> &str {
    let inner = tag.trim_start_matches("{%").trim_start_matches(['-', ' ', '\t', '\n']);
    inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

struct LimitedText(Vec<u8>);

impl Write for LimitedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > LARGEST {
            return Err(io::Error::other("too large"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_loop_counts_and_other_text_stays() {
        for (text, want) in [
            (
                "{% for a in b %}x{% endfor %}",
                "{% for a in b %}{{ count_iteration() }}x{% endfor %}",
            ),
            ("{%- for a in b -%}\n x", "{%- for a in b -%}{{ count_iteration() -}}\n x"),
            ("{# {% for a in b %} #}", "{# {% for a in b %} #}"),
            ("{% raw %}{% for a in b %}{% endraw %}", "{% raw %}{% for a in b %}{% endraw %}"),
            ("{% if a %}{{ b }}{% endif %}", "{% if a %}{{ b }}{% endif %}"),
            ("{% for", "{% for"),
            ("{% if a == \"%}\" %}x", "{% if a == \"%}\" %}x"),
            ("{% set a = b ~ b %}", "{% set a = b ~ b %}{{ limit_size(value=a) }}"),
            (
                "{% set a %}x{% endset -%} y",
                "{% set a %}x{% endset -%}{{ limit_size(value=a) -}} y",
            ),
        ] {
            assert_eq!(counted(text), want);
        }
    }
}
