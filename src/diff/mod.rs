//! Differences between two trees by object and field.

mod consequences;
mod effect;
mod fields;
mod human;
mod markdown;
mod order;
mod pair;
mod source;
mod texts;

pub use consequences::{Consequence, of_field, of_removal};
pub use effect::Effect;
pub use fields::{Difference, differences};
pub use human::{first, human};
pub use markdown::markdown;
pub use pair::{changed, compare};

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Version of the format. It grows with incompatible changes; new keys are compatible.
pub const VERSION: u32 = 1;

/// Differences between two trees.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Diff {
    /// Version of this format.
    pub version: u32,
    /// Number of changes.
    pub counts: DiffCounts,
    /// Number of objects by their most severe effect.
    pub effects: BTreeMap<String, usize>,
    /// Changes by environment; unchanged environments are left out.
    pub environments: Vec<EnvironmentDiff>,
}

/// Number of changed objects and files.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffCounts {
    /// Added objects.
    pub added: usize,
    /// Changed objects.
    pub changed: usize,
    /// Moved objects.
    pub moved: usize,
    /// Removed objects.
    pub removed: usize,
    /// Files without an object.
    pub files: usize,
}

/// Changes of an environment.
#[derive(Debug, Default, Clone, Serialize, JsonSchema)]
pub struct EnvironmentDiff {
    /// Name; `shared` for files that belong to no environment.
    pub name: String,
    /// `added` or `removed` for a whole environment.
    pub whole: Option<Change>,
    /// Objects in the order of their files.
    pub objects: Vec<ObjectDiff>,
    /// Other files.
    pub files: Vec<FileDiff>,
    /// Number of changed kustomizations.
    pub indexes: usize,
}

/// Kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Added.
    Added,
    /// Changed.
    Changed,
    /// Moved to another file; fields can differ too.
    Moved,
    /// Removed.
    Removed,
}

/// A changed Kubernetes object.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ObjectDiff {
    /// Kind of change.
    pub change: Change,
    /// New apiVersion; the old one for a removed object.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// New path; the old one for a removed object.
    pub path: String,
    /// Old path of a moved object.
    pub from: Option<String>,
    /// Consequence of the removal.
    pub consequence: Option<Consequence>,
    /// Probable new name: exactly one object of the kind was added.
    pub renamed: Option<String>,
    /// Changed fields.
    pub fields: Vec<FieldDiff>,
    /// Source line in the spec of an added or removed object.
    pub line: Option<SpecLine>,
}

/// A changed field. Values that look like secrets are `***`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldDiff {
    /// Readable path: `spec.template.spec.containers[orders].image`.
    pub path: String,
    /// JSON pointer in the new object; in the old one for a removed field.
    pub pointer: String,
    /// Old value; absent for an added field.
    pub before: Option<Value>,
    /// New value; absent for a removed field.
    pub after: Option<Value>,
    /// Consequence; absent for a change in place.
    pub consequence: Option<Consequence>,
    /// Source line in the spec.
    pub line: Option<SpecLine>,
}

/// A changed file without an object.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileDiff {
    /// Kind of change.
    pub change: Change,
    /// Path.
    pub path: String,
    /// Changed lines with a `-` or `+` prefix; empty for an added or removed file.
    pub lines: Vec<String>,
    /// Source line in the spec.
    pub line: Option<SpecLine>,
}

/// A position in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SpecLine {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Number of further source lines.
    pub others: usize,
}

impl SpecLine {
    /// `file:line` with the number of further lines.
    pub fn words(&self) -> String {
        let others = if self.others > 0 { format!(" +{}", self.others) } else { String::new() };
        format!("{}:{}{others}", self.file, self.line)
    }
}

/// Finds the source line of a field by tree, environment, file and JSON pointer.
pub type FindSpecLine<'a> = &'a dyn Fn(Side, &str, &str, &str) -> Option<SpecLine>;

/// One of the two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The old tree.
    Before,
    /// The new tree.
    After,
}

impl ObjectDiff {
    /// `Kind namespace/name`.
    pub fn title(&self) -> String {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        format!("{} {}{slash}{}", self.kind, self.namespace, self.name)
    }

    /// Most severe effect.
    pub fn effect(&self) -> Option<Effect> {
        self.consequences().flat_map(Consequence::effects).max()
    }

    fn consequences(&self) -> impl Iterator<Item = &Consequence> {
        self.consequence
            .iter()
            .chain(self.fields.iter().filter_map(|field| field.consequence.as_ref()))
    }
}

impl Diff {
    /// Creates a diff and counts the changes.
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

    /// Whether the diff is empty.
    pub fn is_empty(&self) -> bool {
        self.environments.is_empty()
    }

    /// Adds source lines of the spec.
    #[must_use]
    pub fn traced(mut self, find_line: FindSpecLine<'_>) -> Diff {
        for env in &mut self.environments {
            env.objects.iter_mut().for_each(|object| trace(&env.name, object, find_line));
            for file in &mut env.files {
                let side = if file.change == Change::Removed { Side::Before } else { Side::After };
                file.line = find_line(side, &env.name, &file.path, "");
            }
        }
        self
    }
}

fn trace(env: &str, object: &mut ObjectDiff, find_line: FindSpecLine<'_>) {
    match object.change {
        Change::Added => object.line = find_line(Side::After, env, &object.path, ""),
        Change::Removed => object.line = find_line(Side::Before, env, &object.path, ""),
        Change::Changed | Change::Moved => {
            for field in &mut object.fields {
                let (side, path) = match (&field.after, &object.from) {
                    (Some(_), _) => (Side::After, &object.path),
                    (None, Some(from)) => (Side::Before, from),
                    (None, None) => (Side::Before, &object.path),
                };
                field.line = find_line(side, env, path, &field.pointer);
            }
        }
    }
}

/// Summary line.
pub fn summary(diff: &Diff) -> String {
    let counts = &diff.counts;
    let objects = [
        (counts.added, "added"),
        (counts.changed, "changed"),
        (counts.moved, "moved"),
        (counts.removed, "removed"),
    ];
    let parts: Vec<String> =
        objects.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let objects = if parts.is_empty() {
        "no object differs".to_owned()
    } else {
        format!("objects: {}", parts.join(", "))
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
