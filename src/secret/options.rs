//! Credentials in options of commands: `--password hunter2`, `curl -u name:password`.

use super::{
    assignment::{ValueForm, is_secret},
    formats::OPTIONS,
    name::certainty,
    near_end, value, word,
};
use std::ops::Range;

/// Adds the values of options in two words: `--password hunter2`, `curl -u name:password`.
pub(super) fn values(text: &str, out: &mut Vec<Range<usize>>) {
    let words = word::ranges(text, |c| !c.is_whitespace());
    for pair in words.windows(2) {
        let (flag, range) = (&text[pair[0].clone()], &pair[1]);
        let flag = flag.trim_start_matches(['"', '\'', '[', '(', '`']);
        let flag = flag.trim_end_matches(['"', '\'', ',']);
        if !flag.starts_with('-') {
            continue;
        }
        let value = text[range.clone()].trim_matches(['"', '\'', ']', ',', '`', ')']);
        if is_option_value(flag, value)
            || is_short_option(near_end(&text[..pair[0].start]), flag, value)
        {
            out.push(range.clone());
        }
    }
    for range in &words {
        if let Some(value) = joined_option(near_end(&text[..range.start]), &text[range.clone()]) {
            out.push(range.end - value.len()..range.end);
        }
    }
}

/// Whether a word is the secret of the option before, inside a text.
fn is_option_value(flag: &str, value: &str) -> bool {
    value::is_chosen(value) && is_argument(flag, value)
}

/// Whether an argument is the secret of the option before, in a list of arguments.
pub(super) fn is_argument(flag: &str, value: &str) -> bool {
    let name = flag.trim_start_matches('-');
    flag.starts_with('-')
        && !flag.contains('=')
        && !value.starts_with('-')
        && certainty(name).is_some()
        && is_secret(name, value, ValueForm::Joined)
}

fn command_before(before: &str, flag: &str) -> bool {
    let line = before.rsplit(['\n', '|', ';', '&']).next().unwrap_or_default();
    OPTIONS.iter().any(|(command, option)| {
        *option == flag
            && line.match_indices(command).any(|(at, _)| {
                let end = line[at + command.len()..].chars().next();
                let start = line[..at].chars().next_back();
                end.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-')
                    && start.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-')
            })
    })
}

fn is_short_option(before: &str, flag: &str, value: &str) -> bool {
    if value.starts_with('-') || !command_before(before, flag) {
        return false;
    }
    let user = flag.starts_with("-u") || flag.contains("user") || flag == "-U";
    match value.split_once(':') {
        Some((_, password)) if user => !password.is_empty() && !value::is_public(password),
        None if user => false,
        _ => !value::is_public(value),
    }
}

/// `-pVALUE`, as in `mysql -phunter2`.
fn joined_option<'a>(before: &str, word: &'a str) -> Option<&'a str> {
    let value = word.strip_prefix("-p").or_else(|| word.strip_prefix("-a"))?;
    let flag = &word[..2];
    let fair = value.len() >= 4 && !value.starts_with(['-', '=']) && !value::is_public(value);
    (fair && command_before(before, flag) && !before.contains("docker")).then_some(value)
}
