//! Comparison with a previous tree: only changed files are kept in memory.

use super::{
    Compare, LockData, Sink, TreeReport,
    files::{FileIndex, FileStatus},
    lock::{Digest, digest},
    stage_lock::path_diagnostic,
};
use crate::diag::Diagnostic;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Mutex,
};

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Environment, or [`super::SHARED`].
    pub section: String,
    /// Path in the tree.
    pub path: String,
    /// Previous text; `None` for a new file.
    pub before: Option<String>,
    /// New text; `None` for a removed file.
    pub after: Option<String>,
}

/// Base of a comparison.
pub trait PreviousTree: Sync {
    /// Whether a file of the tree has this text.
    ///
    /// # Errors
    /// If the file exists and cannot be read.
    fn has(&self, path: &str, text: &str) -> Result<bool, Diagnostic>;

    /// Calls `show` with the section and path of each file.
    fn each(&self, show: &mut dyn FnMut(&str, &str));

    /// Sections of the tree.
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

fn each(files: &FileIndex, show: &mut dyn FnMut(&str, &str)) {
    files.iter().for_each(|file| show(file.section, &file.to_string()));
}

/// A tree on disk, read by its lock.
#[derive(Debug)]
pub struct DiskTree(Compare);

impl DiskTree {
    /// Opens a tree that aksgen wrote.
    ///
    /// # Errors
    /// If the lock cannot be read.
    pub fn new(root: impl Into<PathBuf>) -> Result<DiskTree, Diagnostic> {
        Compare::new(root).map(DiskTree)
    }

    /// Text of a file; `None` if the file is missing.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn text(&self, path: &str) -> Result<Option<String>, Diagnostic> {
        let text = self
            .0
            .tree
            .root
            .read(path)
            .map_err(|error| path_diagnostic(&self.0.tree.root, error))?;
        Ok(text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl PreviousTree for DiskTree {
    fn has(&self, path: &str, text: &str) -> Result<bool, Diagnostic> {
        Ok(self.text(path)?.as_deref() == Some(text))
    }

    fn each(&self, show: &mut dyn FnMut(&str, &str)) {
        each(&self.0.tree.lock.files, show);
    }
}

/// A rendered tree, kept as the digest of each file.
#[derive(Debug, Default)]
pub struct DigestSink(Mutex<FileIndex>);

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

    fn commit(&self, _: &[&str], _: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        Ok(TreeReport::default())
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

/// Keeps the texts of selected files.
#[derive(Debug, Default)]
pub struct TextSink {
    paths: BTreeSet<String>,
    texts: Mutex<BTreeMap<String, String>>,
}

impl TextSink {
    /// Selects files by path.
    pub fn new(paths: impl IntoIterator<Item = String>) -> TextSink {
        TextSink { paths: paths.into_iter().collect(), texts: Mutex::default() }
    }

    /// Texts of the selected files by path.
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

    fn commit(&self, _: &[&str], _: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        Ok(TreeReport::default())
    }
}

/// Receives a tree and keeps the files that differ from a previous one.
pub struct DiffSink<'a> {
    before: &'a dyn PreviousTree,
    /// Written files, without digests.
    written: Mutex<FileIndex>,
    kept: Mutex<Vec<ChangedFile>>,
}

impl<'a> DiffSink<'a> {
    /// Compares with a previous tree.
    pub fn new(before: &'a dyn PreviousTree) -> DiffSink<'a> {
        DiffSink { before, written: Mutex::default(), kept: Mutex::default() }
    }

    /// Changed files by path, and the written sections. `before` is `None` in each file; the caller
    /// reads the previous texts.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn found(self) -> (Vec<ChangedFile>, BTreeSet<String>) {
        let mut all = self.kept.into_inner().expect("no panic while held");
        all.sort_by(|a, b| a.path.cmp(&b.path));
        let written = self.written.into_inner().expect("no panic while held");
        (all, written.sections().into_iter().map(str::to_owned).collect())
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
        self.written.lock().expect("no panic while held").add(
            section,
            path,
            Digest::default(),
            FileStatus::Same,
        );
        Ok(())
    }

    fn commit(&self, complete: &[&str], _: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        let (written, mut kept) = (
            self.written.lock().expect("no panic while held"),
            self.kept.lock().expect("no panic while held"),
        );
        self.before.each(&mut |section, path| {
            if super::report::is_complete(section, complete) && written.get(path).is_none() {
                kept.push(ChangedFile {
                    section: section.to_owned(),
                    path: path.to_owned(),
                    before: None,
                    after: None,
                });
            }
        });
        Ok(TreeReport::default())
    }
}
