//! What differs between two trees, said of objects and their fields. Texts in, changes out; never
//! reads a file, nor prints.

mod effects;
mod fields;
mod human;
mod markdown;
mod pair;
mod texts;

pub use effects::{Consequence, Effect, of_removal as gone, reasons};
pub use fields::{Difference, differences};
pub use human::{first, human};
pub use markdown::markdown;
pub use pair::{changed, compare};

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the format: it grows with every change that a reader could stumble over. New keys
/// are no such change.
pub const VERSION: u32 = 1;

/// What differs between two trees.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Diff {
    /// The version of this format.
    pub version: u32,
    /// How many of what.
    pub counts: DiffCounts,
    /// How many objects have which effect, each counted by its gravest.
    pub effects: BTreeMap<String, usize>,
    /// By environment; those in which nothing differs are left out.
    pub environments: Vec<EnvironmentDiff>,
}

/// How many objects and files differ.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffCounts {
    /// Objects that are new.
    pub added: usize,
    /// Objects with other fields.
    pub changed: usize,
    /// Objects in another file.
    pub moved: usize,
    /// Objects that are gone.
    pub removed: usize,
    /// Files that hold no object.
    pub files: usize,
}

/// What differs in an environment.
#[derive(Debug, Default, Clone, Serialize, JsonSchema)]
pub struct EnvironmentDiff {
    /// Its name; `shared` for what belongs to none.
    pub name: String,
    /// Whether all of it is new, or gone.
    pub whole: Option<Change>,
    /// Its objects, in the order of their files.
    pub objects: Vec<ObjectDiff>,
    /// Its other files.
    pub files: Vec<FileDiff>,
    /// How many indexes of kustomize follow.
    pub indexes: usize,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It differs.
    Changed,
    /// It stands in another file; fields may differ besides.
    Moved,
    /// It is gone.
    Removed,
}

/// An object of the cluster.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ObjectDiff {
    /// What became of it.
    pub change: Change,
    /// Its apiVersion now, or before where it is gone.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty where it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its file now, or before where it is gone.
    pub path: String,
    /// Its file before, where it was moved.
    pub from: Option<String>,
    /// What happens because it is gone.
    pub consequence: Option<Consequence>,
    /// What it became, as far as can be told: it is gone, and exactly one of its kind is new.
    pub renamed: Option<String>,
    /// Its fields that differ.
    pub fields: Vec<FieldDiff>,
    /// The line of the spec behind it, where it is new or gone.
    pub line: Option<SpecLine>,
}

/// A field that differs. Values that look like secrets are `***`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldDiff {
    /// As people write it: `spec.template.spec.containers[orders].image`.
    pub path: String,
    /// Its JSON pointer, now; before where it is gone.
    pub pointer: String,
    /// Its value before; absent where it was not there.
    pub before: Option<Value>,
    /// Its value now; absent where it is gone.
    pub after: Option<Value>,
    /// What happens; absent where it is changed in place.
    pub consequence: Option<Consequence>,
    /// The line of the spec behind it.
    pub line: Option<SpecLine>,
}

/// A file that holds no object.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileDiff {
    /// What became of it.
    pub change: Change,
    /// Its path.
    pub path: String,
    /// Lines that differ, after `-` or `+`; none where it is new or gone.
    pub lines: Vec<String>,
    /// The line of the spec behind what makes it.
    pub line: Option<SpecLine>,
}

/// A place in a file that people keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SpecLine {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// How many more lines are behind it.
    pub others: usize,
}

impl SpecLine {
    /// `file:line`, and how many more there are.
    pub fn words(&self) -> String {
        let others = if self.others > 0 { format!(" +{}", self.others) } else { String::new() };
        format!("{}:{}{others}", self.file, self.line)
    }
}

/// Asked for the line behind a place: was it there before, or is it there now; environment; file;
/// pointer.
pub type FindSpecLine<'a> = &'a dyn Fn(Side, &str, &str, &str) -> Option<SpecLine>;

/// Which of the two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one that is compared with.
    Before,
    /// The one that is said.
    After,
}

impl ObjectDiff {
    /// `Kind namespace/name`.
    pub fn title(&self) -> String {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        format!("{} {}{slash}{}", self.kind, self.namespace, self.name)
    }

    /// The gravest of what happens.
    pub fn effect(&self) -> Option<Effect> {
        self.consequences().map(|consequence| consequence.effect).max()
    }

    fn consequences(&self) -> impl Iterator<Item = &Consequence> {
        self.consequence
            .iter()
            .chain(self.fields.iter().filter_map(|field| field.consequence.as_ref()))
    }
}

impl Diff {
    /// All of it, counted.
    pub fn new(environments: Vec<EnvironmentDiff>) -> Diff {
        let environments: Vec<EnvironmentDiff> = environments
            .into_iter()
            .filter(|env| !env.objects.is_empty() || !env.files.is_empty() || env.indexes > 0)
            .collect();
        let objects = || environments.iter().flat_map(|env| &env.objects);
        let count = |change| objects().filter(|object| object.change == change).count();
        let counts = DiffCounts {
            added: count(Change::Added),
            changed: count(Change::Changed),
            moved: count(Change::Moved),
            removed: count(Change::Removed),
            files: environments.iter().map(|env| env.files.len()).sum(),
        };
        let mut effects = BTreeMap::new();
        for effect in objects().filter_map(ObjectDiff::effect) {
            *effects.entry(effect.words().to_owned()).or_insert(0) += 1;
        }
        Diff { version: VERSION, counts, effects, environments }
    }

    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        self.environments.is_empty()
    }

    /// The same with the line of the spec behind everything that has one.
    #[must_use]
    pub fn traced(mut self, behind: FindSpecLine<'_>) -> Diff {
        for env in &mut self.environments {
            env.objects.iter_mut().for_each(|object| trace(&env.name, object, behind));
            for file in &mut env.files {
                let side = if file.change == Change::Removed { Side::Before } else { Side::After };
                file.line = behind(side, &env.name, &file.path, "");
            }
        }
        self
    }
}

fn trace(env: &str, object: &mut ObjectDiff, behind: FindSpecLine<'_>) {
    match object.change {
        Change::Added => object.line = behind(Side::After, env, &object.path, ""),
        Change::Removed => object.line = behind(Side::Before, env, &object.path, ""),
        Change::Changed | Change::Moved => {
            for field in &mut object.fields {
                let (side, path) = match (&field.after, &object.from) {
                    (Some(_), _) => (Side::After, &object.path),
                    (None, Some(from)) => (Side::Before, from),
                    (None, None) => (Side::Before, &object.path),
                };
                field.line = behind(side, env, path, &field.pointer);
            }
        }
    }
}

/// How many of what, in words.
pub fn summary(diff: &Diff) -> String {
    let counts = &diff.counts;
    let objects = [
        (counts.added, "added"),
        (counts.changed, "changed"),
        (counts.moved, "moved"),
        (counts.removed, "removed"),
    ];
    let said: Vec<String> =
        objects.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let objects = if said.is_empty() {
        "no object differs".to_owned()
    } else {
        format!("objects: {}", said.join(", "))
    };
    let files = match counts.files {
        0 => String::new(),
        1 => "; 1 other file".to_owned(),
        n => format!("; {n} other files"),
    };
    let effects: String = diff.effects.iter().map(|(words, n)| format!("; {n} {words}")).collect();
    format!("{objects}{files}{effects}")
}

/// The JSON Schema of a diff.
pub fn schema() -> Value {
    schema_for!(Diff).to_value()
}
