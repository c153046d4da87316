//! Formats of texts that the API server checks. Source: `k8s.io/apimachinery/pkg/util/validation`.

use crate::{
    kinds::{ApiFormat, ObjectNameFormat},
    model::text::is_cron,
    verify::quantity,
};
use ipnet::IpNet;

/// Names of the IANA time zone database, one per line.
const TIME_ZONES: &str = include_str!("time_zones.txt");

/// Whether the API server accepts a text.
pub(super) fn accepts(format: ApiFormat, text: &str) -> bool {
    match format {
        ApiFormat::LabelValue => text.is_empty() || is_name(text, "-_."),
        ApiFormat::QualifiedName => is_qualified(text),
        ApiFormat::Port => text.parse().map_or_else(|_| is_port_name(text), is_port),
        ApiFormat::PortName => is_port_name(text),
        ApiFormat::DnsLabel => is_label(text),
        ApiFormat::Subdomain => ObjectNameFormat::Subdomain.accepts(text),
        ApiFormat::EnvName => {
            !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'=')
        }
        ApiFormat::ConfigKey => is_config_key(text),
        ApiFormat::Quantity => quantity::nano(text).is_some(),
        ApiFormat::TimeZone => TIME_ZONES.lines().any(|zone| zone == text),
        ApiFormat::Cron => is_schedule(text),
        ApiFormat::MountPath => !text.is_empty() && !text.contains(':'),
        ApiFormat::RelativePath => {
            !text.starts_with('/') && !text.split('/').any(|part| part == "..")
        }
        ApiFormat::AbsolutePath => text.is_empty() || text.starts_with('/'),
        ApiFormat::Cidr => text.parse::<IpNet>().is_ok(),
        ApiFormat::CountOrPercent => {
            let number = text.strip_suffix('%').unwrap_or(text);
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
        }
    }
}

/// The format, in words.
pub(super) fn words(format: ApiFormat) -> &'static str {
    match format {
        ApiFormat::LabelValue => {
            "at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends"
        }
        ApiFormat::QualifiedName => {
            "a name of at most 63 letters, digits, `-`, `_` and `.`, with at most one DNS prefix as in `example.com/name`"
        }
        ApiFormat::Port => "a number from 1 to 65535, or the name of a port",
        ApiFormat::PortName => {
            "at most 15 lower-case letters, digits and single dashes, with a letter in it"
        }
        ApiFormat::DnsLabel => "at most 63 lower-case letters, digits and dashes",
        ApiFormat::Subdomain => "at most 253 lower-case letters, digits, dashes and dots",
        ApiFormat::EnvName => "printable ASCII characters without `=`",
        ApiFormat::ConfigKey => "at most 253 letters, digits, `-`, `_` and `.`",
        ApiFormat::Quantity => "a quantity such as `250m`, `2` or `1Gi`",
        ApiFormat::TimeZone => "a name of the IANA time zone database, such as `Europe/London`",
        ApiFormat::Cron => {
            "five fields such as `17 2 * * *`, with weekdays from 0 to 6, without a time zone"
        }
        ApiFormat::MountPath => "a path without `:`",
        ApiFormat::RelativePath => "a relative path without `..`",
        ApiFormat::AbsolutePath => "a path that begins with `/`",
        ApiFormat::Cidr => "an address range such as `10.0.0.0/16`",
        ApiFormat::CountOrPercent => "a whole number or a percentage",
    }
}

fn is_port(number: i64) -> bool {
    (1..=65_535).contains(&number)
}

/// Letters and digits with some other characters between them, at most 63.
fn is_name(text: &str, between: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && is_end(text.chars().next())
        && is_end(text.chars().next_back())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || between.contains(c))
}

fn is_qualified(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => ObjectNameFormat::Subdomain.accepts(prefix) && is_name(name, "-_."),
        None => is_name(text, "-_."),
    }
}

fn is_lower(text: &str) -> bool {
    !text.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_label(text: &str) -> bool {
    is_lower(text) && is_name(text, "-")
}

fn is_port_name(text: &str) -> bool {
    is_label(text)
        && text.len() <= 15
        && !text.contains("--")
        && text.bytes().any(|b| b.is_ascii_lowercase())
}

fn is_config_key(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=253).contains(&text.len())
        && text.bytes().all(is_letter)
        && text != "."
        && !text.starts_with("..")
}

/// Five fields, or a descriptor. Source: the standard parser of `robfig/cron` v3.
fn is_schedule(text: &str) -> bool {
    const DESCRIPTORS: [&str; 7] =
        ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    DESCRIPTORS.contains(&text) || text.starts_with("@every ") || is_cron(text)
}

#[cfg(test)]
mod tests {
    use super::accepts;
    use crate::kinds::ApiFormat;

    #[test]
    fn formats_have_their_good_and_bad() {
        let long = "a".repeat(254);
        let rows: [(ApiFormat, &[&str], &[&str]); 16] = [
            (ApiFormat::LabelValue, &["", "a", "1.2.3", "A_b-c"], &["a b", "1.2.3+b5", "-a", "a-"]),
            (ApiFormat::QualifiedName, &["a", "x.io/a"], &["a/b/c", "", "X.io/a", "/a", "a/"]),
            (ApiFormat::Port, &["http", "80"], &["0", "65536", "80000", "a--b"]),
            (ApiFormat::PortName, &["http", "h2"], &["80", "a--b", "sixteen-letters-", "A", "-a"]),
            (ApiFormat::DnsLabel, &["a", "1a"], &["A", "a.b", "-a", ""]),
            (ApiFormat::Subdomain, &["a.b"], &["A", ""]),
            (ApiFormat::EnvName, &["A", "a.b", "1", "x y"], &["", "A=B", "\u{e4}"]),
            (ApiFormat::ConfigKey, &["a.yaml", "_", ".a"], &["", "bad key", "..", ".", &long]),
            (ApiFormat::Quantity, &["1", "250m", "1.5Gi"], &["", "potatoes"]),
            (ApiFormat::TimeZone, &["Europe/London", "UTC"], &["Europe/Lundon", "Local", ""]),
            (ApiFormat::Cron, &["0 3 * * 0", "@daily"], &["0 3 * * 7", "TZ=UTC 0 3 * * 1"]),
            (ApiFormat::MountPath, &["/a"], &["", "/a:b"]),
            (ApiFormat::RelativePath, &["a/b", ""], &["/a", "a/../b"]),
            (ApiFormat::AbsolutePath, &["/", ""], &["a"]),
            (ApiFormat::Cidr, &["10.0.0.0/8", "fd00::/8"], &["10.0.0.0", "x"]),
            (ApiFormat::CountOrPercent, &["1", "25%"], &["", "%", "-1", "1.5"]),
        ];
        for (format, good, bad) in rows {
            good.iter().for_each(|text| assert!(accepts(format, text), "{format:?}: {text}"));
            bad.iter().for_each(|text| assert!(!accepts(format, text), "{format:?}: {text}"));
        }
    }
}
