//! Text output of a diff: one line per object or field.

use super::{
    Change, Consequence, Diff, Effect, EnvironmentDiff, FieldDiff, ObjectDiff, SpecLine, summary,
    texts,
};
use crate::diag::safe;
use serde_json::Value;
use std::collections::BTreeMap;

/// Maximum number of lines to show of a text; the others are counted.
const LINES: usize = 6;

/// Prints a diff; `whole` disables all limits.
pub fn human(diff: &Diff, whole: bool) -> String {
    let mut out = String::new();
    for env in &diff.environments {
        environment(env, whole, &mut out);
    }
    out.push_str(&format!("{}\n", summary(diff)));
    out
}

fn environment(env: &EnvironmentDiff, whole: bool, out: &mut String) {
    let folded = env.whole.filter(|_| !whole);
    if let Some(change) = folded {
        out.push_str(&format!(
            "{}  {}the environment: {} objects, {} other files\n",
            env.name,
            sign(change),
            env.objects.len(),
            env.files.len()
        ));
    }
    let moves = if whole { BTreeMap::new() } else { moves(env) };
    for ((from, to), count) in moves.iter().filter(|(_, count)| **count >= MIN_SUMMARIZED) {
        out.push_str(&safe(&format!("{}  {count} objects moved {from} -> {to}\n", env.name)));
    }
    let is_summarized = |object: &ObjectDiff| {
        pure_move(object)
            .and_then(|way| moves.get(&way))
            .is_some_and(|count| *count >= MIN_SUMMARIZED)
    };
    for object in env
        .objects
        .iter()
        .filter(|object| !is_summarized(object) && (folded.is_none() || loses_data(object)))
    {
        out.push_str(&safe(&self::object(&env.name, object, whole)));
    }
    for file in env.files.iter().filter(|_| folded.is_none()) {
        let head = format!(
            "{}  {}{}{}",
            env.name,
            sign(file.change),
            file.path,
            place(file.line.as_ref())
        );
        out.push_str(&safe(&format!("{head}\n{}", lines(&file.lines, whole))));
    }
    if env.indexes > 0 && folded.is_none() {
        let files = if env.indexes == 1 { "index follows" } else { "indexes follow" };
        out.push_str(&format!("{}  {} {files}\n", env.name, env.indexes));
    }
}

/// Minimum number of equal moves that share a line.
const MIN_SUMMARIZED: usize = 4;

/// Number of objects per pure move between folders.
fn moves(env: &EnvironmentDiff) -> BTreeMap<(&str, &str), usize> {
    env.objects.iter().filter_map(pure_move).fold(BTreeMap::new(), |mut all, way| {
        *all.entry(way).or_default() += 1;
        all
    })
}

/// Source and target folder of an object that was only moved.
fn pure_move(object: &ObjectDiff) -> Option<(&str, &str)> {
    let (from, to) =
        (object.from.as_deref().filter(|_| object.fields.is_empty())?, object.path.as_str());
    let same = from
        .rsplit('/')
        .zip(to.rsplit('/'))
        .take_while(|(a, b)| a == b)
        .map(|(part, _)| part.len() + 1)
        .sum::<usize>();
    Some((&from[..from.len().saturating_sub(same)], &to[..to.len().saturating_sub(same)]))
}

/// First difference of an environment.
pub fn first(env: &EnvironmentDiff) -> String {
    if let Some(object) = env.objects.first() {
        let field = object.fields.first().map(|one| field(one, false, true)).unwrap_or_default();
        return format!("{}  {}", object.title(), field.trim_end());
    }
    env.files
        .iter()
        .flat_map(|file| file.lines.iter().take(2))
        .map(|line| format!("{line}\n"))
        .collect()
}

pub(super) fn sign(change: Change) -> &'static str {
    match change {
        Change::Added => "+ ",
        Change::Removed => "- ",
        Change::Changed | Change::Moved => "",
    }
}

fn object(env: &str, object: &ObjectDiff, whole: bool) -> String {
    let head = format!("{env}  {}{}", sign(object.change), object.title());
    let moved = object
        .from
        .as_ref()
        .map(|from| format!("  moved {from} -> {}", object.path))
        .unwrap_or_default();
    match object.fields.as_slice() {
        [] => format!(
            "{head}{moved}{}{}\n{}",
            place(object.line.as_ref()),
            words(object.consequence.as_ref()),
            explanation(object)
        ),
        [one] if moved.is_empty() => format!("{head}  {}", field(one, whole, true)),
        fields => {
            let effect =
                object.effect().map(|effect| format!("  {}", effect.words())).unwrap_or_default();
            let rows: String =
                fields.iter().map(|one| format!("    {}", field(one, whole, false))).collect();
            format!("{head}{moved}{effect}\n{rows}")
        }
    }
}

/// Reason and possible rename of a removed object.
fn explanation(object: &ObjectDiff) -> String {
    let why = object.consequence.as_ref().map(|c| reason(c, "    ")).unwrap_or_default();
    let renamed = object
        .renamed
        .as_ref()
        .map(|name| format!("    it looks like a rename to {name}: the data does not move\n"));
    why + &renamed.unwrap_or_default()
}

/// One field with its details. Effects that are not severe are printed once per object.
fn field(field: &FieldDiff, whole: bool, alone: bool) -> String {
    let severe = field.consequence.as_ref().filter(|c| c.is_severe());
    let effect = words(severe.or(field.consequence.as_ref().filter(|_| alone)));
    let (value, below) = values(field, whole);
    let why = severe.map(|c| reason(c, "        ")).unwrap_or_default();
    format!("{}{value}{}{effect}\n{why}{below}", field.path, place(field.line.as_ref()))
}

/// Reason of a consequence, and the safe way to make the change.
fn reason(consequence: &Consequence, indent: &str) -> String {
    let doubt = if consequence.confirmed { "" } else { " (not confirmed)" };
    let safe_way = consequence.safe_way.iter().map(|text| format!("{indent}safe way: {text}\n"));
    format!("{indent}{}{doubt}\n{}", consequence.why, safe_way.collect::<String>())
}

/// The removal of the object deletes data, or leaves data that no file describes.
fn loses_data(object: &ObjectDiff) -> bool {
    object.consequence.as_ref().is_some_and(|found| found.effect >= Effect::LeavesData)
}

fn values(field: &FieldDiff, whole: bool) -> (String, String) {
    match (&field.before, &field.after) {
        (Some(Value::String(old)), Some(Value::String(new)))
            if old.contains('\n') || new.contains('\n') =>
        {
            (String::new(), lines(&texts::lines(old, new), whole))
        }
        (Some(old), Some(new)) if old == new => {
            (" differs, and looks like a secret".to_owned(), String::new())
        }
        (Some(old), Some(new)) => {
            let (old, new) =
                if whole { (texts::plain(old), texts::plain(new)) } else { texts::pair(old, new) };
            (format!(" {old} -> {new}"), String::new())
        }
        (None, Some(new)) => (format!(" + {}", shown(new, whole)), String::new()),
        (Some(old), None) => (format!(" - {}", shown(old, whole)), String::new()),
        (None, None) => Default::default(),
    }
}

fn shown(value: &Value, whole: bool) -> String {
    if whole { texts::plain(value) } else { texts::short(value) }
}

fn lines(all: &[String], whole: bool) -> String {
    let limit = if whole { all.len() } else { LINES };
    let rows: String = all.iter().take(limit).map(|line| format!("        {line}\n")).collect();
    let more = all.len().saturating_sub(limit);
    rows + &if more > 0 { format!("        and {more} more lines\n") } else { String::new() }
}

fn words(consequence: Option<&Consequence>) -> String {
    consequence.map(|c| format!("  {}", c.words())).unwrap_or_default()
}

fn place(place: Option<&SpecLine>) -> String {
    place.map(|place| format!("  ({})", place.words())).unwrap_or_default()
}
