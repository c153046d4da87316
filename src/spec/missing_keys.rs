//! Keys that a table lacks: one diagnostic per table.

use crate::diag::{Code, Diagnostic, SpecPath};
use std::collections::BTreeMap;

/// Missing keys by the path of their table.
#[derive(Debug, Default)]
pub(super) struct MissingKeys(BTreeMap<Vec<String>, Vec<String>>);

impl MissingKeys {
    /// Adds a key that the table at a path lacks.
    pub(super) fn add(&mut self, table: Vec<String>, key: &str) {
        self.0.entry(table).or_default().push(key.to_owned());
    }

    /// One diagnostic per table, at the place of its first missing key.
    pub(super) fn diagnostics(self) -> impl Iterator<Item = Diagnostic<SpecPath>> {
        self.0.into_iter().map(|(table, keys)| diagnostic(table, &keys))
    }
}

fn diagnostic(table: Vec<String>, keys: &[String]) -> Diagnostic<SpecPath> {
    let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let (word, help) = match keys {
        [_] => ("key", "it has no default: add it"),
        _ => ("keys", "they have no defaults: add them"),
    };
    let place = if table.is_empty() { String::new() } else { format!(" in `{}`", table.join(".")) };
    let message = format!("missing {word} {}{place}", names.join(", "));
    let path = table.into_iter().chain(keys.first().cloned()).collect();
    Diagnostic::new(Code::MissingKey, message).help(help).at(SpecPath::key(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_one_diagnostic() {
        let mut missing = MissingKeys::default();
        missing.add(vec!["azure".into()], "location");
        missing.add(vec!["azure".into()], "admins");
        missing.add(vec![], "gitops");
        let messages: Vec<String> = missing.diagnostics().map(|found| found.message).collect();
        assert_eq!(
            messages,
            ["missing key `gitops`", "missing keys `location`, `admins` in `azure`"]
        );
    }
}
