//! Keeps what differs from another tree, and nothing else. Never writes.

use super::{
    Compare, LockData, Report, Sink,
    files::{FileStatus, Files},
    lock::{Digest, digest},
    stage_lock::refused,
};
use crate::diag::Diagnostic;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Mutex,
};

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// The environment that it belongs to, or [`super::SHARED`].
    pub section: String,
    /// Its path in the tree.
    pub path: String,
    /// What it was; absent where it is new.
    pub before: Option<String>,
    /// What it is; absent where it is gone.
    pub after: Option<String>,
}

/// A tree that another one is compared with.
pub trait PreviousTree: Sync {
    /// Does a file of it have this text?
    ///
    /// # Errors
    /// If it is there and cannot be read.
    fn has(&self, path: &str, text: &str) -> Result<bool, Diagnostic>;

    /// Shows each of its files: section and path.
    fn each(&self, show: &mut dyn FnMut(&str, &str));

    /// Its sections.
    fn sections(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        self.each(&mut |section, _| {
            if !all.contains(section) {
                all.insert(section.to_owned());
            }
        });
        all
    }
}

fn each(files: &Files, show: &mut dyn FnMut(&str, &str)) {
    files.iter().for_each(|file| show(file.section, &file.to_string()));
}

/// The files of a lock, as they are on disk.
#[derive(Debug)]
pub struct DiskTree(Compare);

impl DiskTree {
    /// A tree that aksgen wrote.
    ///
    /// # Errors
    /// If its lock cannot be read.
    pub fn new(root: impl Into<PathBuf>) -> Result<DiskTree, Diagnostic> {
        Compare::new(root).map(DiskTree)
    }

    /// The text of a file; absent where there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn text(&self, path: &str) -> Result<Option<String>, Diagnostic> {
        let text =
            self.0.seen.root.read(path).map_err(|obstacle| refused(&self.0.seen.root, obstacle))?;
        Ok(text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl PreviousTree for DiskTree {
    fn has(&self, path: &str, text: &str) -> Result<bool, Diagnostic> {
        Ok(self.text(path)?.as_deref() == Some(text))
    }

    fn each(&self, show: &mut dyn FnMut(&str, &str)) {
        each(&self.0.seen.lock.files, show);
    }
}

/// A tree that is only rendered: of every file its section and digest.
#[derive(Debug, Default)]
pub struct DigestSink(Mutex<Files>);

impl Sink for DigestSink {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        self.0.lock().expect("no panic while held").add(
            section,
            path,
            digest(text.as_bytes()),
            FileStatus::Same,
        );
        Ok(())
    }

    fn commit(&self, _: &[&str], _: LockData) -> Result<Report, Vec<Diagnostic>> {
        Ok(Report::default())
    }
}

impl PreviousTree for DigestSink {
    fn has(&self, path: &str, text: &str) -> Result<bool, Diagnostic> {
        let new = digest(text.as_bytes());
        Ok(self
            .0
            .lock()
            .expect("no panic while held")
            .get(path)
            .is_some_and(|known| known.digest == new))
    }

    fn each(&self, show: &mut dyn FnMut(&str, &str)) {
        each(&self.0.lock().expect("no panic while held"), show);
    }
}

/// Keeps the texts of some files.
#[derive(Debug, Default)]
pub struct TextSink {
    paths: BTreeSet<String>,
    texts: Mutex<BTreeMap<String, String>>,
}

impl TextSink {
    /// Keeps these.
    pub fn new(paths: impl IntoIterator<Item = String>) -> TextSink {
        TextSink { paths: paths.into_iter().collect(), texts: Mutex::default() }
    }

    /// What was put of them.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn texts(self) -> BTreeMap<String, String> {
        self.texts.into_inner().expect("no panic while held")
    }
}

impl Sink for TextSink {
    fn write(&self, _: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        if self.paths.contains(path) {
            self.texts
                .lock()
                .expect("no panic while held")
                .insert(path.to_owned(), text.to_owned());
        }
        Ok(())
    }

    fn commit(&self, _: &[&str], _: LockData) -> Result<Report, Vec<Diagnostic>> {
        Ok(Report::default())
    }
}

/// Takes a tree, and keeps what another one has not.
pub struct DiffSink<'a> {
    before: &'a dyn PreviousTree,
    /// What was put, without digests.
    put: Mutex<Files>,
    kept: Mutex<Vec<ChangedFile>>,
}

impl<'a> DiffSink<'a> {
    /// Compares with a tree.
    pub fn new(before: &'a dyn PreviousTree) -> DiffSink<'a> {
        DiffSink { before, put: Mutex::default(), kept: Mutex::default() }
    }

    /// What differs, by path; texts of before are left to the caller. And the sections that were
    /// put.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn found(self) -> (Vec<ChangedFile>, BTreeSet<String>) {
        let mut all = self.kept.into_inner().expect("no panic while held");
        all.sort_by(|a, b| a.path.cmp(&b.path));
        let put = self.put.into_inner().expect("no panic while held");
        (all, put.sections().into_iter().map(str::to_owned).collect())
    }
}

impl Sink for DiffSink<'_> {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        if !self.before.has(path, text)? {
            let (section, path, after) =
                (section.to_owned(), path.to_owned(), Some(text.to_owned()));
            self.kept.lock().expect("no panic while held").push(ChangedFile {
                section,
                path,
                before: None,
                after,
            });
        }
        self.put.lock().expect("no panic while held").add(
            section,
            path,
            Digest::default(),
            FileStatus::Same,
        );
        Ok(())
    }

    fn commit(&self, complete: &[&str], _: LockData) -> Result<Report, Vec<Diagnostic>> {
        let (put, mut kept) = (
            self.put.lock().expect("no panic while held"),
            self.kept.lock().expect("no panic while held"),
        );
        self.before.each(&mut |section, path| {
            if super::compare::is_complete(section, complete) && put.get(path).is_none() {
                kept.push(ChangedFile {
                    section: section.to_owned(),
                    path: path.to_owned(),
                    before: None,
                    after: None,
                });
            }
        });
        Ok(Report::default())
    }
}
