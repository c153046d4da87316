//! PromQL syntax of expressions in rules and dashboards. Metrics are not checked.

use crate::{
    diag::{Code, Diagnostic, JsonPointer},
    escape,
    kinds::Promql,
};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{LazyLock, Mutex, PoisonError},
};

/// Variables that Grafana replaces by durations.
const TIMES: [&str; 4] = ["$__rate_interval", "$__interval", "$__range", "${__range}"];

/// Label of the `ConfigMaps` that Grafana loads.
const LABEL: &str = "grafana_dashboard";

/// Expressions of an object that Prometheus cannot parse.
pub(super) fn validate(object: &Value, fields: Promql) -> Vec<Diagnostic<JsonPointer>> {
    match fields {
        Promql::Rules => alert_rules(object),
        Promql::Dashboards if object["metadata"]["labels"][LABEL].is_string() => dashboards(object),
        Promql::Dashboards | Promql::None => vec![],
    }
}

fn alert_rules(object: &Value) -> Vec<Diagnostic<JsonPointer>> {
    let mut diagnostics = vec![];
    for (g, group) in object["spec"]["groups"].as_array().into_iter().flatten().enumerate() {
        for (r, rule) in group["rules"].as_array().into_iter().flatten().enumerate() {
            let Some(error) = rule["expr"].as_str().and_then(syntax_error) else { continue };
            let message = format!("Prometheus cannot read this expression: {error}");
            let pointer = JsonPointer(format!("/spec/groups/{g}/rules/{r}/expr"));
            diagnostics.push(Diagnostic::new(Code::PromqlSyntax, message).at(pointer));
        }
    }
    diagnostics
}

fn dashboards(object: &Value) -> Vec<Diagnostic<JsonPointer>> {
    let mut diagnostics = vec![];
    for (key, text) in object["data"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, text)| Some((key, text.as_str()?)))
    {
        let pointer = JsonPointer(format!("/data/{}", escape::pointer(key)));
        let mut add = |code, message: String| {
            diagnostics.push(Diagnostic::new(code, message).at(pointer.clone()));
        };
        let dashboard = match serde_json::from_str::<Value>(text) {
            Ok(dashboard) => dashboard,
            Err(error) => {
                add(Code::Schema, format!("Grafana cannot read this dashboard: {error}"));
                continue;
            }
        };
        let mut expressions = vec![];
        collect(&dashboard, "", &mut expressions);
        for (panel, expression) in expressions {
            let expression =
                TIMES.iter().fold(expression.to_owned(), |text, time| text.replace(time, "5m"));
            if let Some(error) = syntax_error(&expression) {
                add(
                    Code::PromqlSyntax,
                    format!("Prometheus cannot read an expression of the panel `{panel}`: {error}"),
                );
            }
        }
    }
    diagnostics
}

/// All `expr` fields of a dashboard, each with the title of its panel.
fn collect<'a>(value: &'a Value, panel: &'a str, out: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::Object(table) => {
            let panel = table.get("title").and_then(Value::as_str).unwrap_or(panel);
            out.extend(
                table.get("expr").and_then(Value::as_str).map(|expression| (panel, expression)),
            );
            table.values().for_each(|inner| collect(inner, panel, out));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, panel, out)),
        _ => {}
    }
}

/// The syntax error of an expression. Expressions that differ in names only have one shape, which
/// is parsed once per process.
fn syntax_error(expression: &str) -> Option<String> {
    static VALID: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    let known = || VALID.lock().unwrap_or_else(PoisonError::into_inner);
    let shape = shape(expression);
    if known().contains(&shape) {
        return None;
    }
    let error = promql_parser::parser::parse(expression)
        .err()
        .map(|error| error.lines().next().unwrap_or_default().to_owned());
    if error.is_none() {
        known().insert(shape);
    }
    error
}

/// The expression with `x` in place of each simple word in quotes. A simple word starts with a
/// letter and has letters, digits, dashes and underscores; it is equal as a name and as a pattern.
fn shape(expression: &str) -> String {
    let is_word = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    // With escaped or mixed quotes, the parts between quotes are ambiguous.
    if expression.contains(['\\', '\'', '`', '#']) {
        return expression.to_owned();
    }
    let parts = expression
        .split('"')
        .enumerate()
        .map(|(i, part)| if i % 2 == 1 && is_word(part) { "x" } else { part });
    parts.collect::<Vec<_>>().join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Valid and invalid expressions with a placeholder.
    const FRAMES: &[&str] = &[
        "up{job=\"@\"} == 0",
        "up{job=~\"@\"} == 0",
        "sum by (pod) (rate(x{a=\"@\", b!=\"y\"}[5m])) / 2 > 0.1",
        "label_replace(up, \"a\", \"@\", \"\", \"\")",
        "count_values(\"@\", up)",
        "up{job=\"@\"",
        "up{job='@\"'} or y{a=\"@\"}",
        "up{a=\"\\\"@\", b=\"@\"}",
        "{\"@\"}",
        "{__name__=\"@\"}",
        "rate(up{job=\"@\"})",
    ];

    proptest! {
        #[test]
        fn a_shape_is_read_like_every_expression_that_has_it(frame in prop::sample::select(FRAMES), word in "[a-z][a-z0-9_-]{0,6}|[a-z.*+(\\[\"\\\\ ]{0,4}") {
            let expression = frame.replace('@', &word);
            let read = |text: &str| promql_parser::parser::parse(text).is_ok();
            prop_assert_eq!(read(&expression), read(&shape(&expression)));
            prop_assert_eq!(read(&expression), syntax_error(&expression).is_none());
        }
    }

    #[test]
    fn expressions_that_differ_in_names_have_one_shape() {
        assert_eq!(shape("up{job=\"a-1\", b=\"c\"} > 1"), shape("up{job=\"d\", b=\"e_f\"} > 1"));
        for other in [
            "up{job=\"a.*\", b=\"c\"} > 1",
            "up{job=\"a-1\", b=\"\"} > 1",
            "up{job=\"a-1\", b=\"c\"} > 2",
        ] {
            assert_ne!(shape(other), shape("up{job=\"a-1\", b=\"c\"} > 1"));
        }
    }
}
