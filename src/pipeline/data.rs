//! What the tree held before this run must not get lost by it, unless somebody said so.

use super::{Input, Request};
use crate::{
    diag::{Code, Diagnostic, Label, nearest},
    locate::{TracedStep, Tracer},
    verify::{DataSizes, Holders, Loss, ObjectOrigin, around, lost, parts},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Rows for the lock: what each environment holds.
pub(super) fn rows(input: &Input, holders: &Holders) -> DataSizes {
    let mut out = DataSizes::new();
    for ((environment, name), holder) in holders {
        let section = input.envs[usize::from(*environment)].name.clone();
        out.entry(section).or_default().insert(name.clone(), holder.size.clone());
    }
    out
}

/// What would be lost, and was not allowed to be; and what was allowed and is not lost.
pub(super) fn validate(
    request: &Request,
    input: &Input,
    tracer: &Tracer<'_>,
    past: &DataSizes,
    holders: &Holders,
) -> Vec<Diagnostic> {
    let now = rows(input, holders);
    let mut all: Vec<(Vec<String>, Diagnostic)> = vec![];
    for (section, before) in past.iter().filter(|(_, before)| !before.is_empty()) {
        match input.envs.iter().position(|env| env.name == *section) {
            Some(number) => {
                let none = BTreeMap::new();
                let now = now.get(section).unwrap_or(&none);
                let lines = HolderLines { tracer, holders, number, steps: RefCell::default() };
                let line = |object: &str| lines.find(object);
                all.extend(lost(before, now).iter().map(|(name, loss)| {
                    // Whoever lets go of a server lets go of what is in it.
                    let outer = around(name, before, now);
                    let words = outer
                        .into_iter()
                        .chain([name.as_str()])
                        .flat_map(|name| words(section, name))
                        .collect();
                    (words, diagnostic(section, name, loss, outer.unwrap_or(name), &line))
                }));
            }
            None if input.whole => all.push((vec![section.clone()], environment(section, before))),
            None => {}
        }
    }
    let names: BTreeSet<&String> = all.iter().flat_map(|(names, _)| names).collect();
    let useless: Vec<Diagnostic> = request
        .allow_data_loss
        .iter()
        .filter(|name| !names.contains(name))
        .map(|name| nothing(name, &names))
        .collect();
    let refused = all
        .into_iter()
        .filter(|(names, _)| !names.iter().any(|name| request.allow_data_loss.contains(name)));
    refused.map(|(_, diagnostic)| diagnostic).chain(useless).collect()
}

/// What allows a loss: the name in one environment, and the name alone, with or without its
/// namespace, wherever it is lost.
fn words(section: &str, name: &str) -> Vec<String> {
    let bare = parts(name).map(|(kind, _, own)| format!("{kind}/{own}"));
    [format!("{section}/{name}"), name.to_owned()].into_iter().chain(bare).collect()
}

/// Lines of the objects that hold data in one environment. Each step is rendered once.
struct HolderLines<'a> {
    tracer: &'a Tracer<'a>,
    holders: &'a Holders,
    /// Index of the environment.
    number: usize,
    steps: RefCell<BTreeMap<ObjectOrigin, Option<TracedStep<'a>>>>,
}

impl HolderLines<'_> {
    /// Line of the spec that sets the size of an object, or that declares its instance.
    fn find(&self, object: &str) -> Option<Label> {
        let holder = self.holders.get(&(u16::try_from(self.number).ok()?, object.to_owned()))?;
        let mut steps = self.steps.borrow_mut();
        let step = steps.entry(holder.origin).or_insert_with(|| self.tracer.step(holder.origin));
        // The size of a claim in a workload is below the claim; other pointers lead to a size.
        let pointer = format!("{}/spec/resources/requests/storage", holder.pointer);
        let labels = step.as_mut().map(|step| step.labels(&pointer)).unwrap_or_default();
        let own = |label: &Label| !label.source.name.starts_with("aksgen:");
        let unit = || {
            let path = self.tracer.units[holder.origin.unit as usize].path();
            self.tracer.in_spec(&self.tracer.envs[self.number], &path)
        };
        labels.into_iter().skip(1).find(own).or_else(unit)
    }
}

fn diagnostic(
    section: &str,
    name: &str,
    loss: &Loss,
    word: &str,
    line: &dyn Fn(&str) -> Option<Label>,
) -> Diagnostic {
    let allow = format!("`--allow-data-loss {word}`");
    let diagnostic = match loss {
        Loss::Smaller(from, to) => {
            let message = format!("`{name}` holds data, and would shrink from {from} to {to}");
            let help = format!(
                "storage only grows: a smaller one is a new and empty one; say the former size, or, if its data may go, {allow}"
            );
            Diagnostic::new(Code::DataLoss, message).help(help).at(line(name))
        }
        Loss::Gone(None) => {
            let message = format!(
                "`{name}` holds data, and is no longer made: it would stay behind, with nothing that uses it or looks after it"
            );
            Diagnostic::new(Code::DataLoss, message)
                .help(format!("put it back into the spec, or, if its data may go, say {allow}"))
        }
        Loss::Gone(Some(new)) => {
            let message = format!(
                "`{name}` holds data, and is no longer made; it looks like a rename to `{new}`, which would begin empty"
            );
            let help =
                format!("keep the former name, or move the data first, and then say {allow}");
            Diagnostic::new(Code::DataLoss, message).help(help).at(line(new))
        }
    };
    diagnostic.within(section)
}

fn environment(section: &str, held: &BTreeMap<String, String>) -> Diagnostic {
    let names: Vec<String> = held.keys().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "the environment `{section}` is gone from the spec, and holds data: {}",
        names.join(", ")
    );
    Diagnostic::new(Code::DataLoss, message)
        .help(format!("put it back, or, if all of that may go, say `--allow-data-loss {section}`"))
        .within(section)
}

fn nothing(name: &str, lost: &BTreeSet<&String>) -> Diagnostic {
    let near = nearest(name, lost.iter().map(|name| name.as_str()))
        .map(|near| format!("did you mean `{near}`?"));
    let help =
        near.unwrap_or_else(|| "leave it out: it is only for the run that loses something".into());
    Diagnostic::new(
        Code::DataLoss,
        format!("`--allow-data-loss {name}` allows nothing: nothing of that name would be lost"),
    )
    .help(help)
}
