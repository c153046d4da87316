//! Display of values and texts: short, on one line, with secrets masked.

use crate::{
    diag::safe,
    secret::{HIDDEN, is_secret_name, looks_secret, masked, spans},
};
use diffy::{Line, create_patch};
use serde_json::Value;
use std::collections::BTreeSet;

/// Maximum length of a value in characters.
const LONGEST: usize = 60;

/// Masks all data of a Secret.
pub(super) fn without_data(pointer: &str, value: &Value) -> Value {
    let below = ["/data", "/stringData"]
        .iter()
        .any(|part| pointer == *part || pointer.starts_with(&format!("{part}/")));
    match value {
        Value::Object(table) if pointer.is_empty() => table
            .iter()
            .map(|(key, inner)| (key.clone(), without_data(&format!("/{key}"), inner)))
            .collect(),
        Value::Object(table) if below => {
            table.iter().map(|(key, inner)| (key.clone(), without_data(pointer, inner))).collect()
        }
        Value::String(_) if below => HIDDEN.into(),
        plain => plain.clone(),
    }
}

/// A value on one line.
pub(super) fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) if is_word(text) => text.clone(),
        other => other.to_string(),
    };
    safe(&text)
}

/// A value on one line, cut if it is long.
pub(super) fn short(value: &Value) -> String {
    cut(&plain(value), 0)
}

/// Two values, cut so that the difference is visible.
pub(super) fn pair(before: &Value, after: &Value) -> (String, String) {
    let (old, new) = (plain(before), plain(after));
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let from = if old.chars().count().max(new.chars().count()) > LONGEST {
        same.saturating_sub(12)
    } else {
        0
    };
    (cut(&old, from), cut(&new, from))
}

fn cut(text: &str, from: usize) -> String {
    let (before, rest) = (if from > 0 { "..." } else { "" }, text.chars().count() - from);
    let shown: String = text.chars().skip(from).take(LONGEST).collect();
    format!("{before}{shown}{}", if rest > LONGEST { "..." } else { "" })
}

/// Whether a text can be shown without quotes.
fn is_word(text: &str) -> bool {
    let fair = |c: char| c.is_alphanumeric() || "-_./:@*+%<>".contains(c);
    let other = text.parse::<f64>().is_ok() || matches!(text, "true" | "false" | "null" | "");
    !other && text.chars().all(fair)
}

/// Changed lines with a `-` or `+` prefix and masked secrets.
pub(super) fn lines(before: &str, after: &str) -> Vec<String> {
    let patch = create_patch(before, after);
    // A line of a private key shows its nature only in the whole text.
    let secret: BTreeSet<&str> = [before, after].into_iter().flat_map(secret_lines).collect();
    let hidden = |text: &str| {
        if secret.contains(text.trim_end_matches(['\n', '\r'])) {
            HIDDEN.into()
        } else {
            hidden(text)
        }
    };
    let line = |line: &Line<'_, str>| match line {
        Line::Delete(text) => Some(format!("-{}", hidden(text))),
        Line::Insert(text) => Some(format!("+{}", hidden(text))),
        Line::Context(_) => None,
    };
    patch
        .hunks()
        .iter()
        .flat_map(|hunk| hunk.lines().iter().filter_map(line).collect::<Vec<_>>())
        .collect()
}

/// The lines of a text that are inside of a secret of several lines.
fn secret_lines(text: &str) -> Vec<&str> {
    let several = spans(text).into_iter().filter(|span| text[span.clone()].contains('\n'));
    several.flat_map(|span| text[span].lines()).filter(|line| !line.is_empty()).collect()
}

fn hidden(line: &str) -> String {
    let (said, line) = (line, masked(line.trim_end_matches(['\n', '\r'])));
    // YAML has no quotes that mark the value.
    let (key, value) = line.split_once(':').unwrap_or(("", &line));
    let name = key.trim().trim_start_matches("- ");
    let secret = looks_secret(said)
        || (!key.is_empty() && is_secret_name(name, value.trim()) && !value.trim().is_empty());
    safe(&if secret {
        format!("{}{HIDDEN}", if key.is_empty() { String::new() } else { format!("{key}: ") })
    } else {
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_long_value_is_cut_where_it_differs() {
        let image = |digest: &str| {
            json!(format!("registry.example.com/team/service@sha256:{}{digest}", "0".repeat(40)))
        };
        let (old, new) = pair(&image("aaaa"), &image("bbbb"));
        assert_eq!((old.as_str(), new.as_str()), ("...000000000000aaaa", "...000000000000bbbb"));
        assert_eq!(pair(&json!(3), &json!("3")), ("3".into(), "\"3\"".into()));
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let container = json!({"env": [{"name": "DB_PASSWORD", "value": "x"}, {"name": "A", "value": "ghp_0123456789abcdef"}]});
        assert_eq!(
            crate::secret::without_secrets("", &container).to_string(),
            r#"{"env":[{"name":"DB_PASSWORD","value":"***"},{"name":"A","value":"***"}]}"#
        );
        assert_eq!(
            without_data("", &json!({"kind": "Secret", "data": {"a": "eA=="}})).to_string(),
            r#"{"kind":"Secret","data":{"a":"***"}}"#
        );
        assert_eq!(
            lines("a\nPASSWORD: x\n", "a\nPASSWORD: y\n"),
            ["-PASSWORD: ***", "+PASSWORD: ***"]
        );
        assert_eq!(lines("a\n", "token ghp_0123456789abcdef\n"), ["-a", "+***"]);
    }
}
