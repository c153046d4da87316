//! What differs between the tree on disk and the one that is put. Never writes.

use super::{
    LockData, SHARED, Sink, TreeReport,
    edit_policy::{self, EditPolicy},
    files::{FileIndex, FileStatus},
    journal::{ADD, REMOVE, REPLACE},
    lock::{self, Digest, FILE, Lock, digest},
    root::{FileIdentity, PathError, RootDir},
    stage_lock::{self, StageState, path_diagnostic, tree_locked},
};
use crate::diag::{Code, Diagnostic};
use std::{
    io::Read,
    path::PathBuf,
    sync::{Mutex, MutexGuard},
};

/// For `check` and dry runs.
#[derive(Debug)]
pub struct Compare {
    pub(super) tree: TreeState,
    /// The lock as it was at first.
    first: Option<FileIdentity>,
}

/// The tree on disk, beside what was put.
#[derive(Debug)]
pub(super) struct TreeState {
    pub(super) root: RootDir,
    pub(super) lock: Lock,
    pub(super) edit_policy: EditPolicy,
    put: Mutex<PendingChanges>,
}

#[derive(Debug, Default)]
struct PendingChanges {
    /// Everything.
    files: FileIndex,
    /// What has to be done to make it so.
    steps: FileIndex,
    /// What keeps the tree from being written: files of others, and edits by hand.
    path_diagnostic: Vec<Diagnostic>,
}

/// What has to be done to a file.
pub(super) enum WriteAction {
    Nothing,
    /// It is new, or another one; with the mode of the one that it replaces.
    Write(Option<u32>),
}

impl Compare {
    /// Compares with a tree.
    ///
    /// # Errors
    /// If its lock cannot be read, or somebody is writing it, or was and did not come to an end.
    pub fn new(target: impl Into<PathBuf>) -> Result<Compare, Diagnostic> {
        let tree = TreeState::open(target)?;
        is_free(&tree.root)?;
        let first = tree.root.identity(FILE).ok();
        // It may have been replaced before we looked.
        let lock = read_lock(&tree.root)?;
        Ok(Compare { tree: TreeState { lock, ..tree }, first })
    }

    /// What would keep the tree from being written: files of others, and edits by hand.
    pub fn conflicts(&self) -> Vec<Diagnostic> {
        self.tree.put().path_diagnostic.clone()
    }
}

/// Nobody is writing.
fn is_free(root: &RootDir) -> Result<(), Diagnostic> {
    match stage_lock::stage_state(root)
        .map_err(|error| path_diagnostic(root, error.below(stage_lock::FOLDER)))?
    {
        StageState::Free => Ok(()),
        StageState::Held(holder) => Err(tree_locked(&holder)),
        StageState::Interrupted => Err(Diagnostic::new(
            Code::Interrupted,
            "an `aksgen render` was interrupted while it moved files into place",
        )
        .help("`aksgen render` finishes it first")),
    }
}

fn read_lock(root: &RootDir) -> Result<Lock, Diagnostic> {
    match root.file(FILE) {
        Ok((file, ..)) => Lock::read(file),
        Err(PathError::Absent(_)) => Ok(Lock::default()),
        Err(PathError::InTheWay(_, what)) => Err(lock::broken(&format!("is {what}"))),
        Err(error) => Err(path_diagnostic(root, error)),
    }
}

impl TreeState {
    /// Looks at a folder, and reads no lock yet.
    fn open(target: impl Into<PathBuf>) -> Result<TreeState, Diagnostic> {
        let target = target.into();
        let root = RootDir::stage_state(&target).map_err(|error| super::failed(&target, &error))?;
        Ok(TreeState {
            root,
            lock: Lock::default(),
            edit_policy: EditPolicy::default(),
            put: Mutex::default(),
        })
    }

    fn put(&self) -> MutexGuard<'_, PendingChanges> {
        self.put.lock().expect("no panic while held")
    }

    /// Notes a file, and says what is to be done.
    pub(super) fn record(
        &self,
        section: &str,
        path: &str,
        text: &str,
    ) -> Result<WriteAction, Diagnostic> {
        edit_policy::check_path(section, path)?;
        let ((status, mode), digest) = (self.status(section, path, text)?, digest(text.as_bytes()));
        if self.put().files.add(section, path, digest, status) {
            return Ok(if matches!(status, FileStatus::Same | FileStatus::Kept) {
                WriteAction::Nothing
            } else {
                WriteAction::Write(mode)
            });
        }
        Err(Diagnostic::new(Code::DuplicateObject, format!("two files would be `{path}`"))
            .help("rename one of the two objects"))
    }

    /// How a file stands to its new text, and its mode.
    fn status(
        &self,
        section: &str,
        path: &str,
        text: &str,
    ) -> Result<(FileStatus, Option<u32>), Diagnostic> {
        let (old, mode) = match self.old(path, text) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok((FileStatus::Same, None)),
            Err(PathError::Absent(first)) => {
                self.put().steps.add(ADD, &first, Digest::default(), FileStatus::Kept);
                return Ok((
                    if self.lock.files.get(path).is_some() {
                        FileStatus::Missing
                    } else {
                        FileStatus::Added
                    },
                    None,
                ));
            }
            Err(error @ PathError::InTheWay(..)) => {
                self.refuse(path_diagnostic(&self.root, error));
                return Ok((FileStatus::Foreign, None));
            }
            Err(error) => return Err(path_diagnostic(&self.root, error)),
        };
        let was = digest(&old);
        let status = match self.lock.files.get(path) {
            Some(locked) if locked.digest == was => FileStatus::Changed,
            Some(_) => FileStatus::Edited,
            None => FileStatus::Foreign,
        };
        match status {
            FileStatus::Edited if !self.edit_policy.allows(path) => {
                self.refuse(edit_policy::edited(path, &old, text).within(section))
            }
            FileStatus::Foreign => self.refuse(edit_policy::unmanaged(path)),
            _ => {}
        }
        if status == FileStatus::Edited && self.edit_policy.keeps(path) {
            return Ok((FileStatus::Kept, None));
        }
        self.put().steps.add(REPLACE, path, was, FileStatus::Kept);
        Ok((status, Some(mode)))
    }

    /// What a file holds, unless that is its new text.
    fn old(&self, path: &str, text: &str) -> Result<Option<(Vec<u8>, u32)>, PathError> {
        let (mut file, length, mode) = self.root.file(path)?;
        let mut old = vec![0; usize::try_from(length).unwrap_or_default()];
        let read = file
            .read_exact(&mut old)
            .and_then(|()| if old == text.as_bytes() { Ok(0) } else { file.read_to_end(&mut old) });
        read.map_err(|error| PathError::Failed(path.to_owned(), error))?;
        Ok((old != text.as_bytes()).then_some((old, mode)))
    }

    fn refuse(&self, diagnostic: Diagnostic) {
        self.put().path_diagnostic.push(diagnostic);
    }

    /// What keeps the tree from being written, now that everything was put: also wishes that are
    /// about nothing.
    pub(super) fn refusals(&self) -> Vec<Diagnostic> {
        let mut path_diagnostic = std::mem::take(&mut self.put().path_diagnostic);
        path_diagnostic.extend(self.edit_policy.unused());
        path_diagnostic
    }

    /// What has to be done, beside removing.
    pub(super) fn steps(&self) -> FileIndex {
        std::mem::take(&mut self.put().steps)
    }

    /// Everything that was put, and what the lock has besides; how each of them stands.
    pub(super) fn report(&self, complete: &[&str]) -> Result<TreeReport, Diagnostic> {
        let mut files = std::mem::take(&mut self.put().files);
        for file in self.lock.files() {
            let path = file.to_string();
            if !is_complete(file.section, complete) {
                files.add(file.section, &path, file.digest, FileStatus::Kept);
            } else if files.get(&path).is_none() {
                let status = self.orphan_status(&path, &file.digest)?;
                files.add(file.section, &path, file.digest, status);
            }
        }
        edit_policy::collisions(&files).map_or(Ok(TreeReport { files }), Err)
    }

    /// How a file of ours stands that nobody put.
    fn orphan_status(&self, path: &str, locked: &Digest) -> Result<FileStatus, Diagnostic> {
        match self.root.read(path) {
            Ok(Some(text)) if digest(&text) != *locked => {
                if !self.edit_policy.allows(path) {
                    self.refuse(edit_policy::edited_orphan(path));
                } else if self.edit_policy.keeps(path) {
                    return Ok(FileStatus::Kept);
                }
                self.put().steps.add(REMOVE, path, digest(&text), FileStatus::Kept);
                Ok(FileStatus::Left)
            }
            Ok(_) => {
                self.put().steps.add(REMOVE, path, *locked, FileStatus::Kept);
                Ok(FileStatus::Removed)
            }
            Err(error @ PathError::InTheWay(..)) => {
                self.refuse(path_diagnostic(&self.root, error));
                Ok(FileStatus::Left)
            }
            Err(error) => Err(path_diagnostic(&self.root, error)),
        }
    }
}

impl TreeState {
    /// Looks at a folder that nobody else writes to.
    pub(super) fn locked(root: RootDir, edit_policy: EditPolicy) -> Result<TreeState, Diagnostic> {
        Ok(TreeState { lock: read_lock(&root)?, root, edit_policy, put: Mutex::default() })
    }
}

/// What a section holds.
fn rows<'a>(data: &'a LockData, section: &str) -> impl Iterator<Item = (&'a String, &'a String)> {
    data.get(section).into_iter().flatten()
}

/// Was a section put as a whole? With the shared one every other was: an environment that is gone
/// has nothing left to keep.
pub(super) fn is_complete(section: &str, complete: &[&str]) -> bool {
    complete.contains(&section) || complete.contains(&SHARED)
}

impl Sink for Compare {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        self.tree.record(section, path, text).map(drop)
    }

    fn previous_lock(&self) -> &Lock {
        &self.tree.lock
    }

    /// What was seen is told only if nobody wrote meanwhile: half of an old tree and half of a new
    /// one are none.
    fn commit(&self, complete: &[&str], data: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        let mut report = self.tree.report(complete).map_err(|diagnostic| vec![diagnostic])?;
        // Rows that somebody lost in a merge would let data get lost.
        if self.first.is_some()
            && complete
                .iter()
                .any(|section| rows(&data, section).ne(rows(&self.tree.lock.data, section)))
        {
            report.files.add(SHARED, FILE, Digest::default(), FileStatus::Changed);
        }
        is_free(&self.tree.root).map_err(|diagnostic| vec![diagnostic])?;
        if self.tree.root.identity(FILE).ok() != self.first {
            return Err(vec![tree_locked("")]);
        }
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kernel says of its own files that they are empty: what is in a file counts, and not how
    /// long it was said to be.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_may_be_longer_than_it_said() {
        let tree = TreeState::open("/proc/self").expect("a folder");
        let found = tree.old("status", "another text").expect("a file").expect("it differs");
        assert!(found.0.starts_with(b"Name:"));
    }
}
