//! Rows of `consequences.toml`, and whether a change fits them.

use super::{Consequence, FieldChange};
use crate::{
    diff::{effect::Effect, order, source},
    kinds,
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
    sync::LazyLock,
};

/// Condition on the old and new value of a row's field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum When {
    #[default]
    Changed,
    Set,
    Unset,
    Smaller,
    Larger,
    SkipsMinor,
    Gone,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsequenceRow {
    pub(super) kinds: Vec<String>,
    pub(super) at: Vec<String>,
    #[serde(default)]
    pub(super) when: When,
    pub(super) from: Option<Vec<Value>>,
    pub(super) to: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) only: BTreeMap<String, Value>,
    pub(super) effect: Effect,
    #[serde(default)]
    pub(super) also: Vec<Effect>,
    pub(super) kept: Option<bool>,
    pub(super) why: String,
    #[serde(rename = "do")]
    pub(super) safe_way: Option<String>,
    pub(super) src: Vec<String>,
    pub(super) conf: String,
}

/// Annotation that keeps an engine from deleting an object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    pub(super) annotation: String,
    pub(super) word: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EffectWords {
    pub(super) name: Effect,
    pub(super) meaning: String,
    pub(super) severe: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) left: String,
    pub(super) kept: Vec<Kept>,
    pub(super) effect: Vec<EffectWords>,
    pub(super) consequence: Vec<ConsequenceRow>,
}

pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../consequences.toml")).expect("our own table"));

impl Effect {
    fn row(self) -> &'static EffectWords {
        TABLE.effect.iter().find(|row| row.name == self).expect("a test reads all effects")
    }

    /// The change needs a review before it is merged.
    pub fn is_severe(self) -> bool {
        self.row().severe
    }

    /// Meaning, in one sentence.
    pub fn meaning(self) -> &'static str {
        &self.row().meaning
    }
}

/// Order of matching rows: the last one wins.
pub(super) type RowRank = (usize, Reverse<usize>, bool, bool, Effect);

impl ConsequenceRow {
    pub(super) fn consequence(&self) -> Consequence {
        Consequence {
            effect: self.effect,
            also: self.also.clone(),
            why: self.why.clone(),
            safe_way: self.safe_way.clone(),
            sources: self.src.iter().map(|name| source::expand(name)).collect(),
            confirmed: self.conf != "U",
        }
    }

    pub(super) fn fits(&self, object: &Value, qualified: &str) -> bool {
        self.kinds.iter().any(|pattern| kinds::is_like(pattern, qualified))
            && self.only.iter().all(|(pointer, wanted)| object.pointer(pointer) == Some(wanted))
    }

    pub(super) fn rank(&self, at: &str, qualified: &str) -> RowRank {
        let conditions = self.from.is_some()
            || self.to.is_some()
            || !self.only.is_empty()
            || !matches!(self.when, When::Changed | When::Gone);
        (
            at.split('/').count(),
            Reverse(at.split('/').filter(|part| *part == "*").count()),
            self.kinds.iter().any(|kind| kind == qualified),
            conditions,
            self.effect,
        )
    }

    pub(super) fn holds(&self, change: &FieldChange<'_>) -> bool {
        let order = || order::compare(change.before?, change.after?);
        let when = match self.when {
            When::Changed => true,
            When::Set => change.before.is_none(),
            When::Unset => change.after.is_none(),
            When::Smaller => order() == Some(Ordering::Greater),
            When::Larger => order() == Some(Ordering::Less),
            When::SkipsMinor => {
                let pair = change.before.zip(change.after);
                pair.is_some_and(|(before, after)| order::skips_minor(before, after))
            }
            When::Gone => false,
        };
        when && lists(self.from.as_ref(), change.before)
            && lists(self.to.as_ref(), change.after)
            && self.fits(change.object, change.qualified)
    }
}

/// Whether a row's `from` or `to` lists a value.
fn lists(listed: Option<&Vec<Value>>, value: Option<&Value>) -> bool {
    let absent = |wanted: &Value| value.is_none() && wanted == "(absent)";
    listed.is_none_or(|all| all.iter().any(|wanted| absent(wanted) || Some(wanted) == value))
}

pub(super) fn is_kept(object: &Value) -> bool {
    let has = |kept: &Kept| {
        object["metadata"]["annotations"][&kept.annotation]
            .as_str()
            .is_some_and(|words| words.split(',').any(|word| word == kept.word))
    };
    TABLE.kept.iter().any(has)
}
