//! Comparison of the rendered tree with the tree on disk; used by `check` and dry runs.

use super::{
    LockData, SHARED, Sink, TreeReport,
    edit_policy::{self, EditPolicy},
    files::{FileIndex, FileStatus},
    journal::{ADD, REMOVE, REPLACE},
    line_endings::{is_same_in_unix, unix},
    lock::{Digest, FILE, Lock, digest},
    lock_file::{merged_lock, read_lock},
    report::is_complete,
    root::{FileIdentity, PathError, RootDir},
    stage_lock::{self, StageState, path_diagnostic, tree_locked},
};
use crate::diag::{Code, Diagnostic};
use std::{
    io::Read,
    path::PathBuf,
    sync::{Mutex, MutexGuard},
};

/// A sink that compares and writes nothing.
#[derive(Debug)]
pub struct Compare {
    pub(super) tree: TreeState,
    /// Identity of the lock file at the start.
    first: Option<FileIdentity>,
}

/// The tree on disk and the written files.
#[derive(Debug)]
pub(super) struct TreeState {
    pub(super) root: RootDir,
    pub(super) lock: Lock,
    pub(super) edit_policy: EditPolicy,
    pending: Mutex<PendingChanges>,
}

#[derive(Debug, Default)]
struct PendingChanges {
    /// All written files.
    files: FileIndex,
    /// Changes that make the tree match.
    steps: FileIndex,
    /// Unmanaged files and manual edits that block the run.
    path_diagnostic: Vec<Diagnostic>,
}

/// Action for a written file.
pub(super) enum WriteAction {
    Nothing,
    /// Write the file; with the mode of the replaced file.
    Write(Option<u32>),
}

impl Compare {
    /// Opens a tree for comparison.
    ///
    /// # Errors
    /// If the lock cannot be read, another process is writing, or a writer was interrupted.
    pub fn new(target: impl Into<PathBuf>) -> Result<Compare, Diagnostic> {
        let tree = TreeState::open(target)?;
        is_free(&tree.root)?;
        let first = tree.root.identity(FILE).ok();
        // The lock can have been replaced before its identity was read.
        let lock = read_lock(&tree.root)?;
        Ok(Compare { tree: TreeState { lock, ..tree }, first })
    }

    /// Unmanaged files and manual edits that would block `render`.
    pub fn conflicts(&self) -> Vec<Diagnostic> {
        self.tree.pending().path_diagnostic.clone()
    }
}

/// Checks that no process is writing.
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
        .help("run `aksgen render` to recover it")),
    }
}

impl TreeState {
    /// Opens a folder without reading its lock.
    fn open(target: impl Into<PathBuf>) -> Result<TreeState, Diagnostic> {
        let target = target.into();
        let root =
            RootDir::open_if_present(&target).map_err(|error| super::failed(&target, &error))?;
        Ok(TreeState {
            root,
            lock: Lock::default(),
            edit_policy: EditPolicy::default(),
            pending: Mutex::default(),
        })
    }

    fn pending(&self) -> MutexGuard<'_, PendingChanges> {
        self.pending.lock().expect("no panic while held")
    }

    /// Records a written file and returns its action.
    pub(super) fn record(
        &self,
        section: &str,
        path: &str,
        text: &str,
    ) -> Result<WriteAction, Diagnostic> {
        edit_policy::check_path(section, path)?;
        let ((status, mode), digest) = (self.status(section, path, text)?, digest(text.as_bytes()));
        if self.pending().files.add(section, path, digest, status) {
            return Ok(if matches!(status, FileStatus::Same | FileStatus::Kept) {
                WriteAction::Nothing
            } else {
                WriteAction::Write(mode)
            });
        }
        Err(Diagnostic::new(
            Code::DuplicateObject,
            format!("two objects have the same file `{path}`"),
        )
        .help("rename one of the two objects"))
    }

    /// Status of a file and its mode.
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
                self.pending().steps.add(ADD, &first, Digest::default(), FileStatus::Kept);
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
        let status = self.status_of(path, &old, text);
        match status {
            FileStatus::Edited if !self.edit_policy.allows(path) => {
                self.refuse(edit_policy::edited(path, &old, text).within(section));
            }
            FileStatus::Foreign => self.refuse(edit_policy::unmanaged(path)),
            _ => {}
        }
        if status == FileStatus::Edited && self.edit_policy.keeps_edit(path) {
            return Ok((FileStatus::Kept, None));
        }
        self.pending().steps.add(REPLACE, path, was, FileStatus::Kept);
        Ok((status, Some(mode)))
    }

    /// Status of a file that differs from the new text.
    fn status_of(&self, path: &str, old: &[u8], text: &str) -> FileStatus {
        match self.lock.files.get(path) {
            Some(locked) if locked.digest == digest(old) => FileStatus::Changed,
            Some(locked) if is_same_in_unix(old, &locked.digest, text) => FileStatus::LineEndings,
            Some(_) => FileStatus::Edited,
            None => FileStatus::Foreign,
        }
    }

    /// Content of a file, unless it equals the new text.
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
        self.pending().path_diagnostic.push(diagnostic);
    }

    /// Diagnostics that block the commit, including unused paths of the edit policy.
    pub(super) fn refusals(&self) -> Vec<Diagnostic> {
        let path_diagnostic = std::mem::take(&mut self.pending().path_diagnostic);
        path_diagnostic.into_iter().chain(self.edit_policy.unused()).collect()
    }

    /// Changes to apply.
    pub(super) fn steps(&self) -> FileIndex {
        std::mem::take(&mut self.pending().steps)
    }

    /// Status of all written files and of the other files in the lock.
    pub(super) fn report(&self, complete: &[&str]) -> Result<TreeReport, Diagnostic> {
        let mut files = std::mem::take(&mut self.pending().files);
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

    /// Status of a managed file that was not rendered.
    fn orphan_status(&self, path: &str, locked: &Digest) -> Result<FileStatus, Diagnostic> {
        match self.root.read(path) {
            Ok(Some(text)) if digest(&text) != *locked && digest(&unix(&text)) != *locked => {
                if !self.edit_policy.allows(path) {
                    self.refuse(edit_policy::edited_orphan(path));
                } else if self.edit_policy.keeps_edit(path) {
                    return Ok(FileStatus::Kept);
                }
                self.pending().steps.add(REMOVE, path, digest(&text), FileStatus::Kept);
                Ok(FileStatus::Left)
            }
            Ok(found) => {
                let was = found.map_or(*locked, |text| digest(&text));
                self.pending().steps.add(REMOVE, path, was, FileStatus::Kept);
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
    /// Opens a folder that this process has locked; with `merge`, a lock with conflict markers.
    pub(super) fn locked(
        root: RootDir,
        edit_policy: EditPolicy,
        merge: bool,
    ) -> Result<TreeState, Diagnostic> {
        let lock = if merge { merged_lock(&root)? } else { read_lock(&root)? };
        Ok(TreeState { lock, root, edit_policy, pending: Mutex::default() })
    }
}

/// Data holders of a section.
fn rows<'a>(data: &'a LockData, section: &str) -> impl Iterator<Item = (&'a String, &'a String)> {
    data.get(section).into_iter().flatten()
}

impl Sink for Compare {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        self.tree.record(section, path, text).map(drop)
    }

    fn previous_lock(&self) -> &Lock {
        &self.tree.lock
    }

    /// Fails if another process wrote during the comparison: the result would mix two trees.
    fn commit(&self, complete: &[&str], data: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        let mut report = self.tree.report(complete).map_err(|diagnostic| vec![diagnostic])?;
        // Rows that a merge removed would disable the data-loss guard.
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

    /// Files in /proc report a length of zero, so the content decides.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_can_be_longer_than_its_metadata() {
        let tree = TreeState::open("/proc/self").expect("a folder");
        let found = tree.old("status", "another text").expect("a file").expect("it differs");
        assert!(found.0.starts_with(b"Name:"));
    }
}
