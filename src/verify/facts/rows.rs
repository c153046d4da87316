//! Evaluates rows of the kind registry.

use super::{
    Collector, Statement,
    place::{FieldPlace, walk},
};
use crate::kinds::{At, Column, ObjectFact, Piece};
use serde_json::Value;
use std::borrow::Cow;

/// A table of rows, and the part of an object that it is for.
pub(super) struct Base<'a> {
    /// The part.
    pub value: &'a Value,
    /// JSON pointer of the part in the object.
    pub prefix: &'a str,
    /// Namespace of its facts.
    pub namespace: &'a str,
}

/// Collects the facts of a row.
pub(super) fn read<R>(
    row: &At<R>,
    base: &Base<'_>,
    out: &mut Collector<'_>,
    map: impl Fn(
        &R,
        &mut dyn FnMut(&Column, bool) -> Option<super::Name>,
    ) -> Option<ObjectFact<super::Name>>,
) {
    walk(base.value, &row.at, &mut vec![], &mut |place| {
        let differs = |(field, wanted): (&String, &String)| {
            let found = match field.strip_prefix('/') {
                Some(_) => base.value.pointer(field),
                None => place.value.get(field),
            };
            found.and_then(text).is_none_or(|found| wanted.split('|').all(|one| found != one))
        };
        if row.only.iter().any(differs) || !row.unless.iter().all(differs) {
            return;
        }
        let names = out.names;
        let get = &mut |column: &Column, first: bool| {
            let found = evaluate(column, base, &place);
            let found = if first { found? } else { found.unwrap_or_default() };
            Some(names.name(&found))
        };
        let Some(relation) = map(&row.relation, get) else { return };
        let namespace = row.namespace.as_ref().map_or(Cow::Borrowed(base.namespace), |column| {
            evaluate(column, base, &place).unwrap_or(Cow::Borrowed(base.namespace))
        });
        let at = format!("{}{}", base.prefix, place.pointer());
        out.add(&at, &namespace, Statement::ObjectFact(relation));
    });
}

fn evaluate<'a>(
    column: &'a Column,
    base: &Base<'a>,
    place: &FieldPlace<'a, '_>,
) -> Option<Cow<'a, str>> {
    match column {
        Column::Here => text(place.value),
        Column::Key => Some(place.key()),
        Column::Namespace => Some(base.namespace.into()),
        Column::Object(all) => all.iter().find_map(|at| text(base.value.pointer(at)?)),
        Column::Below(pointer) => text(place.value.pointer(pointer)?),
        Column::Parts(parts) => {
            let first = text(place.value)?;
            parts.iter().try_fold(first, |whole, (separator, number)| {
                part(&whole, *separator, *number).map(|part| Cow::Owned(part.to_owned()))
            })
        }
        Column::Text(pieces) => {
            let piece = |piece: &'a Piece| match piece {
                Piece::Literal(text) => Some(Cow::Borrowed(text.as_str())),
                Piece::Field(pointer, default) => place
                    .value
                    .pointer(pointer)
                    .and_then(text)
                    .or(default.as_deref().map(Cow::Borrowed)),
            };
            pieces.iter().map(piece).collect::<Option<String>>().map(Cow::Owned)
        }
    }
}

/// A part of a text; negative numbers count from the end.
fn part(whole: &str, separator: char, number: isize) -> Option<&str> {
    let parts: Vec<&str> = whole.split(separator).collect();
    let index = if number < 0 {
        parts.len().checked_add_signed(number)?
    } else {
        number.try_into().ok()?
    };
    parts.get(index).copied()
}

/// A scalar as a text.
pub(in crate::verify) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(truth) => Some(if *truth { "true" } else { "false" }.into()),
        _ => None,
    }
}
