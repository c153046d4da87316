//! Folding: each cause is reported once, with all environments and objects.

use super::{Diagnostic, Label};
use std::collections::{BTreeSet, HashMap};

/// Sorts diagnostics by place and folds those with one message, or with one code and cause.
pub fn fold(mut all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.environments.cmp(&b.environments)));
    let mut folded: Vec<Vec<Diagnostic>> = vec![];
    let mut causes = HashMap::new();
    for diagnostic in all {
        let cause = diagnostic
            .cause
            .as_deref()
            .map(|cause| (diagnostic.code, cause.source.name.clone(), cause.span.start));
        let same = match cause {
            Some(cause) => *causes.entry(cause).or_insert(folded.len()),
            None => {
                let last = folded.len().saturating_sub(1);
                let group = folded.last().map(|group| &group[0]);
                let same = group.is_some_and(|g| g.cause.is_none() && key(g) == key(&diagnostic));
                if same { last } else { folded.len() }
            }
        };
        match folded.get_mut(same) {
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
