//! Names that the writing guide replaces, and type names that are defined twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{fail_with, files, production, root, sources};

mod table;

use table::{CODES, FUNCTIONS, HEADINGS, KEYS, MODULES, Row, STAGES, TABLES, TYPES, VALUES, WORDS};

/// Type names that two modules may define, with the reason.
const DEFINED_TWICE: &[(&str, &str)] = &[];

/// A definition of Rust: its keyword and its name.
fn definition(line: &str) -> Option<(&str, &str)> {
    let code = line.trim_start();
    let code = code.strip_prefix("pub ").unwrap_or_else(|| {
        let inner = code.strip_prefix("pub(").and_then(|rest| rest.split_once(") "));
        inner.map_or(code, |(_, rest)| rest)
    });
    let code = code.strip_prefix("const fn ").map_or(code, |_| &code["const ".len()..]);
    let (keyword, rest) = code.split_once(' ')?;
    let known = ["struct", "enum", "trait", "type", "fn", "mod", "const", "static"];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    (known.contains(&keyword) && end > 0).then(|| (keyword, &rest[..end]))
}

/// The table of old names for the definitions of a keyword.
fn rows_for(keyword: &str) -> &'static [Row] {
    match keyword {
        "fn" => FUNCTIONS,
        "mod" => MODULES,
        "const" | "static" => VALUES,
        _ => TYPES,
    }
}

fn replacement(rows: &[Row], name: &str) -> Option<&'static str> {
    rows.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// Definitions of a text that have an old name, as `line: advice`.
fn old_definitions(text: &str) -> Vec<String> {
    let found = text.lines().enumerate().filter_map(|(i, line)| {
        let (keyword, name) = definition(line)?;
        let new = replacement(rows_for(keyword), name)?;
        Some(format!("{}: rename {keyword} `{name}` to {new}", i + 1))
    });
    found.collect()
}

/// Names of functions, fields, variables and parameters with an old word, as `line: advice`. A
/// function whose name begins with `what_` names no subject.
fn old_words(text: &str) -> Vec<String> {
    let found = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let found = found.flat_map(|(i, line)| {
        let code: String = line.split('"').step_by(2).collect();
        let names = declared(&code).into_iter().filter(|name| has_old_word(name));
        names.map(|name| format!("{}: rename `{name}`", i + 1)).collect::<Vec<_>>()
    });
    found.collect()
}

/// Names after `fn` and `let`, and names before a single colon.
fn declared(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = |rest: &'_ str| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let after = ["fn ", "let ", "let mut "].iter().flat_map(|word| line.split(word).skip(1));
    let after = after.map(|rest| &rest[..first(rest)]);
    let before = line.match_indices(": ").map(|(at, _)| {
        let head = &line[..at];
        &head[head.rfind(|c| !is_part(c)).map_or(0, |end| end + 1)..]
    });
    after.chain(before).filter(|name| !name.is_empty()).collect()
}

fn has_old_word(name: &str) -> bool {
    name.starts_with("what_") || name.split('_').any(|part| WORDS.contains(&part))
}

/// Type names that are defined in more than one place of the given files.
fn defined_twice(files: &[(String, String)]) -> Vec<String> {
    let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in files {
        for (i, line) in production(name, text).lines().enumerate() {
            let associated = line.trim_start().starts_with("type ") && line.starts_with(' ');
            match definition(line) {
                Some(("struct" | "enum" | "trait" | "type", short)) if !associated => {
                    places.entry(short).or_default().insert(format!("src/{name}:{}", i + 1));
                }
                _ => {}
            }
        }
    }
    let excused = |name: &str| DEFINED_TWICE.iter().any(|(allowed, _)| *allowed == name);
    let twice = places.into_iter().filter(|(name, at)| at.len() > 1 && !excused(name));
    twice
        .flat_map(|(name, at)| {
            at.into_iter().map(move |place| format!("{place}: qualify `{name}`, defined twice"))
        })
        .collect()
}

/// Old keys and tables of a spec, as `line: advice`.
fn old_keys(text: &str) -> Vec<String> {
    let word = |s: &str| -> String { s.trim().trim_matches('"').to_owned() };
    let found = text.lines().enumerate().filter_map(|(i, line)| {
        let (rows, name) = if let Some(table) = line.trim().strip_prefix('[') {
            (TABLES, word(table.split([']', '.']).next()?))
        } else {
            (KEYS, word(line.split_once('=')?.0))
        };
        replacement(rows, &name).map(|new| format!("{}: rename `{name}` to {new}", i + 1))
    });
    found.collect()
}

/// Old names of a manifest's stages, as `line: advice`.
fn old_stages(text: &str) -> Vec<String> {
    let found = text.lines().enumerate().filter_map(|(i, line)| {
        let (key, value) = line.split_once(" = ")?;
        let name = value.trim_matches('"');
        let new = ["stage", "wave"].contains(&key).then(|| replacement(STAGES, name))??;
        Some(format!("{}: rename the stage `{name}` to {new}", i + 1))
    });
    found.collect()
}

/// Old headings of a page, and sections of old codes, as `line: advice`.
fn old_headings(text: &str) -> Vec<String> {
    let found = text.lines().enumerate().filter_map(|(i, line)| {
        let title = line.strip_prefix('#')?.trim_start_matches('#').trim();
        let new = replacement(HEADINGS, title)
            .or_else(|| replacement(CODES, title.strip_prefix('`')?.strip_suffix('`')?))?;
        Some(format!("{}: rename the heading \"{title}\" to {new}", i + 1))
    });
    found.collect()
}

/// Old tables in code spans of a text, such as the key of a message, as `line: advice`.
fn old_tables_in_spans(text: &str) -> Vec<String> {
    let found = text.lines().enumerate().flat_map(|(i, line)| {
        let spans = line.split('`').skip(1).step_by(2).filter(|span| !span.contains(".coreos."));
        let key = |span: &str| {
            let (table, key) = span.trim_start_matches('[').split_once('.')?;
            let is_file = ["yaml", "md"].contains(&key);
            let new = replacement(TABLES, table).filter(|_| !is_file)?;
            Some(format!("{}: rename `{table}` in `{span}` to {new}", i + 1))
        };
        spans.filter_map(key).collect::<Vec<_>>()
    });
    found.collect()
}

/// Old names in all files of a folder with an extension.
fn in_folder(folder: &str, extension: &str, find: fn(&str) -> Vec<String>) -> Vec<String> {
    let paths = files(&root().join(folder), extension);
    let found = paths.iter().flat_map(|path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let name = path.strip_prefix(root()).unwrap_or(path).display().to_string();
        find(&text).into_iter().map(move |advice| format!("{name}:{advice}"))
    });
    found.collect()
}

#[test]
fn old_identifiers_are_gone() {
    fail_with(&in_folder("src", "rs", old_definitions));
}

#[test]
fn old_words_are_gone() {
    let folders = ["src", "tests/integration", "benches", "fuzz/fuzz_targets"];
    let wrong = folders.iter().flat_map(|folder| in_folder(folder, "rs", old_words));
    fail_with(&wrong.filter(|place| !place.contains("/tidy/names/")).collect::<Vec<_>>());
}

#[test]
fn a_planted_old_word_is_refused() {
    let planted = [
        ("fn what_is_lost_is_listed() {}", "what_is_lost_is_listed"),
        ("    let mut said_before = 1;", "said_before"),
        ("    behind: usize,", "behind"),
        ("fn trace(told: &str) {}", "told"),
    ];
    for (line, name) in planted {
        assert_eq!(old_words(line), [format!("1: rename `{name}`")]);
    }
    assert!(old_words("let message = \"he said: no\";\n// told: no\nfn whatever() {}").is_empty());
}

#[test]
fn no_two_types_have_one_short_name() {
    fail_with(&defined_twice(&sources()));
}

#[test]
fn old_keys_are_gone() {
    let mut wrong = in_folder("generated-examples", "toml", old_keys);
    wrong.extend(in_folder("tests/cases", "toml", old_keys));
    fail_with(&wrong);
}

#[test]
fn texts_name_no_old_table() {
    let planted = old_tables_in_spans("name one by `[alerts.email]`\n`monitoring.enabled = false`");
    assert_eq!(planted.len(), 2, "{planted:?}");
    assert!(old_tables_in_spans("`alerts.yaml` and `monitoring.coreos.com`").is_empty());
    let mut wrong = in_folder("src", "rs", old_tables_in_spans);
    wrong.extend(in_folder("src/reference", "txt", old_tables_in_spans));
    for (folder, extension) in [("templates", "md"), ("templates", "toml"), ("docs", "md")] {
        wrong.extend(in_folder(folder, extension, old_tables_in_spans));
    }
    fail_with(&wrong);
}

#[test]
fn old_stages_are_gone() {
    fail_with(&in_folder("templates", "toml", old_stages));
}

#[test]
fn old_headings_and_codes_are_gone() {
    let mut wrong = in_folder("docs", "md", old_headings);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    wrong.extend(old_headings(&readme).into_iter().map(|advice| format!("README.md:{advice}")));
    fail_with(&wrong);
}

#[test]
fn a_planted_old_name_is_refused() {
    assert_eq!(
        old_definitions("pub(super) struct Blame<'a> {\n"),
        ["1: rename struct `Blame` to `Diagnostic`"]
    );
    assert_eq!(
        old_definitions("    pub const fn unreached(&self) {"),
        ["1: rename fn `unreached` to `check_ranges_unused`"]
    );
    assert_eq!(old_definitions("mod draft;"), ["1: rename mod `draft` to `init_state`"]);
    assert_eq!(old_keys("[jobs.a]\nlate = 5"), ["2: rename `late` to `starting_deadline`"]);
    assert_eq!(old_keys("[rules]"), ["1: rename `rules` to `[operator_alerts]`"]);
    assert_eq!(old_stages("stage = \"core\""), ["1: rename the stage `core` to `operators`"]);
    assert_eq!(old_headings("## `busy`"), ["1: rename the heading \"`busy`\" to `tree-locked`"]);
    assert_eq!(old_headings("## Begin"), ["1: rename the heading \"Begin\" to Getting started"]);
}

#[test]
fn a_new_name_or_a_longer_one_passes() {
    let code = "struct BlameList;\nfn violations_of() {}\nlet mistake = Blame;\n// mod draft;";
    assert!(old_definitions(code).is_empty());
    assert!(old_keys("lately = 1\n[rules_of_names]\n").is_empty());
    assert!(old_headings("# Beginners\n").is_empty());
}

#[test]
fn a_planted_second_type_is_refused() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let one = file("a.rs", "struct Place;\nimpl Iterator for A {\n    type Item = u8;\n}\n");
    let two = file("b.rs", "pub enum Place {}\nimpl Iterator for B {\n    type Item = u8;\n}\n");
    let wrong = defined_twice(&[one, two]);
    assert_eq!(
        wrong,
        [
            "src/a.rs:1: qualify `Place`, defined twice",
            "src/b.rs:1: qualify `Place`, defined twice"
        ]
    );
}
