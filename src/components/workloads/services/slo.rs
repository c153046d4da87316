//! Service level objectives: error budgets and limits of burn-rate alerts over 30 days. Numbers are
//! decimals, because 1 - 0.999 is not exactly 0.001 in binary. Source of windows and factors: the
//! Site Reliability Workbook, chapter 5.

use super::Service;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{View, text::Metric, view::own};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Service level objectives over 30 days, measured by `metrics`. The counters must not include
/// probes and scrapes.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slo {
    /// Share of successful requests in percent, such as `99.9`. Responses with status 5xx or 429
    /// are failures. Below 94, no burn rate could reach the limit of the fastest alert.
    #[schemars(range(min = 94.0, max = 99.999))]
    pub availability: Option<f64>,
    /// Objective for the duration of requests.
    pub latency: Option<Latency>,
}

/// Objective for the duration of requests.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// Share of fast requests in percent, such as `99`.
    #[schemars(range(min = 94.0, max = 99.999))]
    pub percent: f64,
    /// Maximum duration of a fast request in seconds. The histogram must have a bucket with this
    /// bound (`le`).
    #[schemars(range(min = 0.001, max = 3600.0))]
    pub seconds: f64,
    /// Histogram of durations in seconds, without the suffix `_bucket`.
    pub histogram: Metric,
}

/// All recorded windows.
const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];
/// Short window, long window and ten times the factor of the critical alerts: 2 % of the budget in
/// an hour, 5 % in 6 hours.
const FAST: [(&str, &str, u64); 2] = [("5m", "1h", 144), ("30m", "6h", 60)];
/// Short window, long window and ten times the factor of the warnings: 10 % of the budget in a day,
/// or in 3 days.
const SLOW: [(&str, &str, u64); 2] = [("2h", "1d", 30), ("6h", "3d", 10)];

/// 100 % in thousandths of a percent, the unit of budgets.
const ALL: u64 = 100_000;

pub(super) fn check(
    service: &Service,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let Some(slo) = &service.slo else { return };
    if service.metrics.is_none() {
        diagnostics.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            at("slo"),
            "the objectives are not measured: the service has no metrics",
            "add `metrics = {}`, or remove `slo`",
        ));
    }
    if slo.availability.is_none() && slo.latency.is_none() {
        diagnostics.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            at("slo"),
            "there is no objective",
            "set `availability`, `latency` or both",
        ));
    }
    let shares = [
        ("slo.availability", slo.availability),
        ("slo.latency.percent", slo.latency.as_ref().map(|latency| latency.percent)),
    ];
    for (field, share) in shares.into_iter().filter_map(|(field, share)| Some((field, share?))) {
        if budget(share).is_none() {
            diagnostics.push(Diagnostic::in_spec(
                Code::BadValue,
                at(field),
                format!("`{share}` has more than three decimals"),
                "use at most three decimals",
            ));
        }
    }
}

pub(super) fn view(service: &Service, view: &mut View) {
    let slo = service.slo.as_ref().filter(|_| service.metrics.is_some());
    let availability = slo.and_then(|slo| slo.availability).and_then(burn);
    let latency = slo.and_then(|slo| slo.latency.as_ref());
    view.set("slo_windows", json!(WINDOWS), [own("slo")]);
    view.set("has_availability", availability.is_some(), [own("slo.availability")]);
    view.set("availability", availability, [own("slo.availability")]);
    view.set("has_latency", latency.is_some(), [own("slo.latency")]);
    view.set(
        "latency",
        latency.and_then(|latency| burn(latency.percent)),
        [own("slo.latency.percent")],
    );
    view.set(
        "histogram",
        latency.map(|latency| latency.histogram.as_str()),
        [own("slo.latency.histogram")],
    );
    view.set(
        "seconds",
        latency.map(|latency| latency.seconds.to_string()),
        [own("slo.latency.seconds")],
    );
    // Prometheus 3 stores the bound of a bucket as `1.0`. Prometheus 2 keeps the text of the
    // process, `1`.
    let whole = latency
        .filter(|latency| latency.seconds.fract() == 0.0)
        .map(|latency| format!(r"{}(\.0)?", latency.seconds));
    view.set("whole_seconds", whole, [own("slo.latency.seconds")]);
}

/// Error budget of an objective, and the limits of its alerts; `None` for more than three decimals.
fn burn(percent: f64) -> Option<Value> {
    let budget = budget(percent)?;
    let pairs = |all: [(&str, &str, u64); 2]| {
        all.map(|(short, long, factor)| pair(short, long, factor * budget))
    };
    Some(json!({
        "objective": percent.to_string(),
        "budget": decimal(budget, 5),
        "budget_percent": decimal(budget, 3),
        "fast": pairs(FAST),
        "slow": pairs(SLOW),
    }))
}

/// Limit of an alert in millionths, and `over`, a share of failures just above it for the test.
fn pair(short: &str, long: &str, limit: u64) -> Value {
    json!({"short": short, "long": long, "limit": decimal(limit, 6), "over": decimal(limit * 1000 + 1, 9)})
}

/// Error budget in thousandths of a percent; `None` for more than three decimals.
fn budget(percent: f64) -> Option<u64> {
    let text = percent.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let thousandths: u64 = format!("{whole}{part:0<3}").parse().ok()?;
    (part.len() <= 3).then(|| ALL.saturating_sub(thousandths))
}

/// Formats a fixed-point number with the given number of decimal places.
fn decimal(value: u64, places: usize) -> String {
    let digits = format!("{value:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let text = format!("{whole}.{part}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_decimals() {
        for (percent, want) in [
            (99.9, "0.001"),
            (99.0, "0.01"),
            (94.0, "0.06"),
            (99.999, "0.00001"),
            (99.95, "0.0005"),
        ] {
            assert_eq!(decimal(budget(percent).expect("three decimals at most"), 5), want);
        }
        assert_eq!(budget(99.9999), None);
        let burn = burn(99.9).expect("one decimal");
        let limits: Vec<&str> = ["fast", "slow"]
            .iter()
            .flat_map(|kind| [&burn[kind][0]["limit"], &burn[kind][1]["limit"]])
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(limits, ["0.0144", "0.006", "0.003", "0.001"]);
        assert_eq!(burn["fast"][0]["over"], "0.014400001");
    }
}
