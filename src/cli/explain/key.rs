//! Explanation of a key: meaning, values per environment and affected files.

use super::section;
use crate::{
    diag::safe,
    pipeline::explain::{LayerValue, OfKey, Setting, ShapedFile},
};
use serde_json::{Value, json};

/// Maximum number of files to list; the others are counted.
const MOST: usize = 16;

pub(super) fn json(found: &OfKey) -> Value {
    let layer = |value: &LayerValue| {
        let (line, column) = value.label.source.position(value.label.span.start);
        json!({"layer": value.layer, "file": value.label.source.name, "line": line, "column": column, "text": safe(&value.text)})
    };
    let setting = |s: &Setting| json!({"environment": s.environment, "value": s.value, "set": s.origins.iter().map(layer).collect::<Vec<_>>()});
    let shaped =
        found.shapes.iter().map(|s| json!({"component": s.unit, "template": s.template, "file": s.file, "environments": s.environments, "values": s.values}));
    json!({
        "path": found.path,
        "key": found.key,
        "settings": found.settings.iter().map(setting).collect::<Vec<_>>(),
        "shapes": shaped.collect::<Vec<_>>(),
        "brings": found.brings,
        "errors": found.errors,
    })
}

pub(super) fn text(found: &OfKey) -> String {
    let mut out = safe(&format!("{}\n\n{}\n", found.path, found.key.meaning));
    out.push_str(&section("takes", &takes(found)));
    out.push_str(&section(
        "keys",
        &columns(found.key.keys.iter().map(|(key, meaning)| (key.clone(), meaning.clone()))),
    ));
    if found.errors > 0 {
        let errors = if found.errors == 1 {
            "1 error".to_owned()
        } else {
            format!("{} errors", found.errors)
        };
        out.push_str(&section("set", &format!("platform.toml has {errors}: `aksgen validate` lists them; values are shown when they are fixed")));
    }
    out.push_str(&section("set", &settings(&found.settings)));
    out.push_str(&section("for example", &found.key.example));
    out.push_str(&section(
        "brings into being",
        &found.brings.iter().map(|path| safe(path) + "\n").collect::<String>(),
    ));
    out + &section("shapes", &shapes(found))
}

fn takes(found: &OfKey) -> String {
    let key = &found.key;
    let mut out = key.takes.clone() + "\n";
    out.push_str(&columns(key.words.iter().cloned()));
    out.push_str(&key.unit.map(|unit| format!("in {unit}\n")).unwrap_or_default());
    match &key.default {
        Some(default) => out.push_str(&format!("default {default}\n")),
        None if key.needed => {
            out.push_str(&safe(&format!("no default: {} requires it\n", parent(&found.path))));
        }
        None if key.keys.is_empty() => out.push_str("no default: optional\n"),
        None => {}
    }
    out
}

/// Table of a key.
fn parent(path: &str) -> String {
    path.rsplit_once('.').map_or_else(|| "the spec".into(), |(above, _)| format!("`{above}`"))
}

/// Names and meanings in two columns.
pub(super) fn columns(rows: impl Iterator<Item = (String, String)>) -> String {
    let rows: Vec<(String, String)> = rows.collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter()
        .map(|(name, meaning)| format!("{}\n", format!("{name:<width$}  {meaning}").trim_end()))
        .collect()
}

/// Environments with the same value share a line.
fn settings(all: &[Setting]) -> String {
    let mut rows: Vec<(String, String)> = vec![];
    for setting in all {
        let shown = value(setting);
        match rows.iter_mut().find(|(_, text)| *text == shown) {
            Some((names, _)) => names.push_str(&format!(", {}", setting.environment)),
            None => rows.push((setting.environment.clone(), shown)),
        }
    }
    rows.into_iter().map(|(names, text)| format!("{names}: {text}\n")).collect()
}

fn value(setting: &Setting) -> String {
    let leaf = setting.value.as_ref().filter(|value| !value.is_object());
    let mut out = match (leaf, setting.value.is_some(), setting.origins.first()) {
        (_, false, Some(_)) => "removed".to_owned(),
        (_, false, None) => "not set".to_owned(),
        (_, true, None) => "not in the spec: derived from other keys".to_owned(),
        (Some(value), ..) => short(&value.to_string()),
        (None, ..) => "a table".to_owned(),
    };
    for (i, value) in setting.origins.iter().enumerate() {
        let verb = if i == 0 { "set in" } else { "overrides" };
        // The effective value is shown above, unless the key is removed. Tables are not shown.
        let shown = if i == 0 { setting.value.is_none() } else { leaf.is_some() };
        let text = if shown { format!(" {}", short(&value.text)) } else { String::new() };
        out.push_str(&format!("\n  {verb} {} ({}){text}", safe(&value.label.place()), value.layer));
    }
    out
}

fn short(text: &str) -> String {
    let text = safe(text);
    if text.chars().count() > 100 {
        format!("{}...", text.chars().take(100).collect::<String>())
    } else {
        text
    }
}

/// Path of a file; complete if it belongs to one environment.
fn placed(shaped: &ShapedFile) -> String {
    match shaped.environments.as_slice() {
        [one] => shaped.file.replace("<environment>", one),
        _ => shaped.file.clone(),
    }
}

fn shapes(found: &OfKey) -> String {
    let rows =
        found.shapes.iter().take(MOST).map(|shaped| (safe(&shaped.unit), safe(&placed(shaped))));
    let more = found.shapes.len().saturating_sub(MOST);
    columns(rows)
        + &if more > 0 {
            format!("and {more} more files; `--format json` names all\n")
        } else {
            String::new()
        }
}
