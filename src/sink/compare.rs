//! What differs between the tree on disk and the one that is put. Never writes.

use super::{
    Changes, Report, SHARED, Sink, failed,
    lock::{Digest, Lock, digest},
};
use crate::diag::{Code, Finding};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// How a file stands to its new text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Not there.
    New,
    /// Ours, with another text.
    Old,
    /// As it should be.
    Same,
}

/// The way from the target to a file.
#[derive(Debug)]
pub(super) enum Way {
    /// This part of it is a link.
    Link(PathBuf),
    /// It ends before the file.
    Nothing,
    /// Folders, up to the file.
    Fair,
}

/// For `check` and dry runs.
#[derive(Debug)]
pub struct Compare {
    pub(super) target: PathBuf,
    pub(super) lock: Lock,
    /// Section and path to digest and state, of everything that was put.
    pub(super) put: Mutex<BTreeMap<(String, String), (Digest, State)>>,
    /// Folders that are no links, and stand below none.
    fair: Mutex<BTreeSet<PathBuf>>,
    /// Files that must not be overwritten.
    pub(super) refused: Mutex<Vec<Finding>>,
}

impl Compare {
    /// Compares with a tree.
    ///
    /// # Errors
    /// If its lock cannot be read.
    pub fn new(target: impl Into<PathBuf>) -> Result<Compare, Finding> {
        let target = target.into();
        let lock = Lock::load(&target)?;
        Ok(Compare { target, lock, put: Mutex::default(), fair: Mutex::default(), refused: Mutex::default() })
    }

    /// Notes a file, and says how it stands.
    pub(super) fn note(&self, section: &str, path: &str, text: &str) -> Result<State, Finding> {
        let new = digest(text.as_bytes());
        let state = self.state(section, path, text)?;
        let key = (section.to_owned(), path.to_owned());
        let before = self.put.lock().expect("no panic while held").insert(key, (new, state));
        match before {
            Some(_) => Err(Finding::new(Code::DuplicateObject, format!("two files would be `{path}`")).help("rename one of the two objects")),
            None => Ok(state),
        }
    }

    fn state(&self, section: &str, path: &str, text: &str) -> Result<State, Finding> {
        match self.way(path) {
            Way::Link(link) => {
                self.refuse(Code::NotOurs, format!("`{}` is a link", link.display()), "replace it by a real folder or file: nothing is written through links");
                return Ok(State::Old);
            }
            Way::Nothing => return Ok(State::New),
            Way::Fair => {}
        }
        let full = self.target.join(path);
        let old = match fs::read(&full) {
            Ok(old) => old,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound) => return Ok(State::New),
            Err(error) => return Err(failed(&full, &error)),
        };
        if old == text.as_bytes() {
            return Ok(State::Same);
        }
        match self.lock.digest(section, path) {
            Some(ours) if *ours == digest(&old) => {}
            Some(_) => self.refuse(
                Code::EditedByHand,
                format!("`{path}` was edited by hand"),
                "make the change in the spec or in a template, then delete the file and render again",
            ),
            None => {
                self.refuse(
                    Code::NotOurs,
                    format!("`{path}` stands in the way, and aksgen did not write it"),
                    "move it away, or render into another directory",
                );
            }
        }
        Ok(State::Old)
    }

    /// What is on the way to a file: a link could lead out of the tree.
    pub(super) fn way(&self, path: &str) -> Way {
        let parts: Vec<&Path> = Path::new(path).ancestors().filter(|part| !part.as_os_str().is_empty()).collect();
        for part in parts.into_iter().rev() {
            if self.fair.lock().expect("no panic while held").contains(part) {
                continue;
            }
            match fs::symlink_metadata(self.target.join(part)) {
                Ok(found) if found.is_symlink() => return Way::Link(part.to_owned()),
                Ok(found) if found.is_dir() => drop(self.fair.lock().expect("no panic while held").insert(part.to_owned())),
                // Nothing is below what is not there.
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Way::Nothing,
                _ => {}
            }
        }
        Way::Fair
    }

    fn refuse(&self, code: Code, message: String, help: &str) {
        self.refused.lock().expect("no panic while held").push(Finding::new(code, message).help(help));
    }

    /// What would keep the tree from being written: files of others, and edits by hand.
    ///
    /// # Panics
    /// Never: no thread panics while it holds the list.
    pub fn conflicts(&self) -> Vec<Finding> {
        self.refused.lock().expect("no panic while held").clone()
    }

    /// Files of ours, in complete sections, that nobody put.
    pub(super) fn orphans(&self, complete: &[&str]) -> Vec<(String, String, Digest)> {
        let put = self.put.lock().expect("no panic while held");
        let made: BTreeSet<&str> = put.keys().map(|(_, path)| path.as_str()).collect();
        let owned = self.lock.sections.iter().filter(|(section, _)| is_complete(section, complete));
        let all = owned.flat_map(|(section, files)| files.iter().map(move |(path, digest)| (section, path, digest)));
        all.filter(|(_, path, _)| !made.contains(path.as_str())).map(|(s, p, d)| (s.clone(), p.clone(), *d)).collect()
    }

    pub(super) fn report(&self, complete: &[&str]) -> Report {
        let mut report = Report::new();
        for ((section, path), (_, state)) in self.put.lock().expect("no panic while held").iter() {
            let changes: &mut Changes = report.entry(section.clone()).or_default();
            match state {
                State::New => changes.added.push(path.clone()),
                State::Old => changes.changed.push(path.clone()),
                State::Same => changes.same += 1,
            }
        }
        for (section, path, _) in self.orphans(complete) {
            report.entry(section).or_default().removed.push(path);
        }
        report
    }
}

/// Was a section put as a whole? With the shared one every other was: an environment that is gone has nothing left to keep.
pub(super) fn is_complete(section: &str, complete: &[&str]) -> bool {
    complete.contains(&section) || complete.contains(&SHARED)
}

impl Sink for Compare {
    fn put(&self, section: &str, path: &str, text: &str) -> Result<(), Finding> {
        self.note(section, path, text).map(drop)
    }

    fn commit(&self, complete: &[&str]) -> Result<Report, Vec<Finding>> {
        Ok(self.report(complete))
    }
}
