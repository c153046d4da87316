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

thread_local! {
    static ITERATIONS: Cell<u32> = const { Cell::new(0) };
}

/// Registers the function that counts iterations.
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

/// Counts the iterations of each loop of a template. Lines stay where they are.
pub(super) fn counted(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(open) = rest.find("{%").into_iter().chain(rest.find("{#")).min() {
        let (end, next) = tag(&rest[open..]);
        let tag = &rest[open..open + end];
        out.push_str(&rest[..open + end]);
        if word(tag) == "for" && tag.ends_with("%}") {
            let trim = if tag.ends_with("-%}") { "-" } else { "" };
            out.push_str(&format!("{{{{ {COUNT}() {trim}}}}}"));
        }
        out.push_str(&rest[open + end..open + next]);
        rest = &rest[open + next..];
    }
    out + rest
}

/// The length of the tag or comment at the start of a text, and the start of the next text. A `raw`
/// block counts as one tag.
fn tag(text: &str) -> (usize, usize) {
    let length =
        |close: &str, text: &str| text.find(close).map_or(text.len(), |at| at + close.len());
    if text.starts_with("{#") {
        let end = length("#}", text);
        return (end, end);
    }
    let end = length("%}", text);
    if word(&text[..end]) != "raw" {
        return (end, end);
    }
    let mut at = end;
    while let Some(next) = text[at..].find("{%") {
        let close = at + next + length("%}", &text[at + next..]);
        if word(&text[at + next..close]) == "endraw" {
            return (end, close);
        }
        at = close;
    }
    (end, text.len())
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
        ] {
            assert_eq!(counted(text), want);
        }
    }
}
