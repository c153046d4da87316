//! Suggestions for values of the wrong format. Text that can be a secret is not repeated.

use super::TextFormat;
use crate::secret::looks_secret;

/// Repairs of common misspellings, in the order in which they are tried.
const REPAIRS: &[fn(&str) -> String] = &[
    |text| text.trim().to_owned(),
    // References of branches, and paths of folders.
    |text| text.trim().trim_start_matches("refs/heads/").to_owned(),
    |text| text.trim().trim_start_matches("./").trim_matches('/').to_owned(),
    |text| text.trim().to_lowercase(),
    |text| text.trim().to_lowercase().replace([' ', '_'], "-"),
    |text| text.trim().to_lowercase().replace([' ', '_', '-'], ""),
    |text| {
        text.split_once("://")
            .map_or(text, |(_, rest)| rest)
            .split('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    },
    // Units such as `512MB`, `2G` and `1gb`.
    |text| text.trim().trim_end_matches(['b', 'B', 'i']).to_uppercase() + "i",
    // A duration without a unit is in seconds.
    |text| {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{text}s")
        } else {
            String::new()
        }
    },
];

/// Help that suggests the first repair with the right format.
pub(super) fn suggest(format: &TextFormat, found: &str) -> Option<String> {
    if format.secret.is_some() || looks_secret(found) {
        return None;
    }
    let repaired = REPAIRS
        .iter()
        .map(|repair| repair(found))
        .find(|text| text != found && !text.is_empty() && (format.is)(text))?;
    Some(format!("did you mean `{repaired}`?"))
}
