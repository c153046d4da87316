//! Matching of objects in two trees by group, kind, namespace and name.

use super::{
    Change, EnvironmentDiff, FieldDiff, FileDiff, ObjectDiff, consequences, fields::differences,
    texts,
};
use crate::{
    kinds::{self, KindRecord},
    secret::without_secrets,
    sink::{ChangedFile, SHARED},
    yaml,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Folders whose files are objects.
const OBJECTS: &[&str] = &["environments", "base", "overlays", "clusters"];

/// Group, kind, namespace, name.
type PairKey = [String; 4];

/// A changed file with its parsed object.
struct ParsedFile<'a> {
    file: &'a ChangedFile,
    before: Option<Value>,
    after: Option<Value>,
}

/// All changes by environment. `before` and `after` are the sections of the trees.
pub fn compare(
    all: &[ChangedFile],
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Vec<EnvironmentDiff> {
    let all: Vec<&ChangedFile> =
        all.iter().filter(|file| file.before.is_some() || file.after.is_some()).collect();
    let (indexes, rest): (Vec<&ChangedFile>, Vec<&ChangedFile>) =
        all.into_iter().partition(|file| is_index(&file.path));
    let read: Vec<Result<ParsedFile<'_>, &ChangedFile>> = rest.into_iter().map(read).collect();
    let objects: Vec<&ParsedFile<'_>> = read.iter().filter_map(|read| read.as_ref().ok()).collect();
    let mut names: BTreeSet<&str> =
        before.union(after).map(String::as_str).filter(|name| *name != SHARED).collect();
    names.extend(
        objects.iter().map(|read| read.file.section.as_str()).filter(|name| *name != SHARED),
    );
    names
        .into_iter()
        .chain([SHARED])
        .map(|name| {
            let sides = (before.contains(name), after.contains(name));
            let files = read
                .iter()
                .filter_map(|read| read.as_ref().err())
                .filter(|file| file.section == name);
            EnvironmentDiff {
                name: name.to_owned(),
                whole: whole(name, sides),
                objects: if name == SHARED {
                    vec![]
                } else {
                    of_environment(name, sides, &objects)
                },
                files: files.map(|file| text(file)).collect(),
                indexes: indexes.iter().filter(|file| file.section == name).count(),
            }
        })
        .collect()
}

fn whole(name: &str, sides: (bool, bool)) -> Option<Change> {
    match sides {
        (false, true) if name != SHARED => Some(Change::Added),
        (true, false) if name != SHARED => Some(Change::Removed),
        _ => None,
    }
}

/// Whether a path is a kustomization, which follows the files that it lists.
fn is_index(path: &str) -> bool {
    in_objects(path) && path.ends_with("/kustomization.yaml")
}

fn in_objects(path: &str) -> bool {
    path.split('/').next().is_some_and(|first| OBJECTS.contains(&first))
}

/// Parses a changed file; returns the file if it holds no object.
fn read(file: &ChangedFile) -> Result<ParsedFile<'_>, &ChangedFile> {
    let side = |text: &Option<String>| match text {
        Some(text) => {
            yaml::read(text).ok().filter(|object| id(object).is_some()).map(Some).ok_or(file)
        }
        None => Ok(None),
    };
    if !in_objects(&file.path) || !file.path.ends_with(".yaml") {
        return Err(file);
    }
    Ok(ParsedFile { file, before: side(&file.before)?, after: side(&file.after)? })
}

fn id(object: &Value) -> Option<PairKey> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let group = text("/apiVersion")?.rsplit_once('/').map_or("", |(group, _)| group);
    Some([
        group.to_owned(),
        text("/kind")?.to_owned(),
        text("/metadata/namespace").unwrap_or_default().to_owned(),
        text("/metadata/name")?.to_owned(),
    ])
}

/// Object of a file in one tree.
struct ObjectSide<'a> {
    path: &'a str,
    object: &'a Value,
}

/// Changed objects of an environment, including shared ones.
fn of_environment(
    name: &str,
    (before, after): (bool, bool),
    all: &[&ParsedFile<'_>],
) -> Vec<ObjectDiff> {
    let mut known: BTreeMap<(PairKey, usize), [Option<ObjectSide<'_>>; 2]> = BTreeMap::new();
    for read in all {
        for (side, there, object) in [(0, before, &read.before), (1, after, &read.after)] {
            let here = read.file.section == name || (read.file.section == SHARED && there);
            let Some((id, object)) =
                object.as_ref().filter(|_| here).and_then(|object| Some((id(object)?, object)))
            else {
                continue;
            };
            // A tree of another program can contain two objects of one name; the second gets its
            // own entry.
            let free = (0..all.len())
                .find(|n| known.get(&(id.clone(), *n)).is_none_or(|sides| sides[side].is_none()))
                .unwrap_or_default();
            known.entry((id, free)).or_default()[side] =
                Some(ObjectSide { path: &read.file.path, object });
        }
    }
    let mut out: Vec<ObjectDiff> =
        known.into_iter().filter_map(|((id, _), sides)| object(&id, &sides)).collect();
    out.sort_by(|a, b| (&a.path, &a.kind, &a.name).cmp(&(&b.path, &b.kind, &b.name)));
    renames(&mut out);
    out
}

fn object(
    [_, kind, namespace, name]: &PairKey,
    sides: &[Option<ObjectSide<'_>>; 2],
) -> Option<ObjectDiff> {
    let (change, known, from) = match sides {
        [Some(old), Some(new)] if old.path != new.path => {
            (Change::Moved, new, Some(old.path.to_owned()))
        }
        [Some(_), Some(new)] => (Change::Changed, new, None),
        [None, Some(new)] => (Change::Added, new, None),
        [Some(old), None] => (Change::Removed, old, None),
        [None, None] => return None,
    };
    let fields = match sides {
        [Some(old), Some(new)] => changed(old.object, new.object),
        _ => vec![],
    };
    // Only comments or the order of keys differ.
    if change == Change::Changed && fields.is_empty() {
        return None;
    }
    Some(ObjectDiff {
        change,
        api_version: known.object["apiVersion"].as_str().unwrap_or_default().to_owned(),
        kind: kind.clone(),
        namespace: namespace.clone(),
        name: name.clone(),
        path: known.path.to_owned(),
        from,
        consequence: (change == Change::Removed)
            .then(|| consequences::of_removal(known.object))
            .flatten(),
        renamed: None,
        fields,
        line: None,
    })
}

/// Changed fields of an object with their consequences.
pub fn changed(before: &Value, after: &Value) -> Vec<FieldDiff> {
    let secret = before["kind"] == "Secret";
    let shown = |difference: &super::Difference, value: &Value| {
        let name = difference.pointer.rsplit('/').next().unwrap_or_default();
        // A container variable is identified by the name beside its value.
        let named = difference
            .path
            .strip_suffix("].value")
            .and_then(|path| path.rsplit_once('['))
            .map_or(name, |(_, name)| name);
        without_secrets(
            named,
            &if secret { texts::without_data(&difference.pointer, value) } else { value.clone() },
        )
    };
    let field = |difference: super::Difference| FieldDiff {
        consequence: consequences::of_field(
            before,
            &difference.pointer,
            difference.before.as_ref(),
            difference.after.as_ref(),
        ),
        before: difference.before.as_ref().map(|value| shown(&difference, value)),
        after: difference.after.as_ref().map(|value| shown(&difference, value)),
        path: difference.path,
        pointer: difference.pointer,
        line: None,
    };
    differences(before, after).into_iter().map(field).collect()
}

/// Marks probable renames: one data holder was removed and exactly one object of its kind was
/// added.
fn renames(all: &mut [ObjectDiff]) {
    let mut came: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in all.iter().filter(|object| object.change == Change::Added) {
        came.entry(object.kind.clone()).or_default().push(object.title());
    }
    for object in all.iter_mut().filter(|object| holds_data(object)) {
        object.renamed =
            came.get(&object.kind).filter(|names| names.len() == 1).map(|names| names[0].clone());
    }
}

/// The removal loses data, or leaves it without a file.
fn holds_data(object: &ObjectDiff) -> bool {
    object.consequence.is_some()
        && kinds::of_object(&object.api_version, &object.kind).is_some_and(KindRecord::has_data)
}

fn text(file: &ChangedFile) -> FileDiff {
    let (change, lines) = match (&file.before, &file.after) {
        (Some(old), Some(new)) => (Change::Changed, texts::lines(old, new)),
        (None, _) => (Change::Added, vec![]),
        (_, None) => (Change::Removed, vec![]),
    };
    FileDiff { change, path: file.path.clone(), lines, line: None }
}
