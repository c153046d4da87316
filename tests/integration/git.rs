//! Changes of a tree by Git: conflict markers in the lock, and other line endings.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::data::{changed, run, write_spec};
use std::{fs, path::Path};

const WEB: &str = "[services.web]\nimage = \"ghcr.io/a/web:1.0.0\"\nport = 8080\n";

fn service(name: &str, volume: &str) -> String {
    let volumes = format!("volumes = {{ data = {{ path = \"/data\", size = \"{volume}\" }} }}\n");
    format!("[services.{name}]\nimage = \"ghcr.io/a/{name}:1.0.0\"\nport = 8080\n{volumes}")
}

fn lock(dir: &Path) -> String {
    fs::read_to_string(dir.join("aksgen.lock")).unwrap()
}

/// Two locks as Git merges them, with one conflict over all lines.
fn conflicting(ours: &str, theirs: &str) -> String {
    format!("<<<<<<< HEAD\n{ours}||||||| base\n=======\n{theirs}>>>>>>> other\n")
}

/// Two branches add a service each. The merge has conflict markers in the lock and in a generated
/// file that both changed.
#[test]
fn a_lock_with_conflict_markers_is_merged() {
    let ours = format!("{WEB}{}", service("orders", "10Gi"));
    let theirs = format!("{WEB}{}", service("stock", "10Gi"));
    let other = changed(&theirs, &theirs);
    let dir = changed(&ours, &format!("{ours}{}", service("stock", "10Gi")));
    let merged = conflicting(&lock(dir.path()), &lock(other.path()));
    fs::write(dir.path().join("aksgen.lock"), &merged).unwrap();
    let both = "environments/dev/workloads/shop/kustomization.yaml";
    let text = fs::read_to_string(dir.path().join(both)).unwrap();
    fs::write(dir.path().join(both), format!("<<<<<<< HEAD\n{text}=======\n>>>>>>> other\n"))
        .unwrap();
    for command in [&["render"][..], &["check"]] {
        let (code, text) = run(dir.path(), command);
        assert_eq!(code, Some(2));
        assert!(text.contains("has the conflict markers of a merge"), "{text}");
        assert!(text.contains("aksgen render --merge-lock"), "{text}");
    }
    assert_eq!(run(dir.path(), &["render", "--merge-lock"]), (Some(0), String::new()));
    assert_eq!(run(dir.path(), &["check"]), (Some(0), String::new()));
    let fresh = changed(&format!("{ours}{}", service("stock", "10Gi")), "");
    assert_eq!(lock(dir.path()), lock(fresh.path()), "as if rendered in an empty folder");
}

/// The other branch has a volume that the merged spec lost.
#[test]
fn a_merge_does_not_lose_data() {
    let theirs = format!("{WEB}{}", service("stock", "10Gi"));
    let other = changed(&theirs, &theirs);
    let dir = changed(WEB, WEB);
    let merged = conflicting(&lock(dir.path()), &lock(other.path()));
    fs::write(dir.path().join("aksgen.lock"), &merged).unwrap();
    let (code, text) = run(dir.path(), &["render", "--merge-lock"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("`StatefulSet/shop/stock/data` holds data"), "{text}");
    assert_eq!(lock(dir.path()), merged, "nothing was written");
    write_spec(dir.path(), &theirs);
    assert_eq!(run(dir.path(), &["render", "--merge-lock"]), (Some(0), String::new()));
}

/// A file with the same digest on both sides was edited by hand.
#[test]
fn a_merge_keeps_edits_by_hand() {
    let dir = changed(WEB, WEB);
    let merged = conflicting(&lock(dir.path()), &lock(dir.path()));
    fs::write(dir.path().join("aksgen.lock"), &merged).unwrap();
    let path = dir.path().join("docs/README.md");
    fs::write(&path, "mine\n").unwrap();
    let (code, text) = run(dir.path(), &["render", "--merge-lock"]);
    assert!(code == Some(2) && text.contains("edited-by-hand"), "{text}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
}

#[test]
fn a_lock_without_conflicts_has_nothing_to_merge() {
    let dir = changed(WEB, WEB);
    let (code, text) = run(dir.path(), &["render", "--merge-lock"]);
    assert!(code == Some(2) && text.contains("has no conflict markers"), "{text}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Git with `core.autocrlf` writes CRLF into every file.
#[test]
fn a_checkout_with_other_line_endings_has_one_cause() {
    let dir = changed(WEB, WEB);
    for path in files(dir.path()) {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    }
    let (code, text) = run(dir.path(), &["check"]);
    assert_eq!(code, Some(1));
    let fix = "Git changed line endings; add the line `* text=auto eol=lf` to `.gitattributes`";
    assert!(text.contains(fix), "{text}");
    assert!(!text.contains("edited by hand") && !text.contains("edited-by-hand"), "{text}");
    let (_, json) = run(dir.path(), &["check", "--format", "json"]);
    assert_eq!(json.matches("differs from the spec (line endings)").count(), 1, "{json}");
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    assert_eq!(run(dir.path(), &["check"]), (Some(0), String::new()));
}

/// An edit in a file with other line endings stays an edit.
#[test]
fn an_edit_beside_other_line_endings_is_kept() {
    let dir = changed(WEB, WEB);
    let path = dir.path().join("docs/README.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("mine\r\n{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(run(dir.path(), &["render"]).0, Some(2));
}
