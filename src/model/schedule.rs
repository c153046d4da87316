//! Run times of a cron schedule: hours of the week, and the longest interval between two runs.

use super::cron::CronLine;
use std::collections::BTreeSet;

/// Weekday of the first day of 2026, counted from Sunday.
const FIRST: u32 = 4;

/// Days of the months of 2026 and of 2027, which are no leap years.
const LENGTH: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Minutes per day.
const DAY: u32 = 24 * 60;

/// Hours of the week, counted from Monday 00:00 UTC, in which a run can start.
pub(crate) fn hours_of_week(cron: &str) -> BTreeSet<u32> {
    let Some(cron) = CronLine::parse(cron) else { return BTreeSet::new() };
    let weekdays: BTreeSet<u32> =
        days(&cron).into_iter().map(|(_, weekday)| (weekday + 6) % 7).collect();
    weekdays.into_iter().flat_map(|day| cron.hours().map(move |hour| day * 24 + hour)).collect()
}

/// Longest interval between two runs in minutes; one day for a schedule that never runs.
pub(crate) fn longest_gap(cron: &str) -> u32 {
    let Some(cron) = CronLine::parse(cron) else { return DAY };
    let times: Vec<u32> = cron.times().collect();
    let days: Vec<u32> = days(&cron).into_iter().map(|(day, _)| day).collect();
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return DAY };
    let apart = days.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
    let night = apart * DAY - last + first;
    times.windows(2).map(|pair| pair[1] - pair[0]).chain([night]).max().unwrap_or(DAY)
}

/// The days of two years on which it runs, each with its weekday, counted from Sunday.
fn days(cron: &CronLine) -> Vec<(u32, u32)> {
    let mut out = vec![];
    let mut before = 0;
    for (month, length) in (0..2).flat_map(|_| (1..).zip(LENGTH)) {
        for day in 1..=length {
            let weekday = (FIRST + before + day - 1) % 7;
            if cron.runs_on(month, day, weekday) {
                out.push((before + day, weekday));
            }
        }
        before += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::longest_gap;

    #[test]
    fn the_longest_gap_is_the_one_over_night_or_over_the_year() {
        let rows = [
            ("17 2 * * *", 24 * 60),
            ("*/5 * * * *", 5),
            ("0 8-18 * * *", 14 * 60),
            ("0 3 * * 0", 7 * 24 * 60),
            ("0 0 1 * *", 31 * 24 * 60),
            ("0 1,13 * * 1-5", 60 * 60),
        ];
        for (cron, minutes) in rows {
            assert_eq!(longest_gap(cron), minutes, "{cron}");
        }
    }
}
