//! Rules of the API server that the schemas do not state. Reads no other object.

mod fields;
mod formats;

use super::{
    facts::{FieldPlace, text, walk},
    object::dotted,
    pods, secret_values,
};
use crate::{
    diag::{Code, Diagnostic, JsonPointer},
    kinds::{self, ApiCheck, ApiRule},
};
use serde_json::Value;

/// A part of an object, for which a table of rules is.
struct RuleBase<'a> {
    object: &'a Value,
    value: &'a Value,
    prefix: &'a str,
}

/// A problem below a place: pointer from the place, cause, and fix.
struct Refusal {
    below: String,
    message: String,
    help: String,
}

impl Refusal {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { below: String::new(), message: message.into(), help: help.into() }
    }

    fn below(self, pointer: String) -> Refusal {
        Refusal { below: pointer, ..self }
    }
}

/// Fields that the API server refuses, although the schema allows them.
pub(super) fn validate(
    object: &Value,
    api_version: &str,
    kind: &str,
) -> Vec<Diagnostic<JsonPointer>> {
    let mut diagnostics = vec![];
    let whole = RuleBase { object, value: object, prefix: "" };
    for subject in ["any", &kinds::qualified(api_version, kind)] {
        apply(kinds::api_rules(subject), &whole, &mut diagnostics);
    }
    pods::visit(object, &mut |pod, prefix| {
        apply(kinds::api_rules("pod"), &RuleBase { object, value: pod, prefix }, &mut diagnostics);
    });
    diagnostics
}

fn apply(rules: &[ApiRule], base: &RuleBase<'_>, out: &mut Vec<Diagnostic<JsonPointer>>) {
    for rule in rules {
        for at in &rule.at {
            walk(base.value, at, &mut vec![], &mut |place| {
                if is_subject(rule, place.value) {
                    out.extend(refused(rule, base, &place));
                }
            });
        }
    }
}

/// Whether a rule applies to a place.
fn is_subject(rule: &ApiRule, value: &Value) -> bool {
    let differs = |(field, wanted): (&String, &String)| {
        text(&value[field]).as_deref() != Some(wanted.as_str())
    };
    !rule.only.iter().any(differs) && rule.unless.iter().all(differs)
}

/// Diagnostics of one place.
fn refused(
    rule: &ApiRule,
    base: &RuleBase<'_>,
    place: &FieldPlace<'_, '_>,
) -> Vec<Diagnostic<JsonPointer>> {
    let found = check(&rule.check, base, place);
    let diagnostic = |refusal: Refusal| {
        let pointer = format!("{}{}{}", base.prefix, place.pointer(), refusal.below);
        let message = format!("`{}` {}", dotted(&pointer), refusal.message);
        Diagnostic::new(Code::IllegalValue, message).help(refusal.help).at(JsonPointer(pointer))
    };
    found.into_iter().map(diagnostic).collect()
}

fn check(check: &ApiCheck, base: &RuleBase<'_>, place: &FieldPlace<'_, '_>) -> Vec<Refusal> {
    let value = place.value;
    match check {
        ApiCheck::Range(range) => fields::range(value, *range).into_iter().collect(),
        ApiCheck::Format(format) => {
            let is_shown = || is_harmless(base, place);
            fields::format(value, *format, is_shown).into_iter().collect()
        }
        ApiCheck::Keys(format) => fields::keys(value, *format),
        ApiCheck::OneOf(allowed) => {
            fields::one_of(value, allowed, || is_harmless(base, place)).into_iter().collect()
        }
        ApiCheck::Unique { of, by } => fields::unique(value, of, by),
        ApiCheck::NotAbove([low, high]) => {
            fields::ordered(base.value, value, [low, high], i64::le).into_iter().collect()
        }
        ApiCheck::Below([low, high]) => {
            fields::ordered(base.value, value, [low, high], i64::lt).into_iter().collect()
        }
        ApiCheck::Within([part, whole]) => fields::within(value, part, whole),
        ApiCheck::ExactlyOne(all) => fields::count(value, all, 1..=1).into_iter().collect(),
        ApiCheck::AtMostOne(all) => fields::count(value, all, 0..=1).into_iter().collect(),
        ApiCheck::Needs(all) => fields::needs(value, all),
        ApiCheck::NoneOf(all) => fields::none_of(value, all),
        ApiCheck::OneBeside(names) => fields::one_beside(value, names).into_iter().collect(),
        ApiCheck::Bytes { of, encoded, most } => {
            fields::bytes(value, of, encoded, *most).into_iter().collect()
        }
    }
}

fn is_harmless(base: &RuleBase<'_>, place: &FieldPlace<'_, '_>) -> bool {
    let pointer = format!("{}{}", base.prefix, place.pointer());
    secret_values::is_harmless(base.object, &pointer, place.value)
}
