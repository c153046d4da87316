//! Service level objectives: the numbers of burn-rate alerts, in decimals, because 1 - 0.999 is not
//! 0.001 to a computer. Never an expression. The windows and factors are those of the SRE workbook,
//! for a period of 30 days.

use super::Service;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{View, text::Metric, view::own};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the callers of a service may rely on, over 30 days. It is measured by `metrics`; what the
/// process counts there must leave out probes and scrapes.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slo {
    /// The share of requests, in percent, that must not fail: `99.9`. Answers with a status of 5xx,
    /// and 429, have failed. At less than 94 no burn rate could reach the limit of the fastest
    /// alert.
    #[schemars(range(min = 94.0, max = 99.999))]
    pub availability: Option<f64>,
    /// How many requests must be answered in time.
    pub latency: Option<Latency>,
}

/// Requests that are answered in time.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// The share of requests, in percent: `99`.
    #[schemars(range(min = 94.0, max = 99.999))]
    pub percent: f64,
    /// In how many seconds: an upper bound, `le`, of a bucket of the histogram.
    #[schemars(range(min = 0.001, max = 3600.0))]
    pub seconds: f64,
    /// The histogram of durations in seconds, without `_bucket`.
    pub histogram: Metric,
}

/// Every window that is recorded.
const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];
/// Short and long window, and ten times the factor: 2 % of the budget in an hour, 5 % in 6 hours.
/// Someone has to get up.
const FAST: [(&str, &str, u64); 2] = [("5m", "1h", 144), ("30m", "6h", 60)];
/// 10 % of the budget in a day, or in 3 days. It can wait for the morning.
const SLOW: [(&str, &str, u64); 2] = [("2h", "1d", 30), ("6h", "3d", 10)];

/// Whole percent, in the unit that budgets are counted in: thousandths of a percent.
const ALL: u64 = 100_000;

pub(super) fn check(
    service: &Service,
    at: &impl Fn(&str) -> String,
    out: &mut Vec<Diagnostic<SpecPath>>,
) {
    let Some(slo) = &service.slo else { return };
    if service.metrics.is_none() {
        out.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            at("slo"),
            "nothing measures it: the service serves no metrics",
            "add `metrics = {}`, or leave `slo` out",
        ));
    }
    if slo.availability.is_none() && slo.latency.is_none() {
        out.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            at("slo"),
            "it promises nothing",
            "write `availability`, `latency` or both",
        ));
    }
    let shares = [
        ("slo.availability", slo.availability),
        ("slo.latency.percent", slo.latency.as_ref().map(|latency| latency.percent)),
    ];
    for (field, share) in shares.into_iter().filter_map(|(field, share)| Some((field, share?))) {
        if budget(share).is_none() {
            out.push(Diagnostic::in_spec(
                Code::BadValue,
                at(field),
                format!("`{share}` has more than three decimals"),
                "nobody could tell the difference in 30 days",
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
    // Prometheus 3 writes the bound of a bucket as `1.0`, and Prometheus 2 as the process does:
    // `1`.
    let whole = latency
        .filter(|latency| latency.seconds.fract() == 0.0)
        .map(|latency| format!(r"{}(\.0)?", latency.seconds));
    view.set("whole_seconds", whole, [own("slo.latency.seconds")]);
}

/// The budget of an objective, and the limits of its alerts.
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

/// `limit` counts millionths; for the tests, the share of failures just over it.
fn pair(short: &str, long: &str, limit: u64) -> Value {
    json!({"short": short, "long": long, "limit": decimal(limit, 6), "over": decimal(limit * 1000 + 1, 9)})
}

/// What may fail, in thousandths of a percent; nothing if the objective is finer than that.
fn budget(percent: f64) -> Option<u64> {
    let text = percent.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let thousandths: u64 = format!("{whole}{part:0<3}").parse().ok()?;
    (part.len() <= 3).then(|| ALL.saturating_sub(thousandths))
}

/// A number of so many decimal places, written out.
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
