//! Metrics of a service.

use crate::model::text::{HttpPath, Metric, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Metrics for Prometheus.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Name of the scraped port; the main port by default.
    pub port: Option<Name>,
    /// Path of the metrics.
    pub path: HttpPath,
    /// Counter of requests, with the label `status_label`.
    pub requests: Metric,
    /// Label of `requests` with the HTTP status code.
    pub status_label: Metric,
    /// Share of failed requests, in percent, above which the alert `HighErrorRate` fires.
    #[schemars(range(min = 1, max = 99))]
    pub error_percent: u32,
}
