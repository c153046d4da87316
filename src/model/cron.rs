//! Cron lines as Kubernetes and Velero read them: five fields, without `L`, `W`, `#` and weekday 7.
//! Source: the standard parser of `robfig/cron` v3.

/// A cron line: the set of values of each field, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CronLine {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// The day of the month or the weekday is `*` or `?`: a day must then match both fields.
    /// Otherwise it must match one.
    any_day: bool,
}

/// Range and names of a field.
struct Field {
    first: u32,
    last: u32,
    names: &'static [&'static str],
}

const MINUTES: Field = Field { first: 0, last: 59, names: &[] };
const HOURS: Field = Field { first: 0, last: 23, names: &[] };
const DAYS: Field = Field { first: 1, last: 31, names: &[] };
const MONTHS: Field = Field {
    first: 1,
    last: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Field =
    Field { first: 0, last: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// Days of the months; February has a 29th, so that schedules on 29 February are valid.
const LENGTH: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl CronLine {
    /// Reads a line; none where Kubernetes refuses it.
    pub(crate) fn parse(text: &str) -> Option<CronLine> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else { return None };
        Some(CronLine {
            minutes: MINUTES.parse(minutes)?,
            hours: HOURS.parse(hours)?,
            days: DAYS.parse(days)?,
            months: MONTHS.parse(months)?,
            weekdays: WEEKDAYS.parse(weekdays)?,
            any_day: [days, weekdays].into_iter().any(|text| text.split(',').any(is_any)),
        })
    }

    /// Whether the line ever runs: `0 0 30 2 *` does not.
    pub(crate) fn runs(&self) -> bool {
        let by_weekday = !self.any_day;
        let by_date = (1..).zip(LENGTH).any(|(month, length)| {
            has(self.months, month) && (1..=length).any(|day| has(self.days, day))
        });
        by_weekday || by_date
    }

    /// The hours in which it starts.
    pub(crate) fn hours(&self) -> impl Iterator<Item = u32> + use<> {
        values(self.hours)
    }

    /// The minutes of the day at which it starts.
    pub(crate) fn times(&self) -> impl Iterator<Item = u32> + use<> {
        let minutes = self.minutes;
        self.hours().flat_map(move |hour| values(minutes).map(move |minute| hour * 60 + minute))
    }

    /// Whether it runs on a date; weekdays count from Sunday.
    pub(crate) fn runs_on(&self, month: u32, day: u32, weekday: u32) -> bool {
        let (date, weekday) = (has(self.days, day), has(self.weekdays, weekday));
        has(self.months, month) && if self.any_day { date && weekday } else { date || weekday }
    }
}

impl Field {
    /// The values of a comma-separated list.
    fn parse(&self, text: &str) -> Option<u64> {
        text.split(',').try_fold(0, |bits, part| Some(bits | self.part(part)?))
    }

    /// `*`, `5`, `1-5`, each with an optional step; `5/15` runs to the end of the field.
    fn part(&self, text: &str) -> Option<u64> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(number(step).filter(|step| *step > 0)?)),
            None => (text, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if is_any(range) => (self.first, self.last),
            Some((first, last)) => (self.value(first)?, self.value(last)?),
            None if step.is_some() => (self.value(range)?, self.last),
            None => (self.value(range)?, self.value(range)?),
        };
        let step = usize::try_from(step.unwrap_or(1)).ok()?;
        (first <= last).then(|| (first..=last).step_by(step).fold(0, |bits, at| bits | 1 << at))
    }

    fn value(&self, text: &str) -> Option<u32> {
        let named = self.names.iter().position(|name| text.eq_ignore_ascii_case(name));
        let value = match named {
            Some(index) => u32::try_from(index).ok()? + self.first,
            None => number(text)?,
        };
        (self.first..=self.last).contains(&value).then_some(value)
    }
}

fn is_any(text: &str) -> bool {
    matches!(text, "*" | "?")
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

fn has(bits: u64, value: u32) -> bool {
    bits >> value & 1 == 1
}

fn values(bits: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |value| has(bits, *value))
}

#[cfg(test)]
mod tests {
    use super::CronLine;

    #[test]
    fn the_dialect_is_that_of_kubernetes() {
        let accepted = [
            "17 2 * * *",
            "5/15 * * * *",
            "*/5 0-6/2 1,15 JAN-mar MON-fri",
            "0 0 ? * 6",
            "0 0 29 2 *",
        ];
        for line in accepted {
            assert!(CronLine::parse(line).is_some_and(|line| line.runs()), "{line}");
        }
        let refused = [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * 32 * *",
            "* * * 13 *",
            "* * * * 7",
            "* * * * 0-7",
            "* * * * SAT-SUN",
            "* * L * *",
            "* * * * 5L",
            "* * LW * *",
            "* * 15W * *",
            "* * * * MON#1",
            "* * * * +MON",
            "*/0 * * * *",
            "5-1 * * * *",
            "@daily",
            "1, * * * *",
            "mon * * * *",
        ];
        for line in refused {
            assert_eq!(CronLine::parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_date_that_no_year_has_never_runs() {
        for line in ["0 0 30 2 *", "0 0 31 4,6,9,11 *"] {
            assert!(!CronLine::parse(line).unwrap().runs(), "{line}");
        }
        assert!(CronLine::parse("0 0 30 2 1").unwrap().runs(), "Mondays of February");
    }
}
