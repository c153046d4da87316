//! The emitter. Never writes what two readers would read differently.

use crate::escape;
use serde_json::Value;

/// A value as one YAML document in block style, with a newline at the end.
pub fn emit(value: &Value) -> String {
    let mut out = String::with_capacity(1024);
    match value {
        Value::Object(_) | Value::Array(_) if !is_empty(value) => block(value, 0, &mut out),
        _ => leaf(value, 0, &mut out),
    }
    out
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

fn block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(table) => {
            for (i, (key, inner)) in table.iter().enumerate() {
                // The first key of a table in a list stands behind the dash.
                if i > 0 || !out.ends_with("- ") {
                    pad(indent, out);
                }
                scalar(key, out);
                out.push(':');
                below(inner, indent, out);
            }
        }
        Value::Array(list) => {
            for inner in list {
                pad(indent, out);
                out.push('-');
                match inner {
                    Value::Object(table) if !table.is_empty() => {
                        out.push(' ');
                        block(inner, indent + 2, out);
                    }
                    _ => below(inner, indent, out),
                }
            }
        }
        _ => {}
    }
}

/// What stands behind `key:` or a dash.
fn below(value: &Value, indent: usize, out: &mut String) {
    if (value.is_object() || value.is_array()) && !is_empty(value) {
        out.push('\n');
        block(value, indent + 2, out);
    } else {
        out.push(' ');
        leaf(value, indent + 2, out);
    }
}

fn leaf(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) if is_literal(text) => literal(text, indent, out),
        Value::String(text) => {
            scalar(text, out);
            out.push('\n');
        }
        Value::Object(_) => out.push_str("{}\n"),
        Value::Array(_) => out.push_str("[]\n"),
        other => {
            out.push_str(&other.to_string());
            out.push('\n');
        }
    }
}

fn scalar(text: &str, out: &mut String) {
    let mut bytes = vec![];
    escape::yaml(text, &mut bytes).expect("a vector takes everything");
    out.push_str(std::str::from_utf8(&bytes).expect("text in, text out"));
}

/// Several lines that a literal block shows as they are.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let fair = |line: &str| !line.ends_with(char::is_whitespace) && !line.starts_with('\t') && !line.chars().any(escape::is_unprintable);
    text.contains('\n') && !body.is_empty() && !body.ends_with('\n') && !body.starts_with([' ', '\n']) && body.split('\n').all(fair)
}

fn literal(text: &str, indent: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { "|\n" } else { "|-\n" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn manifests_look_like_manifests() {
        let value = json!({"kind": "X", "list": [{"a": 1, "b": [1, "no"]}, "x", [], {}], "none": {}, "text": "one\n\ntwo\n", "odd": " a\nb"});
        let want = "kind: X\nlist:\n  - a: 1\n    b:\n      - 1\n      - \"no\"\n  - x\n  - []\n  - {}\nnone: {}\ntext: |\n  one\n\n  two\nodd: \" a\\nb\"\n";
        assert_eq!(emit(&value), want);
    }

    fn values() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[ \\-:#a\n\t]{0,12}", "(a\n|b\n| c\n){0,4}"];
        let leaf = prop_oneof![text.prop_map(Value::from), any::<i64>().prop_map(Value::from), any::<bool>().prop_map(Value::from)];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(any::<String>().prop_filter("no merge key", |k| k != "<<"), inner, 0..5).prop_map(|m| m.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in values()) {
            let text = emit(&value);
            prop_assert_eq!(crate::yaml::read(&text).map_err(|p| format!("{p:?}\n{text}")), Ok(value.clone()));
            let library: serde_yaml::Value = serde_yaml::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(serde_json::to_value(library).expect("plain"), value);
        }
    }
}
