//! Data loss: objects with data that a run would remove or shrink need `--allow-data-loss`.

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

/// Sizes of objects with data, by environment, as the lock keeps them.
pub(super) fn rows(input: &Input, holders: &Holders) -> DataSizes {
    let mut sizes = DataSizes::new();
    for ((environment, name), holder) in holders {
        let section = input.envs[usize::from(*environment)].name.clone();
        sizes.entry(section).or_default().insert(name.clone(), holder.size.clone());
    }
    sizes
}

/// Diagnostics of losses that are not allowed, and of `--allow-data-loss` without a loss.
pub(super) fn validate(
    request: &Request,
    input: &Input,
    tracer: &Tracer<'_>,
    previous: &DataSizes,
    holders: &Holders,
) -> Vec<Diagnostic> {
    let now = rows(input, holders);
    let mut all: Vec<(Vec<String>, Diagnostic)> = vec![];
    for (section, before) in previous.iter().filter(|(_, before)| !before.is_empty()) {
        match input.envs.iter().position(|env| env.name == *section) {
            Some(number) => {
                let none = BTreeMap::new();
                let now = now.get(section).unwrap_or(&none);
                let lines = HolderLines { tracer, holders, number, steps: RefCell::default() };
                let line = |object: &str| lines.find(object);
                all.extend(lost(before, now).iter().map(|(name, loss)| {
                    // Permission to lose a server includes its databases.
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
    let unused: Vec<Diagnostic> = request
        .allow_data_loss
        .iter()
        .filter(|name| !names.contains(name))
        .map(|name| unused_permission(name, &names))
        .collect();
    let refused = all
        .into_iter()
        .filter(|(names, _)| !names.iter().any(|name| request.allow_data_loss.contains(name)));
    refused.map(|(_, diagnostic)| diagnostic).chain(unused).collect()
}

/// Values of `--allow-data-loss` that allow a loss: the name with its environment, the name, and
/// the name without its namespace.
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
                "storage only grows, so a smaller size makes a new, empty volume. Restore the former size, or, if the data may be lost, add {allow}"
            );
            Diagnostic::new(Code::DataLoss, message).help(help).at(line(name))
        }
        Loss::Gone(None) => {
            let message = format!(
                "`{name}` holds data, and is no longer rendered: it would remain, unused and unmanaged"
            );
            Diagnostic::new(Code::DataLoss, message)
                .help(format!("restore it in the spec, or, if the data may be lost, add {allow}"))
        }
        Loss::Gone(Some(new)) => {
            let message = format!(
                "`{name}` holds data, and is no longer rendered; it is probably renamed to `{new}`, which would be empty"
            );
            let help = format!("keep the former name, or move the data first and then add {allow}");
            Diagnostic::new(Code::DataLoss, message).help(help).at(line(new))
        }
    };
    diagnostic.within(section)
}

fn environment(section: &str, held: &BTreeMap<String, String>) -> Diagnostic {
    let names: Vec<String> = held.keys().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "the environment `{section}` is no longer in the spec, and holds data: {}",
        names.join(", ")
    );
    Diagnostic::new(Code::DataLoss, message)
        .help(format!(
            "restore it, or, if all its data may be lost, add `--allow-data-loss {section}`"
        ))
        .within(section)
}

fn unused_permission(name: &str, lost: &BTreeSet<&String>) -> Diagnostic {
    let near = nearest(name, lost.iter().map(|name| name.as_str()))
        .map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| "remove it: only a run that loses data needs it".into());
    Diagnostic::new(
        Code::DataLoss,
        format!("`--allow-data-loss {name}` has no effect: no data of that name would be lost"),
    )
    .help(help)
}
