//! Folding: each cause is reported once, with all environments and objects.

use super::{Diagnostic, Label};
use std::collections::{BTreeSet, HashMap};

/// Maximum number of objects and of related messages to print.
const SHOWN: usize = 3;

/// Notes of a folded diagnostic: environments, objects and related messages.
pub fn notes(environments: &[String], objects: &[String], related: &[String]) -> Vec<String> {
    let mut notes = vec![];
    if !environments.is_empty() {
        notes.push(format!("seen in {}", environments.join(", ")));
    }
    // Related messages name their objects.
    if objects.len() > 1 && related.is_empty() {
        notes.push(format!("affects {}", first(objects, ", ")));
    }
    if !related.is_empty() {
        notes.push(format!("the same line also causes:\n{}", first(related, "\n")));
    }
    notes
}

/// The first texts, and the number of the others.
fn first(texts: &[String], separator: &str) -> String {
    let shown = texts.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(separator);
    match texts.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}{separator}and {more} more"),
    }
}

/// Sorts diagnostics by place. Folds those with equal place and message, and those with equal code,
/// place and cause.
pub fn fold(mut all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.environments.cmp(&b.environments)));
    let mut folded: Vec<Vec<Diagnostic>> = vec![];
    let mut causes = HashMap::new();
    for diagnostic in all {
        let place = |label: &Label| (label.source.name.clone(), label.span.start);
        let cause = diagnostic
            .cause
            .as_deref()
            .map(|cause| (diagnostic.code, diagnostic.places.first().map(place), place(cause)));
        let group = if let Some(cause) = cause {
            *causes.entry(cause).or_insert(folded.len())
        } else {
            let last = folded.last().map(|group| &group[0]).filter(|last| last.cause.is_none());
            let is_equal = last.is_some_and(|last| key(last) == key(&diagnostic));
            folded.len() - usize::from(is_equal)
        };
        match folded.get_mut(group) {
            Some(group) => group.push(diagnostic),
            None => folded.push(vec![diagnostic]),
        }
    }
    folded.into_iter().filter_map(merge).collect()
}

fn key(diagnostic: &Diagnostic) -> (&str, usize, &'static str, &str) {
    let place = |label: &Label| label.span.start;
    let name = diagnostic.places.first().map_or("", |label| label.source.name.as_str());
    let start = diagnostic.places.first().map_or(0, place);
    (name, start, diagnostic.code.id(), &diagnostic.message)
}

/// One diagnostic with the message of the greatest weight; other messages become related ones.
fn merge(group: Vec<Diagnostic>) -> Option<Diagnostic> {
    let mut environments = Unique::default();
    let mut objects = Unique::default();
    let mut messages = Unique::default();
    for diagnostic in &group {
        environments.extend(&diagnostic.environments);
        objects.extend(&diagnostic.effects.objects);
        messages.extend([&diagnostic.message]);
        messages.extend(&diagnostic.effects.related);
    }
    // The first of equal weight.
    let mut first = group.into_iter().rev().max_by_key(|diagnostic| diagnostic.effects.weight)?;
    environments.texts.sort();
    first.environments = environments.texts;
    first.effects.objects = objects.texts;
    messages.texts.retain(|message| *message != first.message);
    first.effects.related = messages.texts;
    Some(first)
}

/// Different texts in their first order.
#[derive(Default)]
struct Unique {
    texts: Vec<String>,
    known: BTreeSet<String>,
}

impl Unique {
    fn extend<'a>(&mut self, texts: impl IntoIterator<Item = &'a String>) {
        for text in texts {
            if self.known.insert(text.clone()) {
                self.texts.push(text.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Source};

    fn diagnostic(message: &str, environment: &str, line: usize) -> Diagnostic {
        let source = Source::new("templates/pod.yaml", "a: 1\nb: 2\n");
        let label = Label::new(&source, source.line(line));
        Diagnostic::new(Code::QuotaTooSmall, message)
            .at(label.clone())
            .caused_by(label)
            .within(environment)
    }

    #[test]
    fn one_cause_is_one_diagnostic() {
        let mut worst = diagnostic("worst", "dev", 1);
        worst.effects.weight = 1;
        let all = vec![
            diagnostic("first", "dev", 1),
            diagnostic("first", "production", 1),
            worst,
            diagnostic("other", "dev", 2),
        ];
        let folded = fold(all);
        let messages: Vec<&str> = folded.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(messages, ["worst", "other"]);
        assert_eq!(folded[0].environments, ["dev", "production"]);
        assert_eq!(folded[0].effects.related, ["first"]);
    }

    #[test]
    fn notes_name_three_and_count_the_others() {
        let texts: Vec<String> = (0..5).map(|number| number.to_string()).collect();
        assert_eq!(notes(&[], &texts, &[]), ["affects 0, 1, 2, and 2 more"]);
        let related = notes(&texts[..1], &texts, &texts);
        assert_eq!(related, ["seen in 0", "the same line also causes:\n0\n1\n2\nand 2 more"]);
    }
}
