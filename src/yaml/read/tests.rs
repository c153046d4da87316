//! Accepted and rejected documents, lines of errors, and JSON pointers.

use super::*;
use serde_json::json;

#[test]
fn a_line_belongs_to_the_last_value_that_starts_before_its_end() {
    let text = "a: 1\nb:\n  c:\n    - x\n    - d/e: |-\n        one\n        two\nf: 2\n";
    let document = Document::parse(text).unwrap();
    for (line, pointer) in [
        (1, "/a"),
        (2, "/b"),
        (4, "/b/c/0"),
        (5, "/b/c/1/d~1e"),
        (7, "/b/c/1/d~1e"),
        (8, "/f"),
        (99, "/f"),
    ] {
        assert_eq!(document.pointer_at(line), pointer, "line {line}");
    }
}

#[test]
fn rejected_text_has_its_line() {
    for (text, line, code) in [
        ("a: 1\nb: &x 2\n", 2, Code::BadYaml),
        ("a: 1\nb: *x\n", 2, Code::BadYaml),
        ("a: !!str 1\n", 1, Code::BadYaml),
        ("a: 1\na: 2\n", 2, Code::BadYaml),
        ("a: 1\n---\nb: 2\n", 3, Code::BadYaml),
        ("<<: {a: 1}\n", 1, Code::AmbiguousScalar),
        ("\"<<\": {a: 1}\n", 1, Code::BadYaml),
        ("a: [1\n", 2, Code::BadYaml),
        ("1: a\n", 1, Code::BadYaml),
        ("# nothing\n", 1, Code::BadYaml),
        ("a:\n  mode: 0440\n", 2, Code::AmbiguousScalar),
        ("a: yes\n", 1, Code::AmbiguousScalar),
        ("a: 1_000\n", 1, Code::AmbiguousScalar),
        ("a: 2024-01-01\n", 1, Code::AmbiguousScalar),
        ("a: 12:30\n", 1, Code::AmbiguousScalar),
        ("a: 0x1F\n", 1, Code::AmbiguousScalar),
        ("a: .inf\n", 1, Code::AmbiguousScalar),
        ("a: [?b]\n", 1, Code::AmbiguousScalar),
        ("a: 1e3\n", 1, Code::AmbiguousScalar),
        ("a: 1.5e3\n", 1, Code::AmbiguousScalar),
        ("a: 1.\n", 1, Code::AmbiguousScalar),
        ("a: .5\n", 1, Code::AmbiguousScalar),
        ("a: 1..2\n", 1, Code::AmbiguousScalar),
        (&format!("a: {}.0\n", "9".repeat(400)), 1, Code::AmbiguousScalar),
        ("a:\n  - |\n", 2, Code::AmbiguousScalar),
        ("a: >-\n\nb: 1\n", 3, Code::AmbiguousScalar),
        ("a:\n  - |\n    b", 3, Code::BadYaml),
    ] {
        let problem = read(text).expect_err(text);
        assert_eq!((problem.places, problem.code), (vec![LineNumber(line)], code), "{text}");
    }
    for text in [
        "a: 10.0.0.10\n",
        "a: 1 apple\n",
        "a: 1.2.3\n",
        "a: 00000000-0000-0000-0000-000000000001\n",
        "b: |\n  c\na: d",
    ] {
        assert!(read(text).is_ok_and(|read| read["a"].is_string()), "{text}");
    }
    let deep = "[".repeat(100);
    assert!(read(&deep).is_err());
    assert!(read("\"<<\": a\n").is_err_and(|problem| problem.message == "a merge key"));
}

#[test]
fn strict_text_is_read() {
    let text = "a: 1\nb: [x, 'no', -2.5, true, ~]\nc:\n  d: |\n    one\n    two\n  e: v1.2.3\n";
    assert_eq!(
        read(text).unwrap(),
        json!({"a": 1, "b": ["x", "no", -2.5, true, null], "c": {"d": "one\ntwo\n", "e": "v1.2.3"}})
    );
}

#[test]
fn an_empty_document_at_the_end_is_skipped() {
    for end in ["---\n", "---", "---\n# end\n", "...\n---\n", "\n---\n\n---\n"] {
        assert_eq!(read(&format!("a: 1\n{end}")).unwrap(), json!({"a": 1}), "{end}");
    }
    for end in ["---\nb: 1\n", "---\n~\n", "---\n---\nb: 1\n"] {
        let problem = read(&format!("a: 1\n{end}")).expect_err(end);
        assert_eq!(problem.message, "a second document", "{end}");
    }
}

#[test]
fn a_pointer_finds_its_line() {
    let text = "a: 1\nb:\n  - c: 1\n    d: 2\n  - {e: 3}\n";
    let document = Document::parse(text).unwrap();
    for (pointer, line) in [
        ("", 1),
        ("/a", 1),
        ("/b", 2),
        ("/b/0", 3),
        ("/b/0/d", 4),
        ("/b/1/e", 5),
        ("/b/1/missing", 5),
    ] {
        assert_eq!(document.line_of(pointer), line, "{pointer}");
    }
}
