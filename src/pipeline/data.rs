//! Data loss: objects with data that a run would remove or shrink need `--allow-data-loss`.

use super::data_loss::{ScopeChange, environment, loss, scope, unused_permission};
use super::{Input, Request};
use crate::{
    diag::{Diagnostic, Label},
    locate::{TracedStep, Tracer},
    sink::LockData,
    verify::{DataRow, DataRows, Holders, Loss, ObjectOrigin, around, by_identity, lost, parts},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Objects with data, by environment.
type RowsByEnvironment = BTreeMap<String, DataRows>;

fn rows(input: &Input, holders: &Holders) -> RowsByEnvironment {
    let mut rows = RowsByEnvironment::new();
    for ((environment, name), holder) in holders {
        let section = input.envs[usize::from(*environment)].name.clone();
        rows.entry(section).or_default().insert(name.clone(), holder.row.clone());
    }
    rows
}

/// Objects with data, by environment, as the lock keeps them.
pub(super) fn locked(input: &Input, holders: &Holders) -> LockData {
    let text = |rows: DataRows| rows.into_iter().map(|(name, row)| (name, row.to_string()));
    rows(input, holders).into_iter().map(|(section, own)| (section, text(own).collect())).collect()
}

/// A refused loss, with the values of `--allow-data-loss` that allow it.
type Refused = (Vec<String>, Diagnostic);

/// Diagnostics of losses that are not allowed, and of `--allow-data-loss` without a loss.
pub(super) fn validate(
    request: &Request,
    input: &Input,
    tracer: &Tracer<'_>,
    previous: &LockData,
    holders: &Holders,
) -> Vec<Diagnostic> {
    let all_rows = rows(input, holders);
    let kept = by_identity(all_rows.values().flat_map(BTreeMap::values));
    let mut all: Vec<Refused> = vec![];
    for (section, before) in previous {
        let before: DataRows =
            before.iter().map(|(name, row)| (name.clone(), DataRow::read(row))).collect();
        let none = DataRows::new();
        let now = all_rows.get(section).unwrap_or(&none);
        match input.envs.iter().position(|env| env.name == *section) {
            Some(number) => {
                let lines = HolderLines { tracer, holders, number, steps: RefCell::default() };
                let losses = lost(&before, now, &kept);
                all.extend(refused(section, &before, now, losses, &lines));
            }
            None if input.whole => {
                let losses = lost(&before, &none, &kept);
                let gone: Vec<&str> = losses.iter().map(|(name, _)| name.as_str()).collect();
                all.extend((!gone.is_empty()).then(|| environment(section, &gone)));
            }
            None => {}
        }
    }
    unless_allowed(request, all)
}

/// The losses of one environment. A change of subscription, tenant or location is one diagnostic.
fn refused(
    section: &str,
    before: &DataRows,
    now: &DataRows,
    losses: Vec<(String, Loss)>,
    lines: &HolderLines<'_>,
) -> Vec<Refused> {
    let mut scopes: BTreeMap<ScopeChange, Vec<String>> = BTreeMap::new();
    let mut out = vec![];
    for (name, loss) in losses {
        if let Some(change) = ScopeChange::of(&loss) {
            scopes.entry(change).or_default().push(name);
            continue;
        }
        // Permission to lose a server includes its databases.
        let outer = around(&name, before, now);
        let words = outer.into_iter().chain([name.as_str()]).flat_map(|name| words(section, name));
        let word = outer.unwrap_or(&name);
        let diagnostic = self::loss(&name, &loss, word, &|object, field| lines.find(object, field));
        out.push((words.collect(), diagnostic.within(section)));
    }
    let of_scope = |(change, names): (ScopeChange, Vec<String>)| {
        let line = lines.key(change.path());
        (vec![section.to_owned()], scope(section, &change, &names).at(line).within(section))
    };
    out.extend(scopes.into_iter().map(of_scope));
    out
}

fn unless_allowed(request: &Request, all: Vec<Refused>) -> Vec<Diagnostic> {
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
    /// Line of the spec that sets a field of an object, or that declares its instance. Without a
    /// field, the line that sets the size.
    fn find(&self, object: &str, field: &str) -> Option<Label> {
        let holder = self.holders.get(&(u16::try_from(self.number).ok()?, object.to_owned()))?;
        let mut steps = self.steps.borrow_mut();
        let step = steps.entry(holder.origin).or_insert_with(|| self.tracer.step(holder.origin));
        // The size of a claim in a workload is below the claim; other pointers lead to a size.
        let size = || format!("{}/spec/resources/requests/storage", holder.pointer);
        let pointer = if field.is_empty() { size() } else { field.to_owned() };
        let labels = step.as_mut().map(|step| step.labels(&pointer)).unwrap_or_default();
        let own = |label: &Label| !label.source.name.starts_with("aksgen:");
        let unit = || {
            let path = self.tracer.units[holder.origin.unit as usize].path();
            self.key(&path)
        };
        labels.into_iter().skip(1).find(own).or_else(unit)
    }

    /// Line of the spec that sets a path.
    fn key(&self, path: &str) -> Option<Label> {
        self.tracer.in_spec(&self.tracer.envs[self.number], path)
    }
}
