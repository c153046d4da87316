//! Places of one diagnostic: the cause first, each line once, at most one screen.

use crate::diag::Label;

/// Maximum number of places of one diagnostic.
const SHOWN: usize = 6;

/// Lines of one field.
pub(super) struct FieldLabels {
    /// Line of the template or manifest, then lines of the spec that set its values.
    pub field: Vec<Label>,
    /// Line of the spec path that the place names.
    pub source: Option<Label>,
}

/// How likely a line is the cause, the most likely first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CauseRank {
    /// A constant in a manifest or in an override, or the spec path that the place names.
    Constant,
    /// A line of the spec.
    Spec,
    /// A built-in template or a default.
    BuiltIn,
}

impl FieldLabels {
    fn cause(&self) -> Option<(CauseRank, Label)> {
        if let Some(source) = self.source.as_ref().filter(|source| is_written(source)) {
            return Some((CauseRank::Constant, source.clone()));
        }
        let first = self.field.first()?;
        let written = self.field.iter().find(|label| is_written(label));
        Some(match written {
            Some(label) if self.field.len() == 1 => (CauseRank::Constant, label.clone()),
            Some(_) => {
                let spec = self.field.iter().skip(1).find(|label| is_written(label));
                (CauseRank::Spec, spec.unwrap_or(first).clone())
            }
            None => (CauseRank::BuiltIn, first.clone()),
        })
    }

    fn into_labels(self) -> impl Iterator<Item = Label> {
        self.field.into_iter().chain(self.source)
    }
}

/// Returns whether a file of the platform contains the line.
pub(super) fn is_written(label: &Label) -> bool {
    !label.source.name.starts_with("aksgen:")
}

/// The places to print, and the cause. `other` is the field that a rule names as the cause. It is
/// printed first if it is a constant and the own field is not.
pub(super) fn merge(
    own: Vec<FieldLabels>,
    other: Option<&FieldLabels>,
) -> (Vec<Label>, Option<Label>) {
    let first = own.first().and_then(FieldLabels::cause);
    let other = other.and_then(FieldLabels::cause);
    let other = other.filter(|(rank, _)| {
        *rank == CauseRank::Constant && first.as_ref().is_none_or(|(own, _)| rank < own)
    });
    let cause = other.clone().or(first).map(|(_, label)| label);
    let labels = own.into_iter().flat_map(FieldLabels::into_labels);
    let places = match other {
        // The spec lines behind the field are not the cause.
        Some((_, cause)) => vec![cause].into_iter().chain(labels.take(1)).collect(),
        None => shown(each_line_once(labels)),
    };
    (places, cause)
}

/// Joins the notes of labels at the same span.
fn each_line_once(labels: impl Iterator<Item = Label>) -> Vec<Label> {
    let mut lines: indexmap::IndexMap<(String, usize), (Label, Vec<String>)> =
        indexmap::IndexMap::new();
    for label in labels {
        let key = (label.source.name.clone(), label.span.start);
        let (_, notes) = lines.entry(key).or_insert_with(|| (label.clone(), vec![]));
        if !label.note.is_empty() && notes.last() != Some(&label.note) {
            notes.push(label.note);
        }
    }
    lines.into_values().map(|(label, notes)| Label { note: joined(&notes), ..label }).collect()
}

fn joined(notes: &[String]) -> String {
    match notes {
        [first, second, third, _, ..] => {
            format!("{first}, {second}, {third} and {} more", notes.len() - 3)
        }
        notes => notes.join(", "),
    }
}

/// The first place, and as many others as fit; lines of the platform's files before built-in ones.
fn shown(labels: Vec<Label>) -> Vec<Label> {
    if labels.len() <= SHOWN {
        return labels;
    }
    let rest = || labels.iter().enumerate().skip(1);
    let written = rest().filter(|(_, label)| is_written(label));
    let built_in = rest().filter(|(_, label)| !is_written(label));
    let mut kept: Vec<usize> =
        written.chain(built_in).map(|(index, _)| index).take(SHOWN - 1).collect();
    kept.push(0);
    let keep = |(index, label): (usize, Label)| kept.contains(&index).then_some(label);
    labels.into_iter().enumerate().filter_map(keep).collect()
}
