//! Floats such as `3.0` in place of whole numbers. JSON Schema accepts them as integers, and the
//! decoder does not.

use super::Shape;
use crate::diag::{Code, Diagnostic, SpecPath};
use serde_json::Value;

/// Reports each float where the schema has an integer.
pub(super) fn check(shape: &Shape, tree: &Value, within: &[&str]) -> Vec<Diagnostic<SpecPath>> {
    let diagnostic = |(mut path, value): (Vec<String>, f64)| {
        path.extend(within.iter().rev().map(|part| (*part).to_owned()));
        path.reverse();
        is_integer(shape.at(&path)).then(|| diagnostic(path, value))
    };
    integral_floats(tree).into_iter().filter_map(diagnostic).collect()
}

/// Integral floats with the keys to them, the innermost first. Paths are built from the inside out,
/// because most trees have none.
fn integral_floats(value: &Value) -> Vec<(Vec<String>, f64)> {
    let below = |key: &dyn ToString, inner: &Value| {
        let mut found = integral_floats(inner);
        found.iter_mut().for_each(|(path, _)| path.push(key.to_string()));
        found
    };
    match value {
        Value::Object(table) => table.iter().flat_map(|(key, inner)| below(key, inner)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().flat_map(|(index, inner)| below(&index, inner)).collect()
        }
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|value| value.fract() == 0.0);
            whole.map(|value| (vec![], value)).into_iter().collect()
        }
        _ => vec![],
    }
}

fn is_integer(schema: &Value) -> bool {
    let names = |value: &Value| value == "integer";
    names(&schema["type"]) || schema["type"].as_array().is_some_and(|all| all.iter().any(names))
}

fn diagnostic(path: Vec<String>, value: f64) -> Diagnostic<SpecPath> {
    let key = path.last().map(String::as_str).unwrap_or_default();
    let message = format!("`{key}` must be a whole number, but is {value:?}");
    let help = format!("a whole number: write {value:.0}");
    Diagnostic::new(Code::BadValue, message).help(help).at(SpecPath::value(path))
}
