//! What differs between the tree on disk and the one that is put. Never writes.

use super::{
    Data, Report, SHARED, Sink, failed,
    files::{Files, Sign},
    lock::{self, Digest, Lock, digest},
};
use crate::diag::{Code, Finding};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
};

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
    /// Everything that was put.
    pub(super) put: Mutex<Files>,
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
        let path = target.join(lock::FILE);
        let lock = match fs::File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Lock::default(),
            file => Lock::read(file.map_err(|error| failed(&path, &error))?)?,
        };
        Ok(Compare { target, lock, put: Mutex::default(), fair: Mutex::default(), refused: Mutex::default() })
    }

    /// Notes a file, and says how it stands.
    pub(super) fn note(&self, section: &str, path: &str, text: &str) -> Result<Sign, Finding> {
        let new = digest(text.as_bytes());
        let state = self.state(path, text)?;
        if self.put.lock().expect("no panic while held").add(section, path, new, state) {
            return Ok(state);
        }
        Err(Finding::new(Code::DuplicateObject, format!("two files would be `{path}`")).help("rename one of the two objects"))
    }

    fn state(&self, path: &str, text: &str) -> Result<Sign, Finding> {
        match self.way(path) {
            Way::Link(link) => {
                self.refuse(Code::NotOurs, format!("`{}` is a link", link.display()), "replace it by a real folder or file: nothing is written through links");
                return Ok(Sign::Foreign);
            }
            Way::Nothing => return Ok(self.absent(path)),
            Way::Fair => {}
        }
        let full = self.target.join(path);
        let old = match fs::read(&full) {
            Ok(old) => old,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound) => return Ok(self.absent(path)),
            Err(error) => return Err(failed(&full, &error)),
        };
        if old == text.as_bytes() {
            return Ok(Sign::Same);
        }
        match self.lock.files.get(path) {
            Some(ours) if ours.digest == digest(&old) => Ok(Sign::Changed),
            Some(_) => {
                let help = "make the change in the spec or in a template, then delete the file and render again";
                self.refuse(Code::EditedByHand, format!("`{path}` was edited by hand"), help);
                Ok(Sign::Edited)
            }
            None => {
                self.refuse(
                    Code::NotOurs,
                    format!("`{path}` stands in the way, and aksgen did not write it"),
                    "move it away, or render into another directory",
                );
                Ok(Sign::Foreign)
            }
        }
    }

    fn absent(&self, path: &str) -> Sign {
        if self.lock.files.get(path).is_some() { Sign::Missing } else { Sign::Added }
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
    pub(super) fn orphans(&self, complete: &[&str]) -> Vec<(String, Digest)> {
        let put = self.put.lock().expect("no panic while held");
        let owned = self.lock.files().filter(|file| is_complete(file.section, complete));
        owned.map(|file| (file.to_string(), file.digest)).filter(|(path, _)| put.get(path).is_none()).collect()
    }

    /// Everything, with what the lock has besides.
    pub(super) fn report(&self, complete: &[&str]) -> Report {
        let mut files = std::mem::take(&mut *self.put.lock().expect("no panic while held"));
        for file in self.lock.files() {
            let sign = if is_complete(file.section, complete) { Sign::Removed } else { Sign::Kept };
            files.add(file.section, &file.to_string(), file.digest, sign);
        }
        Report { files }
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

    fn past(&self) -> &Lock {
        &self.lock
    }

    fn commit(&self, complete: &[&str], _: Data) -> Result<Report, Vec<Finding>> {
        Ok(self.report(complete))
    }
}
