//! Tests of one journal: from steps to a tree.

use super::*;
use crate::sink::{StagedTree, files::FileStatus, stage_lock};
use std::{fs, path::Path};

/// A target folder with a staging folder.
struct RecordedSink {
    dir: tempfile::TempDir,
    target: RootDir,
    stage: RootDir,
}

impl RecordedSink {
    /// Writes files with their content; paths that begin with `new/` are staged.
    fn new(files: &[(&str, &str)]) -> RecordedSink {
        let dir = tempfile::tempdir().expect("room");
        let target = RootDir::open(dir.path()).expect("a folder");
        let stage = target.subfolder(stage_lock::FOLDER, true).expect("room");
        for (path, text) in files {
            let root = if path.starts_with("new/") { &stage } else { &target };
            root.write(path, text.as_bytes(), false).expect("room");
        }
        RecordedSink { dir, target, stage }
    }

    fn journal(&self) -> Journal<'_> {
        Journal { target: &self.target, stage: &self.stage, sync: false }
    }

    /// Runs steps and writes a lock that contains files.
    fn carry_out(
        &self,
        all: &[(&str, &str, &str)],
        owned: &[(&str, &str)],
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        self.journal().carry_out(steps(all), &|out| lock(owned).write(out))
    }

    /// Interrupts a run before its first step and recovers it in the next run.
    fn recover(
        &self,
        all: &[(&str, &str, &str)],
        owned: &[(&str, &str)],
    ) -> Option<Vec<Diagnostic>> {
        self.write_journal(all, owned);
        self.journal().recover().expect("a journal")
    }

    fn write_journal(&self, all: &[(&str, &str, &str)], owned: &[(&str, &str)]) {
        let journal = Lock { files: steps(all), ..Lock::default() };
        self.journal().write_journal(&journal, &|out| lock(owned).write(out)).expect("room");
        // The lock of the run before names the files that steps replace or remove.
        let former: Vec<(&str, &str)> =
            all.iter().filter(|step| step.0 != ADD).map(|step| (step.1, step.2)).collect();
        let mut text = vec![];
        lock(&former).write(&mut text).expect("memory");
        self.target.write(FILE, &text, false).expect("room");
    }

    /// Files of the target as `path text`, without the lock and the staging folder.
    fn tree(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            for entry in
                fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
            {
                let path = entry.strip_prefix(root).expect("below it").display().to_string();
                match fs::read_to_string(&entry) {
                    Ok(_) if path == FILE => {}
                    Ok(text) => out.push(format!("{path} {text}")),
                    Err(_) if path == stage_lock::FOLDER => {}
                    Err(_) => {
                        out.push(format!("{path}/"));
                        walk(&entry, root, out);
                    }
                }
            }
        }
        let mut out = vec![];
        walk(self.dir.path(), self.dir.path(), &mut out);
        out.sort();
        out
    }
}

/// Steps: section, path and previous content.
fn steps(all: &[(&str, &str, &str)]) -> FileIndex {
    let mut files = FileIndex::default();
    all.iter().for_each(|(what, path, was)| {
        assert!(files.add(what, path, digest(was.as_bytes()), FileStatus::Kept));
    });
    files
}

fn lock(owned: &[(&str, &str)]) -> Lock {
    let mut files = FileIndex::default();
    owned.iter().for_each(|(path, text)| {
        assert!(files.add("dev", path, digest(text.as_bytes()), FileStatus::Same));
    });
    Lock { files, ..Lock::default() }
}

#[test]
fn every_step_is_taken_and_empty_folders_go() {
    let place = RecordedSink::new(&[
        ("new/a", "1"),
        ("b", "old"),
        ("new/b", "2"),
        ("c/d/e", "3"),
        ("c/f/g", "4"),
        ("h/i/j", "5"),
    ]);
    let edited = place.carry_out(
        &[(ADD, "a", ""), (REPLACE, "b", "old"), (REMOVE, "c/d/e", "3"), (REMOVE, "h/i/j", "5")],
        &[("a", "1"), ("b", "2"), ("c/f/g", "4")],
    );
    assert!(edited.is_ok_and(|edited| edited.is_empty()));
    assert_eq!(place.tree(), ["a 1", "b 2", "c/", "c/f/", "c/f/g 4"]);
}

#[test]
fn a_concurrent_edit_stays_and_is_reported() {
    let place = RecordedSink::new(&[
        ("a", "theirs"),
        ("new/a", "1"),
        ("b", "edited"),
        ("new/b", "2"),
        ("c", "edited"),
    ]);
    let edited = place
        .carry_out(
            &[(ADD, "a", ""), (REPLACE, "b", "old"), (REMOVE, "c", "old")],
            &[("a", "1"), ("b", "2")],
        )
        .expect("no refusal");
    assert_eq!(
        edited
            .iter()
            .map(|diagnostic| diagnostic.message.split('`').nth(1).unwrap_or_default())
            .collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    assert_eq!(place.tree(), ["a theirs", "b edited", "c edited"]);
}

#[test]
fn moves_before_a_refusal_are_undone() {
    let before = [("a", "gone"), ("c", "old"), ("f", "stays"), ("g", "old")];
    let staged = [("new/b", "1"), ("new/c", "2"), ("new/e", "3"), ("new/g", "4")];
    let place = RecordedSink::new(&[&before[..], &staged[..]].concat());
    // `d` is not staged.
    let all = [
        (REMOVE, "a", "gone"),
        (ADD, "b", ""),
        (REPLACE, "c", "old"),
        (ADD, "d", ""),
        (ADD, "e", ""),
        (REMOVE, "f", "stays"),
        (REPLACE, "g", "old"),
    ];
    let path_diagnostic = place
        .carry_out(&all, &[("b", "1"), ("c", "2"), ("d", "?"), ("e", "3"), ("g", "4")])
        .expect_err("a file that is missing");
    assert!(path_diagnostic.message.ends_with("new/d` is missing"), "{}", path_diagnostic.message);
    assert_eq!(path_diagnostic.help, "nothing was changed");
    assert_eq!(place.tree(), ["a gone", "c old", "f stays", "g old"]);
    assert_eq!(
        place.journal().recover().map(|recovered| recovered.is_none()).ok(),
        Some(true),
        "the next run has nothing to finish"
    );
}

#[test]
fn the_next_run_finishes_an_interrupted_run() {
    let place = RecordedSink::new(&[("new/a", "1"), ("b", "old"), ("new/b", "2"), ("c", "3")]);
    let recovered = place.recover(
        &[(ADD, "a", ""), (REPLACE, "b", "old"), (REMOVE, "c", "3"), (ADD, "d", "")],
        &[("a", "1"), ("b", "2"), ("d", "4")],
    );
    assert_eq!(recovered.map(|edited| edited.len()), Some(0));
    assert_eq!(place.tree(), ["a 1", "b 2"]);
}

/// A power loss can keep file names and lose file contents.
#[test]
fn a_file_without_its_text_is_not_moved() {
    let files = [
        ("new/a", "1"),
        ("new/b", ""),
        ("c", "old"),
        ("new/c", ""),
        ("new/d/e", "5"),
        ("new/d/f/g", "6"),
        ("new/h/i", "7"),
        ("new/h/j/k", ""),
        ("new/l/m", "8"),
    ];
    let place = RecordedSink::new(&files);
    let all = [
        (ADD, "a", ""),
        (ADD, "b", ""),
        (REPLACE, "c", "old"),
        (ADD, "d", ""),
        (ADD, "h", ""),
        (ADD, "l", ""),
    ];
    // A path can start with the name of a folder and not be inside it.
    let owned = [
        ("a", "1"),
        ("b", "2"),
        ("c", "3"),
        ("d/e", "5"),
        ("d/f/g", "6"),
        ("dd/x", "?"),
        ("h/i", "7"),
        ("h/j/k", "9"),
        ("l/m", "8"),
    ];
    assert_eq!(place.recover(&all, &owned).map(|edited| edited.len()), Some(0));
    assert_eq!(place.tree(), ["a 1", "c old", "d/", "d/e 5", "d/f/", "d/f/g 6", "l/", "l/m 8"]);
}

#[test]
fn finishing_an_interrupted_run_is_reported() {
    let place = RecordedSink::new(&[("new/a", "1"), ("b", "edited"), ("new/b", "2")]);
    place.write_journal(&[(ADD, "a", ""), (REPLACE, "b", "old")], &[("a", "1"), ("b", "2")]);
    let messages = |stage: &StagedTree| {
        stage.recovered().map(|edited| {
            edited.iter().map(|diagnostic| diagnostic.message.clone()).collect::<Vec<_>>()
        })
    };
    let recovered = StagedTree::new(place.dir.path()).expect("no other process writes");
    assert_eq!(
        messages(&recovered),
        Some(vec!["`b` was edited while the tree was written; the edit is kept".to_owned()])
    );
    drop(recovered);
    assert_eq!(
        messages(&StagedTree::new(place.dir.path()).expect("no other process writes")),
        None
    );
    assert_eq!(place.tree(), ["a 1", "b edited"]);
}
