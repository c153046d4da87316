//! Numbers close to the limits of alerts, for the tests of the alerts. Never the limits themselves:
//! those stand in the spec and the templates.

use super::text::{Duration, written};
use serde_json::{Value, json};

/// Seconds between two evaluations in a test, as its template says.
const STEP: u64 = 30;

/// Events between two samples of a counter: so many that one more is a thousandth of a percent.
const EVENTS: u32 = 100_000;

/// When an alert fires whose series goes bad one step after the start of a test, and how many steps
/// the test takes.
pub(crate) fn test_timing(hold: &Duration) -> Value {
    let waits = hold.seconds().div_ceil(STEP);
    json!({"pending": written(waits * STEP), "fires": written((waits + 1) * STEP), "steps": waits + 1})
}

/// Failed and other events between two samples: just over a limit in percent, and just under it.
pub(crate) fn share(percent: u32) -> Value {
    let limit = percent * (EVENTS / 100);
    let of = |failed: u32| json!({"failed": failed, "others": EVENTS - failed});
    json!({"over": of(limit + 1), "under": of(limit - 1)})
}

/// The largest number of bytes that is not more than nine tenths.
pub(crate) fn nine_tenths(bytes: u64) -> u64 {
    bytes - bytes.div_ceil(10)
}
