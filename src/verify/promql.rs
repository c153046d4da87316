//! Every expression that Prometheus will be asked, parsed as it does: those of rules, and those of dashboards. Never asks what a metric means.

use super::wrong::Wrong;
use crate::diag::Code;
use serde_json::Value;

/// What Grafana puts in for times before it asks.
const TIMES: [&str; 4] = ["$__rate_interval", "$__interval", "$__range", "${__range}"];

/// The label by which Grafana finds a dashboard.
const LABEL: &str = "grafana_dashboard";

/// Everything that Prometheus could not read in an object.
pub(super) fn judge(object: &Value, kind: &str) -> Vec<Wrong> {
    match kind {
        "PrometheusRule" => rules(object),
        "ConfigMap" if object["metadata"]["labels"][LABEL].is_string() => dashboards(object),
        _ => vec![],
    }
}

fn rules(object: &Value) -> Vec<Wrong> {
    let mut out = vec![];
    for (g, group) in object["spec"]["groups"].as_array().into_iter().flatten().enumerate() {
        for (r, rule) in group["rules"].as_array().into_iter().flatten().enumerate() {
            let Some(error) = rule["expr"].as_str().and_then(mistake) else { continue };
            let message = format!("Prometheus cannot read this expression: {error}");
            out.push(Wrong { code: Code::PromqlSyntax, pointer: format!("/spec/groups/{g}/rules/{r}/expr"), message, help: String::new() });
        }
    }
    out
}

fn dashboards(object: &Value) -> Vec<Wrong> {
    let mut out = vec![];
    for (key, text) in object["data"].as_object().into_iter().flatten().filter_map(|(key, text)| Some((key, text.as_str()?))) {
        let pointer = format!("/data/{}", key.replace('~', "~0").replace('/', "~1"));
        let mut wrong = |code, message| out.push(Wrong { code, pointer: pointer.clone(), message, help: String::new() });
        let dashboard = match serde_json::from_str::<Value>(text) {
            Ok(dashboard) => dashboard,
            Err(error) => {
                wrong(Code::Schema, format!("Grafana cannot read this dashboard: {error}"));
                continue;
            }
        };
        let mut expressions = vec![];
        collect(&dashboard, "", &mut expressions);
        for (panel, expression) in expressions {
            let asked = TIMES.iter().fold(expression.to_owned(), |text, time| text.replace(time, "5m"));
            if let Some(error) = mistake(&asked) {
                wrong(Code::PromqlSyntax, format!("Prometheus cannot read an expression of the panel `{panel}`: {error}"));
            }
        }
    }
    out
}

/// Every `expr` of a dashboard, each with the title of its panel.
fn collect<'a>(value: &'a Value, panel: &'a str, out: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::Object(table) => {
            let panel = table.get("title").and_then(Value::as_str).unwrap_or(panel);
            out.extend(table.get("expr").and_then(Value::as_str).map(|expression| (panel, expression)));
            table.values().for_each(|inner| collect(inner, panel, out));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, panel, out)),
        _ => {}
    }
}

fn mistake(expression: &str) -> Option<String> {
    promql_parser::parser::parse(expression).err().map(|error| error.lines().next().unwrap_or_default().to_owned())
}
