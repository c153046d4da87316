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
    // An scp-like address of Git: `git@github.com:contoso/shop.git`.
    |text| match text.strip_prefix("git@").and_then(|rest| rest.split_once(':')) {
        Some((host, path)) => format!("ssh://git@{host}/{path}"),
        None => String::new(),
    },
    // A duration without a unit is in seconds.
    |text| {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{text}s")
        } else {
            String::new()
        }
    },
];

/// Help that suggests the first repair with the right format. A text that can be a secret is
/// repaired only if it consists of words.
pub(super) fn suggest(format: &TextFormat, found: &str) -> Option<String> {
    if looks_secret(found) || (format.secret.is_some() && !is_words(found)) {
        return None;
    }
    let repaired = REPAIRS
        .iter()
        .map(|repair| repair(found))
        .find(|text| text != found && !text.is_empty() && (format.is)(text))?;
    Some(format!("did you mean `{repaired}`?"))
}

/// Words of letters, joined by dots or underlines: a misspelt name, not a secret.
pub(super) fn is_words(text: &str) -> bool {
    let is_of = |word: &str, is: fn(&u8) -> bool| word.bytes().all(|byte| is(&byte));
    let is_word = |word: &str| {
        let same_case = is_of(word, u8::is_ascii_lowercase) || is_of(word, u8::is_ascii_uppercase);
        !word.is_empty() && word.len() < 16 && same_case
    };
    text.contains(['_', '.']) && text.split(['_', '.', '-']).all(is_word)
}

/// Length of a text that is only too long, and the maximum.
pub(super) fn too_long(format: &TextFormat, found: &str) -> Option<(usize, usize)> {
    let (most, length) = (format.most?, found.chars().count());
    let start = found.get(..most).filter(|_| length > most)?;
    (format.is)(start.trim_end_matches(['-', '.'])).then_some((length, most))
}
