//! The reference as pages of Markdown, made from the schema, the manifests and the codes.
//! `tests/reference.rs` holds `docs/` to it.

use super::{KeyReference, code_page, every};
use crate::{
    catalog::{Catalog, Manifest, Output},
    diag::{Code, Severity},
    model::{ComponentRow, Presence, TABLE},
    spec::TextFormat,
};
use serde_json::Value;

const HEADER: &str =
    "<!-- Made from the code by `UPDATE=1 cargo test reference::`; do not edit. -->\n\n";

/// Every page, by its path.
pub fn pages(schema: &Value, formats: &[TextFormat], catalog: &Catalog) -> Vec<(String, String)> {
    let keys = every(schema, formats, &[]);
    let one = |row: &ComponentRow| {
        (
            format!("docs/reference/{}.md", row.name),
            component(row, catalog.manifest(row.name), &below(&keys, row.name)),
        )
    };
    let mut out = vec![
        ("docs/reference.md".to_owned(), index(&keys, catalog)),
        ("docs/findings.md".to_owned(), diagnostics()),
    ];
    out.extend(TABLE.iter().map(one));
    out
}

fn below<'a>(keys: &'a [KeyReference], table: &str) -> Vec<&'a KeyReference> {
    let start = format!("{table}.");
    keys.iter().filter(|key| key.path == table || key.path.starts_with(&start)).collect()
}

fn index(keys: &[KeyReference], catalog: &Catalog) -> String {
    let mut out = format!(
        "# Reference\n\n{HEADER}`platform.toml` consists of tables. Each component has one, and a page here; the tables that belong to no component follow \
         below. `aksgen explain KEY` says the same, and where your spec sets it; [findings.md](findings.md) explains the codes.\n\n"
    );
    out.push_str("| component | exists | what it is for |\n|---|---|---|\n");
    for row in TABLE {
        out.push_str(&format!(
            "| [`{0}`](reference/{0}.md) | {1} | {2} |\n",
            row.name,
            presence(row.presence),
            cell(&catalog.manifest(row.name).about)
        ));
    }
    let general = keys
        .iter()
        .filter(|key| !key.path.contains('.') && !TABLE.iter().any(|row| row.name == key.path));
    for table in general {
        out.push_str(&format!(
            "\n## `[{}]`\n\n{}\n\n{}",
            table.path,
            table.meaning,
            settings(&below(keys, &table.path))
        ));
    }
    out
}

const fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Always => "always",
        Presence::Needed => "when something needs it",
        Presence::Declared => "as often as the spec declares it",
        Presence::Derived => "as often as others need it",
    }
}

fn component(row: &ComponentRow, manifest: &Manifest, keys: &[&KeyReference]) -> String {
    let table =
        if row.many() { format!("[{}.<name>]", row.name) } else { format!("[{}]", row.name) };
    let about = format!(
        "# `{table}`\n\n{HEADER}{}. It exists {}.\n\n",
        sentence(&manifest.about),
        presence(row.presence)
    );
    let outputs = if manifest.outputs.is_empty() {
        String::new()
    } else {
        format!("\n## What it makes\n\n{}", outputs(&manifest.outputs))
    };
    about + &settings(keys) + &outputs
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A row for every key that takes a value; tables are only the way to them.
fn settings(keys: &[&KeyReference]) -> String {
    let table = |key: &KeyReference| !key.keys.is_empty();
    let rows: Vec<String> = keys
        .iter()
        .filter(|key| !table(key) && key.path.contains('.'))
        .map(|key| setting(key))
        .collect();
    let head = "| key | what it means | takes | default |\n|---|---|---|---|\n";
    if rows.is_empty() {
        "It has no settings.\n".into()
    } else {
        format!("{head}{}", rows.concat())
    }
}

fn setting(key: &KeyReference) -> String {
    let words =
        key.words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let unit = key.unit.map(|unit| format!("; in {unit}")).unwrap_or_default();
    let takes = if words.is_empty() { format!("{}{unit}", key.takes) } else { words };
    let default = match &key.default {
        Some(default) => format!("`{}`", super::sample::written(default)),
        None if key.needed => "has to be set".into(),
        None => String::new(),
    };
    format!("| `{}` | {} | {} | {} |\n", key.path, cell(&key.meaning), cell(&takes), cell(&default))
}

fn outputs(outputs: &[Output]) -> String {
    let one = |output: &Output| {
        let when = output.when.as_ref().map(|name| format!(", when `{name}`")).unwrap_or_default();
        let each =
            output.each.as_ref().map(|name| format!(", for each of `{name}`")).unwrap_or_default();
        format!(
            "| `{}`{when}{each} | {} | [{}]({}) |\n",
            output.template,
            cell(&output.why),
            host(&output.see),
            output.see
        )
    };
    format!(
        "| template | why | see |\n|---|---|---|\n{}",
        outputs.iter().map(one).collect::<String>()
    )
}

fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or(address)
}

/// A text that stays in its cell, and between backticks as it is.
fn cell(text: &str) -> String {
    let part = |(number, part): (usize, &str)| {
        if number % 2 == 0 { part.replace('<', "&lt;") } else { part.to_owned() }
    };
    text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`").replace('|', "\\|")
}

fn diagnostics() -> String {
    let mut out = format!(
        "# Findings\n\n{HEADER}What each code means, with a spec that has the finding and one that has not. Examples leave out what they share: \
         the tables `platform`, `azure`, `gitops`, `environments` and a service `orders`. `aksgen explain CODE` prints the same.\n"
    );
    for code in Code::ALL {
        let page = code_page(*code);
        let warning = if code.severity() == Severity::Warning { " (a warning)" } else { "" };
        out.push_str(&format!("\n## {}\n\n{}{warning}\n", code.id(), code.explain()));
        for (title, example) in [("It is found here", &page.fails), ("and not here", &page.passes)]
        {
            let Some(example) = example else { continue };
            let command = if example.command == ["validate"] {
                String::new()
            } else {
                format!(", by `aksgen {}`", example.command.join(" "))
            };
            out.push_str(&format!(
                "\n{title}{command}:\n{}",
                example.shown.iter().map(block).collect::<String>()
            ));
        }
        if !page.instead.is_empty() {
            out.push_str(&format!("\nThere is no example. {}\n", page.instead));
        }
    }
    out
}

fn block((path, text): &(String, String)) -> String {
    let (language, name) = if path == "platform.toml" {
        ("toml", String::new())
    } else {
        ("yaml", format!("# {path}\n"))
    };
    let text = if text.trim().is_empty() {
        "# nothing more than the shared tables"
    } else {
        text.trim_end()
    };
    if text.starts_with("# nothing") && language == "yaml" {
        String::new()
    } else {
        format!("\n```{language}\n{name}{text}\n```\n")
    }
}
