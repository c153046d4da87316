//! Tests of valid and invalid locks.

use super::*;
use crate::sink::lock::{digest, shown};
use std::io::Cursor;

fn read(text: &str) -> Result<Lock, Diagnostic> {
    Lock::read(Cursor::new(text.as_bytes()))
}

fn text(lock: &Lock) -> String {
    let mut out = vec![];
    lock.write(&mut out).expect("memory");
    String::from_utf8(out).expect("text")
}

fn line(path: &str) -> String {
    format!("\"{path}\" = \"{}\"\n", shown(&digest(b"a")))
}

#[test]
fn a_lock_reads_back_both_ways() {
    let rows =
        "\n[data.dev]\n\"PersistentVolumeClaim/shop/data\" = \"32Gi\"\n\"Vault/azure/kv\" = \"\"\n";
    let own = format!(
        "{}\naksgen = \"0.1.0\"\n\n[files.dev]\n{}\n[files.shared]\n{}{rows}",
        super::super::HEAD,
        line("a/b.yaml"),
        line("docs/README.md")
    );
    let (quick, slow) = (
        Lock::by_line(&mut own.as_bytes(), LARGEST).ok().expect("our own form"),
        Lock::by_library(&own).expect("TOML"),
    );
    assert_eq!((text(&quick), text(&slow)), (own.clone(), own));
    assert_eq!(
        (quick.aksgen.as_str(), quick.data["dev"]["PersistentVolumeClaim/shop/data"].as_str()),
        ("0.1.0", "32Gi")
    );
}

#[test]
fn escaped_text_reads_back() {
    let mut lock = Lock::default();
    lock.data.entry("dev".into()).or_default().insert("a\"b".into(), "c\\d\n".into());
    lock.aksgen = "0.1\"\n".into();
    let back = read(&text(&lock)).expect("TOML");
    assert_eq!((back.data, back.aksgen), (lock.data, lock.aksgen));
}

#[test]
fn a_lock_of_before_is_read() {
    for form in [
        format!("[dev]\n{}", line("a/b")),
        format!(" [ dev ]\n{}", line("a/b")),
        format!("[files]\n{}", line("a/b")),
        format!("[data]\n{}", line("a/b")),
    ] {
        assert_eq!(read(&form).expect(&form).files().count(), 1, "{form}");
    }
    let plain = format!("[dev]\n{}", line("a/b"));
    assert_eq!(
        Lock::by_line(&mut plain.as_bytes(), LARGEST)
            .ok()
            .expect("no library is asked")
            .files()
            .count(),
        1
    );
}

#[test]
fn a_lock_names_nothing_outside() {
    let long = format!("{}/x", "a/".repeat(2100));
    for path in [
        "../x",
        "/etc/passwd",
        ".git/config",
        "a/../../x",
        "a//b",
        "a/./b",
        "C:x",
        "a/CON",
        "a/nul.yaml",
        "a/com1",
        "a/x.",
        "a/x ",
        "a/é",
        &"a".repeat(256),
        &long,
    ] {
        let text = format!("[files.dev]\n{}", line(path));
        assert!(
            read(&text).is_err_and(|diagnostic| diagnostic.code == crate::diag::Code::BadLock),
            "{path}"
        );
        assert!(read(&format!("  {text}")).is_err(), "{path}, by the library");
    }
    assert!(is_valid_path("environments/dev/com10/a-b_c.1.yaml"));
}

#[test]
fn a_section_is_named_as_an_environment_is() {
    for (name, bare) in [
        ("dev", true),
        ("a-b_1", true),
        ("-", true),
        ("", false),
        ("a b", false),
        ("a.b", false),
        ("é", false),
    ] {
        assert_eq!(is_bare(name), bare, "{name}");
    }
}

/// The limits are 64 MiB for the canonical form and 16 MiB for other TOML.
#[test]
fn a_lock_is_as_large_as_its_limit_and_no_larger() {
    for (text, ours, end) in [
        (format!("# a\n[files.dev]\n{}", line("a/b")), true, "64 MiB"),
        (format!(" [ dev ]\n{}", line("a/b")), false, "16 MiB"),
    ] {
        let limited = |limit: usize| {
            let (limit, none) = (limit as u64, 1_000_000);
            Lock::limited(
                Cursor::new(text.as_bytes()),
                if ours { limit } else { none },
                if ours { none } else { limit },
            )
        };
        assert_eq!(limited(text.len()).expect(end).files().count(), 1);
        assert!(
            limited(text.len() - 1).is_err_and(|diagnostic| diagnostic.message.ends_with(end)),
            "{end}"
        );
    }
}

#[test]
fn a_lock_has_a_thousand_sections_and_no_more() {
    let sections = |count: usize| {
        (0..count).map(|n| format!("[files.s{n}]\n{}", line(&n.to_string()))).collect::<String>()
    };
    assert_eq!(read(&sections(1000)).expect("a lock").files().count(), 1000);
    assert!(
        read(&sections(1001))
            .is_err_and(|diagnostic| diagnostic.message.ends_with("has more than 1000 sections"))
    );
}

#[test]
fn an_invalid_lock_is_refused() {
    let good = line("a/b");
    for text in [
        "[files.dev]\n\"a\" = \"12\"\n".to_owned(),
        "not a lock".to_owned(),
        "aksgen = 1\n".to_owned(),
        "aksgen = \"1\"\naksgen = \"1\"\n".to_owned(),
        "other = \"1\"\n".to_owned(),
        "[files.a b]\n".to_owned(),
        "[data.a b]\n".to_owned(),
        "[a b]\n".to_owned(),
        format!("[files.dev]\n{good}{good}"),
        format!("[files.dev]\n{good}[files.production]\n{good}"),
        format!("[files.dev]\n{good}[files.dev]\n{}", line("c")),
        format!("<<<<<<< HEAD\n[files.dev]\n{good}"),
        "[files.dev.deeper]\na = \"b\"\n".to_owned(),
        format!("[files.\"a b\"]\n{good}"),
        format!("[\"a]\"]\n{good}"),
        "[data.\"a b\"]\na = \"b\"\n".to_owned(),
        (0..70_000).map(|n| format!("[s{n}]\n{}", line(&n.to_string()))).collect(),
        "[".repeat(20_000),
        format!("x = {}", "[".repeat(20_000)),
        "a.".repeat(20_000),
    ] {
        assert!(
            read(&text).is_err_and(|diagnostic| diagnostic.code == crate::diag::Code::BadLock),
            "{}",
            &text[..text.len().min(80)]
        );
    }
}
