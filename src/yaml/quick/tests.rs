//! Documents that the quick reader accepts, and documents that it leaves to the strict reader.

use super::*;
use crate::yaml::strict;
use proptest::prelude::*;

/// Parts of lines. Most documents from them are invalid, and some are valid edge cases.
const PIECES: &[&str] = &[
    "a: b",
    "a:",
    "b:",
    "c: |",
    "c: |-",
    "- a",
    "- a: b",
    "- a:",
    "-",
    "- - a",
    "- |",
    "text",
    "a: \"b\"",
    "\"a\": b",
    "a: \"b\\n\\\"\" ",
    "a: 'b'",
    "a: []",
    "- {}",
    "a: [b]",
    "# a",
    "a: b # c",
    "a: b #c",
    "a #b: c",
    "a: b: c",
    "a: b:",
    "a : b",
    "a:  b",
    "-  a: b",
    "- a : b",
    "? a",
    ": a",
    "a: -1",
    "a: - b",
    "a: 1.50",
    "a: yes",
    "yes: a",
    "a: ~",
    "a: &b c",
    "a: *b",
    "a: !c d",
    "a: >",
    "a: |2",
    "a: @b",
    "---",
    "...",
    "... a: b",
    "%a",
    "a: b\\",
    "\"a",
    "a: \"b\" c",
    "a: http://b:80/c",
    "",
    "   ",
    "<<: a",
    "a: =",
    "- \"a\": b",
    "- \"a: b\"",
    "~: a",
    "a: \"\\x\"",
    "a: null",
    "1: a",
    "a: -",
    "- -",
    "a: 0440",
    "a: a,b",
    "a: b]",
    "-a: b",
    "- # a",
    "a: # b",
    "a\\: b",
    "a: `b`",
    "a: |  ",
    "a: | # b",
];

fn documents() -> impl Strategy<Value = String> {
    let line = (0_usize..7, prop::sample::select(PIECES))
        .prop_map(|(indent, piece)| format!("{}{piece}\n", " ".repeat(indent)));
    prop::collection::vec(line, 0..9).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn both_readers_agree(text in documents()) {
        if let Some(value) = read(&text) {
            prop_assert_eq!(strict(&text), Ok(value));
        }
    }
}

#[test]
fn written_yaml_is_read_quickly() {
    let value = serde_json::json!({"a": [1, "no", {"b": "x\ny\n", "c.d/e": [], "f": {}}, "g: h"], "i": "1\n2", "j": {"k": -2, "l": "m \"n\""}});
    assert_eq!(read(&crate::yaml::file(&value)), Some(value));
    assert_eq!(read("a:\n- b\n- c\n"), Some(serde_json::json!({"a": ["b", "c"]})));
}

/// A document with alternating lists and tables, nested `levels` deep.
fn deep(levels: usize) -> String {
    let value = (1..levels).fold(serde_json::json!({"a": 1}), |inner, level| {
        if level % 2 == 0 { serde_json::json!({ "a": inner }) } else { serde_json::json!([inner]) }
    });
    crate::yaml::emit(&value)
}

#[test]
fn depth_has_a_limit_and_width_has_none() {
    for (levels, quickly) in [(DEEPEST, true), (DEEPEST + 1, false)] {
        assert_eq!(
            (read(&deep(levels)).is_some(), strict(&deep(levels)).is_ok()),
            (quickly, quickly),
            "{levels} levels"
        );
    }
    let wide: serde_json::Value = (0..200)
        .map(|n| (format!("a{n}"), serde_json::json!([{"b": {"c": [1]}}, {"d": 2, "e": [3]}])))
        .collect::<Map<_, _>>()
        .into();
    assert_eq!(read(&crate::yaml::emit(&wide)), Some(wide));
}

#[test]
fn ambiguous_yaml_is_left_to_the_strict_reader() {
    for text in [
        "a: |\n   \n     b\n",
        "\"<<\": a\n",
        "  a: b\n",
        "- a\n  - b\n",
        &format!("{}: a\n", "k".repeat(512)),
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert!(read(&format!("{}: a\n", "k".repeat(511))).is_some());
}
