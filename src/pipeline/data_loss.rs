//! Messages of data loss. Each names the value of `--allow-data-loss` that allows it.

use crate::{
    azure::ids,
    diag::{Code, Diagnostic, Label, nearest},
    verify::{AzureIdentity, Loss},
};
use std::collections::BTreeSet;

/// Change of a setting that moves all Azure resources of an environment.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ScopeChange {
    /// The setting, in words.
    what: &'static str,
    from: String,
    to: String,
}

impl ScopeChange {
    /// The change behind a loss, if it is not a change of the resource itself.
    pub(super) fn of(loss: &Loss) -> Option<ScopeChange> {
        let Loss::Moved(old, new) = loss else { return None };
        let subscription = |one: &AzureIdentity| ids::subscription(&one.id).to_owned();
        let rows = [
            ("subscription", subscription(old), subscription(new)),
            ("tenant", old.tenant.clone(), new.tenant.clone()),
            ("location", old.location.clone(), new.location.clone()),
        ];
        let is_other = |(_, from, to): &(_, String, String)| !from.eq_ignore_ascii_case(to);
        rows.into_iter().find(is_other).map(|(what, from, to)| ScopeChange { what, from, to })
    }

    /// The spec path of the setting.
    pub(super) fn path(&self) -> &'static str {
        match self.what {
            "subscription" => "azure.subscription_id",
            "tenant" => "azure.tenant_id",
            _ => "azure.location",
        }
    }
}

/// Diagnostic of a change that moves all resources of an environment.
pub(super) fn scope(section: &str, change: &ScopeChange, names: &[String]) -> Diagnostic {
    let ScopeChange { what, from, to } = change;
    let message = format!(
        "the {what} of `{section}` changes from `{from}` to `{to}`, but Azure moves no data: {}",
        quoted(names)
    );
    let help = format!(
        "restore the former {what}, or move the data first and then add `--allow-data-loss {section}`"
    );
    Diagnostic::new(Code::DataLoss, message).help(help)
}

/// Diagnostic of the loss of one object. `line` finds the line that sets a field of an object.
pub(super) fn loss(
    name: &str,
    loss: &Loss,
    word: &str,
    line: &dyn Fn(&str, &str) -> Option<Label>,
) -> Diagnostic {
    let allow = format!("`--allow-data-loss {word}`");
    match loss {
        Loss::Smaller(from, to) => {
            let message = format!("`{name}` holds data, and would shrink from {from} to {to}");
            let help = format!(
                "storage only grows, so a smaller size makes a new, empty volume. Restore the former size, or, if the data may be lost, add {allow}"
            );
            Diagnostic::new(Code::DataLoss, message).help(help).at(line(name, ""))
        }
        Loss::Moved(old, new) => moved(name, old, new, &allow, line),
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
            Diagnostic::new(Code::DataLoss, message).help(help).at(line(new, ""))
        }
    }
}

/// Diagnostic of an object that becomes another Azure resource in the same subscription.
fn moved(
    name: &str,
    old: &AzureIdentity,
    new: &AzureIdentity,
    allow: &str,
    line: &dyn Fn(&str, &str) -> Option<Label>,
) -> Diagnostic {
    let (from, to) = other_part(&old.id, &new.id);
    let is_own = new.id.ends_with(&format!("/{to}"));
    let (what, field) =
        if is_own { ("Azure name", "/spec/azureName") } else { ("owner", "/spec/owner/name") };
    let message = format!(
        "`{name}` holds data, and its {what} changes from `{from}` to `{to}`: the new resource would be empty"
    );
    let help = format!("restore the former {what}, or move the data first and then add {allow}");
    Diagnostic::new(Code::DataLoss, message).help(help).at(line(name, field))
}

/// The first parts of two ids that differ.
fn other_part<'a>(old: &'a str, new: &'a str) -> (&'a str, &'a str) {
    let mut pairs = old.split('/').zip(new.split('/'));
    pairs.find(|(from, to)| !from.eq_ignore_ascii_case(to)).unwrap_or((old, new))
}

/// Diagnostic of a removed environment, with the objects that no other environment has.
pub(super) fn environment(section: &str, names: &[&str]) -> (Vec<String>, Diagnostic) {
    let message = format!(
        "the environment `{section}` is no longer in the spec, and holds data: {}",
        quoted(names)
    );
    let diagnostic = Diagnostic::new(Code::DataLoss, message)
        .help(format!(
            "restore it, or, if all its data may be lost, add `--allow-data-loss {section}`"
        ))
        .within(section);
    (vec![section.to_owned()], diagnostic)
}

fn quoted(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Diagnostic of a value of `--allow-data-loss` that allows nothing.
pub(super) fn unused_permission(name: &str, lost: &BTreeSet<&String>) -> Diagnostic {
    let near = nearest(name, lost.iter().map(|name| name.as_str()))
        .map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| "remove it: only a run that loses data needs it".into());
    Diagnostic::new(
        Code::DataLoss,
        format!("`--allow-data-loss {name}` has no effect: no data of that name would be lost"),
    )
    .help(help)
}
