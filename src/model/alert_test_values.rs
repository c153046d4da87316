//! Values close to the limits of alerts, for the tests of the alerts.

use super::text::{Duration, written};
use serde_json::{Value, json};

/// Seconds between two evaluations, as in the templates of the tests.
const STEP: u64 = 30;

/// Events between two samples of a counter. One event is a thousandth of a percent.
const EVENTS: u32 = 100_000;

/// Times at which an alert is pending and fires, and the number of steps of the test. The series
/// exceeds the limit one step after the start.
pub(crate) fn test_timing(hold: &Duration) -> Value {
    let waits = hold.seconds().div_ceil(STEP);
    json!({"pending": written(waits * STEP), "fires": written((waits + 1) * STEP), "steps": waits + 1})
}

/// Numbers of failed and other events between two samples, just over and just under a limit in
/// percent.
pub(crate) fn share(percent: u32) -> Value {
    let limit = percent * (EVENTS / 100);
    let of = |failed: u32| json!({"failed": failed, "others": EVENTS - failed});
    json!({"over": of(limit + 1), "under": of(limit - 1)})
}

/// Nine tenths of a number of bytes, rounded down.
pub(crate) fn nine_tenths(bytes: u64) -> u64 {
    bytes - bytes.div_ceil(10)
}
