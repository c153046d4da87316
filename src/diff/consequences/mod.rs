//! Consequences of a change in Kubernetes and Azure, from `consequences.toml`.

mod table;

use super::effect::Effect;
use crate::{escape, kinds};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use table::{ConsequenceRow, TABLE, When, is_kept};

/// Consequence of a changed field or a removed object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Consequence {
    /// Main effect.
    pub effect: Effect,
    /// Further effects.
    pub also: Vec<Effect>,
    /// Reason, in one sentence.
    pub why: String,
    /// Safe way to make the change.
    pub safe_way: Option<String>,
    /// Sources: addresses, or names of documents.
    pub sources: Vec<String>,
    /// A source confirms it.
    pub confirmed: bool,
}

impl Consequence {
    /// The main effect and the further ones.
    pub fn effects(&self) -> impl Iterator<Item = Effect> {
        std::iter::once(self.effect).chain(self.also.iter().copied())
    }

    /// The change needs a review before it is merged.
    pub fn is_severe(&self) -> bool {
        self.effects().any(Effect::is_severe)
    }

    /// The effects in words.
    pub fn words(&self) -> String {
        self.effects().map(Effect::words).collect::<Vec<_>>().join(", ")
    }

    /// Fills the placeholders of the safe way: `{kind}`, `{name}`, `{namespace}` and `{azureName}`
    /// of the object, and the old number as `{before}`. Other texts stay out of commands.
    fn filled(mut self, object: &Value, before: Option<&Value>) -> Consequence {
        let text = |pointer: &str| object.pointer(pointer)?.as_str().map(str::to_owned);
        let number = before.and_then(Value::as_u64).map(|number| number.to_string());
        let values = [
            ("kind", text("/kind")),
            ("name", text("/metadata/name")),
            ("namespace", text("/metadata/namespace")),
            ("azureName", text("/spec/azureName")),
            ("before", number),
        ];
        for (key, value) in values {
            let known = value.filter(|value| value.bytes().all(is_plain));
            let value = known.unwrap_or_else(|| format!("<{key}>"));
            let way = self.safe_way.map(|way| way.replace(&format!("{{{key}}}"), &value));
            self.safe_way = way;
        }
        self
    }

    /// The change has no effect beyond its field.
    fn is_in_place(&self) -> bool {
        self.effect == Effect::InPlace && self.also.is_empty()
    }
}

/// A byte of a Kubernetes name, which no shell interprets.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// A changed field of an object, or the removed object itself.
#[derive(Clone, Copy)]
struct FieldChange<'a> {
    object: &'a Value,
    qualified: &'a str,
    pointer: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

/// Consequence of a changed field; nothing for a change in place.
pub fn of_field(
    object: &Value,
    pointer: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Option<Consequence> {
    let qualified = &qualified(object);
    let change = FieldChange { object, qualified, pointer, before, after };
    let found = change.row().map(ConsequenceRow::consequence).or_else(|| change.immutable());
    let found = found.or_else(|| change.below()).filter(|found| !found.is_in_place());
    found.map(|found| found.filled(object, before))
}

/// Consequence of the removal of an object.
pub fn of_removal(object: &Value) -> Option<Consequence> {
    let qualified = &qualified(object);
    let kept = is_kept(object);
    let rows = TABLE.consequence.iter().filter(|row| row.when == When::Gone);
    let matching = rows.filter(|row| row.fits(object, qualified)).filter_map(|row| {
        let at = row.at.iter().filter(|at| has(object, at)).max_by_key(|at| at.len())?;
        Some((row, row.rank(at, qualified)))
    });
    let (row, _) = matching.max_by(|a, b| a.1.cmp(&b.1))?;
    match (kept, row.kept) {
        (true, Some(false)) => None,
        (true, _) => Some(Consequence {
            effect: Effect::LeavesData,
            also: vec![],
            why: TABLE.left.clone(),
            ..row.consequence()
        }),
        (false, _) => Some(row.consequence()),
    }
    .map(|found| found.filled(object, None))
}

impl FieldChange<'_> {
    /// The row that wins for the field.
    fn row(&self) -> Option<&'static ConsequenceRow> {
        let ranked = TABLE.consequence.iter().filter_map(|row| {
            let covering = row.at.iter().filter(|at| covers(at, self.pointer));
            let at = covering.max_by_key(|at| at.split('/').count())?;
            row.holds(self).then(|| (row, row.rank(at, self.qualified)))
        });
        ranked.max_by(|a, b| a.1.cmp(&b.1)).map(|(row, _)| row)
    }

    /// The kind's record lists the field as immutable, or as part of the identity in Azure.
    fn immutable(&self) -> Option<Consequence> {
        let (group, kind) = self.qualified.split_once('/')?;
        let record = kinds::of(group, kind)?;
        let identity = record.azure.iter().flat_map(|azure| &azure.identity);
        let identity = identity.map(|field| format!("/spec/{field}"));
        let mut fixed = record.immutable.iter().cloned().chain(identity);
        fixed.any(|at| covers(&at, self.pointer)).then(|| Consequence {
            effect: Effect::MustBeRecreated,
            also: vec![],
            why: "the field is immutable".to_owned(),
            safe_way: None,
            sources: vec![],
            confirmed: true,
        })
    }

    /// The most severe consequence of the fields of an added or removed table or list.
    fn below(&self) -> Option<Consequence> {
        let ((Some(value), None) | (None, Some(value))) = (self.before, self.after) else {
            return None;
        };
        let field = |(key, inner): (String, &Value)| {
            let pointer = &format!("{}/{key}", self.pointer);
            let (before, after) = (self.before.map(|_| inner), self.after.map(|_| inner));
            let change = FieldChange { pointer, before, after, ..*self };
            let found =
                change.row().map(ConsequenceRow::consequence).or_else(|| change.immutable());
            found.or_else(|| change.below())
        };
        children(value).into_iter().filter_map(field).max_by_key(|found| found.effect)
    }
}

/// Fields or elements of a value, by the key of a JSON pointer.
fn children(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Object(table) => {
            table.iter().map(|(key, inner)| (escape::pointer(key).into_owned(), inner)).collect()
        }
        Value::Array(list) => {
            list.iter().enumerate().map(|(i, inner)| (i.to_string(), inner)).collect()
        }
        _ => vec![],
    }
}

fn qualified(object: &Value) -> String {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    kinds::qualified(text("apiVersion"), text("kind"))
}

/// Whether a pattern is a pointer or a parent of it.
fn covers(pattern: &str, pointer: &str) -> bool {
    let mut given = pointer.split('/').skip(1);
    let mut wanted = pattern.split('/').skip(1);
    wanted.all(|part| given.next().is_some_and(|key| part == "*" || part == key))
}

/// Whether an object has a value at a pattern.
fn has(value: &Value, pattern: &str) -> bool {
    let Some(below) = pattern.strip_prefix('/') else { return true };
    let (part, rest) = below.find('/').map_or((below, ""), |end| below.split_at(end));
    children(value).into_iter().any(|(key, inner)| (part == "*" || part == key) && has(inner, rest))
}

#[cfg(test)]
mod tests;
