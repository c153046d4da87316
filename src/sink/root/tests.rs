//! Tests of file access while another process changes the folder.

use super::*;
use std::fs;

fn room() -> (tempfile::TempDir, RootDir) {
    let dir = tempfile::tempdir().expect("room");
    let root = RootDir::open(dir.path()).expect("a folder");
    (dir, root)
}

#[test]
fn a_path_error_has_the_whole_path() {
    for (path, whole) in [("a", "stage/a"), ("stage", "stage")] {
        let all = [
            PathError::Absent(path.into()),
            PathError::InTheWay(path.into(), "a link"),
            PathError::Failed(path.into(), ErrorKind::NotFound.into()),
        ];
        for error in all {
            let (PathError::Absent(told)
            | PathError::InTheWay(told, _)
            | PathError::Failed(told, _)) = error.below("stage");
            assert_eq!(told, whole);
        }
    }
}

#[test]
fn only_a_folder_that_is_missing_is_empty_for_those_who_look() {
    let (dir, root) = room();
    root.write("file", b"", false).expect("room");
    assert!(
        RootDir::open_if_present(&dir.path().join("missing"))
            .is_ok_and(|root| root.has("a").is_ok_and(|has| !has))
    );
    assert!(
        RootDir::open_if_present(&dir.path().join("file"))
            .is_err_and(|error| error.kind() == ErrorKind::NotADirectory)
    );
    assert!(RootDir::open(&dir.path().join("missing")).is_err());
}

#[test]
fn a_folder_that_was_exchanged_is_seen_when_the_old_one_is_forgotten() {
    let (dir, root) = room();
    root.write("a/b", b"", false).expect("room");
    fs::rename(dir.path().join("a"), dir.path().join("c"))
        .and_then(|()| fs::create_dir(dir.path().join("a")))
        .expect("room");
    root.close_cached();
    assert!(root.has("a/b").is_ok_and(|has| !has));
}

#[test]
fn a_failed_removal_is_reported() {
    let (_dir, root) = room();
    root.write("a/b", b"", false).expect("room");
    assert!(root.remove("missing").is_ok());
    assert!(matches!(root.remove("a"), Err(PathError::Failed(path, _)) if path == "a"));
    assert!(root.remove("a/b").is_ok() && root.has("a/b").is_ok_and(|has| !has));
}

#[test]
fn a_folder_goes_only_if_it_is_empty() {
    let (_dir, root) = room();
    root.write("a/b/c", b"", false).and_then(|_| root.write("d", b"", false)).expect("room");
    assert!(root.remove_empty("a/b").is_ok_and(|gone| !gone));
    assert!(root.remove("a/b/c").is_ok() && root.remove_empty("a/b").is_ok_and(|gone| gone));
    assert!(root.remove_empty("missing").is_ok_and(|gone| gone));
    assert!(root.remove_empty("d").is_err(), "it is a file");
}

#[test]
fn a_folder_is_cleared_with_all_that_is_in_it() {
    let (_dir, root) = room();
    root.write("a/b/c", b"", false)
        .and_then(|_| root.write("a/d", b"", false))
        .and_then(|_| root.write("e", b"", false))
        .expect("room");
    for path in ["a", "e", "missing"] {
        assert!(root.clear(path).is_ok() && root.has(path).is_ok_and(|has| !has), "{path}");
    }
}
