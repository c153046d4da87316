//! Floats such as `3.0` in place of whole numbers. JSON Schema accepts them as integers, and the
//! decoder does not.

use super::Shape;
use crate::diag::{Code, Diagnostic, SpecPath};
use serde_json::{Number, Value};

/// Reports each float where the schema has an integer.
pub(super) fn check(shape: &Shape, tree: &Value, within: &[&str]) -> Vec<Diagnostic<SpecPath>> {
    let mut path = within.iter().map(|part| (*part).to_owned()).collect();
    let mut diagnostics = vec![];
    check_below(shape, tree, &mut path, &mut diagnostics);
    diagnostics
}

fn check_below(
    shape: &Shape,
    value: &Value,
    path: &mut Vec<String>,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    match value {
        Value::Object(table) => {
            for (key, inner) in table {
                path.push(key.clone());
                check_below(shape, inner, path, diagnostics);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                path.push(index.to_string());
                check_below(shape, inner, path, diagnostics);
                path.pop();
            }
        }
        Value::Number(number) if number.is_f64() && is_integer(shape.at(&*path)) => {
            diagnostics.extend(diagnostic(number, path));
        }
        _ => {}
    }
}

fn is_integer(schema: &Value) -> bool {
    let names = |value: &Value| value == "integer";
    names(&schema["type"]) || schema["type"].as_array().is_some_and(|all| all.iter().any(names))
}

/// The diagnostic of an integral float. The schema reports other floats.
fn diagnostic(number: &Number, path: &[String]) -> Option<Diagnostic<SpecPath>> {
    let value = number.as_f64().filter(|value| value.fract() == 0.0)?;
    let key = path.last().map(String::as_str).unwrap_or_default();
    let message = format!("`{key}` must be a whole number, but is {number}");
    let help = format!("a whole number: write {value:.0}");
    let diagnostic = Diagnostic::new(Code::BadValue, message).help(help);
    Some(diagnostic.at(SpecPath::value(path.to_vec())))
}
