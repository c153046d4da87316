//! What Kubernetes or Azure does on a change: a table of data, and how it is read. Never knows what
//! a change looks like.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};

/// What happens, the gravest last.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Pods are replaced, one after the other.
    RollsPods,
    /// Nodes of a pool are replaced, one after the other.
    ReplacesNodes,
    /// It is away for a short time.
    Restarts,
    /// It is immutable: whoever wants the change must delete it first.
    MustBeRecreated,
    /// What holds the data stays, and nothing in Git speaks of it any more.
    LeavesData,
    /// Data is lost.
    DeletesData,
}

impl Effect {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Effect::RollsPods => "rolls pods",
            Effect::ReplacesNodes => "replaces nodes",
            Effect::Restarts => "restarts",
            Effect::MustBeRecreated => "immutable: must be recreated",
            Effect::LeavesData => "leaves data behind",
            Effect::DeletesData => "deletes data",
        }
    }

    /// Does somebody have to think before this is merged?
    pub fn is_grave(self) -> bool {
        self >= Effect::Restarts
    }
}

/// What happens, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Consequence {
    /// What happens.
    pub effect: Effect,
    /// Why, in one sentence.
    pub why: String,
    /// Who says so.
    pub see: String,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum When {
    /// It differs.
    #[default]
    Changed,
    /// It becomes smaller.
    Smaller,
    /// The object goes.
    Gone,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectEntry {
    /// `group/Kind`; `core` is the group without a name, `*` stands for any number of letters.
    kinds: Vec<String>,
    /// Pointers in which `*` is any one key; what is below belongs to it.
    at: Vec<String>,
    when: Option<When>,
    effect: Effect,
    why: String,
    see: String,
    /// What must stand in the object before.
    only: Option<BTreeMap<String, Value>>,
    /// There is something to say where the object is kept, too.
    kept: Option<bool>,
}

/// What keeps the engine and the operator from deleting the thing with its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    annotation: String,
    word: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectTable {
    left: String,
    kept: Vec<Kept>,
    effects: Vec<EffectEntry>,
}

static TABLE: LazyLock<EffectTable> =
    LazyLock::new(|| toml::from_str(include_str!("effects.toml")).expect("our own table"));

/// The sentences of all rows: a test holds that each is said by some case.
pub fn reasons() -> Vec<&'static str> {
    TABLE.effects.iter().map(|entry| entry.why.as_str()).collect()
}

/// What happens when a field of an object changes; nothing where it is changed in place.
pub(super) fn of_field(
    object: &Value,
    pointer: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Option<Consequence> {
    let meant = |entry: &&EffectEntry| {
        let smaller = || before.zip(after).is_some_and(|(old, new)| is_smaller(old, new));
        let happens = match entry.when.unwrap_or_default() {
            When::Changed => true,
            When::Smaller => smaller(),
            When::Gone => false,
        };
        let value = before.or(after).unwrap_or(&Value::Null);
        happens
            && entry.at.iter().any(|pattern| touches(pattern, pointer, value))
            && entry.fits(object)
    };
    gravest(TABLE.effects.iter().filter(meant))
}

/// What happens when an object goes.
pub fn of_removal(object: &Value) -> Option<Consequence> {
    let kept = is_kept(object);
    let meant = |entry: &&EffectEntry| {
        entry.when == Some(When::Gone)
            && entry.at.iter().any(|at| holds(object, at))
            && entry.fits(object)
    };
    let found = gravest(
        TABLE.effects.iter().filter(meant).filter(|entry| !kept || entry.kept.unwrap_or(true)),
    )?;
    if found.effect != Effect::DeletesData || !kept {
        return Some(found);
    }
    Some(Consequence { effect: Effect::LeavesData, why: TABLE.left.clone(), ..found })
}

fn gravest<'a>(entries: impl Iterator<Item = &'a EffectEntry>) -> Option<Consequence> {
    let worst = entries.max_by_key(|entry| entry.effect)?;
    Some(Consequence { effect: worst.effect, why: worst.why.clone(), see: worst.see.clone() })
}

impl EffectEntry {
    fn fits(&self, object: &Value) -> bool {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let group = text("apiVersion").rsplit_once('/').map_or("core", |(group, _)| group);
        let kind = |pattern: &String| {
            pattern.split_once('/').is_some_and(|(g, k)| like(g, group) && like(k, text("kind")))
        };
        let only = self
            .only
            .iter()
            .flatten()
            .all(|(pointer, wanted)| object.pointer(pointer) == Some(wanted));
        self.kinds.iter().any(kind) && only
    }
}

fn is_kept(object: &Value) -> bool {
    let says = |kept: &Kept| {
        object["metadata"]["annotations"][&kept.annotation]
            .as_str()
            .is_some_and(|words| words.split(',').any(|word| word == kept.word))
    };
    TABLE.kept.iter().any(says)
}

/// `*.azure.com` is like `network.azure.com`.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        None => pattern == text,
    }
}

/// Is a place what a pattern names, below it, or does it hold such a place?
fn touches(pattern: &str, pointer: &str, value: &Value) -> bool {
    let (mut wanted, mut given) = (pattern.split('/').skip(1), pointer.split('/').skip(1));
    loop {
        match (wanted.next(), given.next()) {
            (None, _) => return true,
            (Some(part), Some(key)) if part == "*" || part == key => {}
            (Some(_), Some(_)) => return false,
            (Some(part), None) => {
                let rest: Vec<&str> = std::iter::once(part).chain(wanted).collect();
                return holds(value, &format!("/{}", rest.join("/")));
            }
        }
    }
}

/// Does a value have a place like this?
fn holds(value: &Value, pattern: &str) -> bool {
    let Some((part, rest)) = pattern.strip_prefix('/').map(|below| {
        below.split_once('/').map_or((below, String::new()), |(p, r)| (p, format!("/{r}")))
    }) else {
        return true;
    };
    match (value, part) {
        (Value::Object(table), "*") => table.values().any(|inner| holds(inner, &rest)),
        (Value::Array(list), "*") => list.iter().any(|inner| holds(inner, &rest)),
        (inner, key) => inner.pointer(&format!("/{key}")).is_some_and(|inner| holds(inner, &rest)),
    }
}

/// Sizes: numbers, and quantities as Kubernetes writes them.
fn is_smaller(before: &Value, after: &Value) -> bool {
    let size = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    crate::verify::is_smaller(&size(before), &size(after))
}
