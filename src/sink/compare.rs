//! What differs between the tree on disk and the one that is put. Never writes.

use super::{
    LockData, Report, SHARED, Sink,
    edit_policy::{self, EditPolicy},
    files::{FileStatus, Files},
    journal::{ADD, REMOVE, REPLACE},
    lock::{self, Digest, FILE, Lock, digest},
    root::{Identity, PathError, Root},
    stage_lock::{self, StageState, busy, refused},
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
    pub(super) seen: Seen,
    /// The lock as it was at first.
    first: Option<Identity>,
}

/// The tree on disk, beside what was put.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) root: Root,
    pub(super) lock: Lock,
    pub(super) wishes: EditPolicy,
    put: Mutex<Put>,
}

#[derive(Debug, Default)]
struct Put {
    /// Everything.
    files: Files,
    /// What has to be done to make it so.
    steps: Files,
    /// What keeps the tree from being written: files of others, and edits by hand.
    refused: Vec<Diagnostic>,
}

/// What has to be done to a file.
pub(super) enum Todo {
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
        let seen = Seen::open(target)?;
        is_free(&seen.root)?;
        let first = seen.root.identity(FILE).ok();
        // It may have been replaced before we looked.
        let lock = read_lock(&seen.root)?;
        Ok(Compare { seen: Seen { lock, ..seen }, first })
    }

    /// What would keep the tree from being written: files of others, and edits by hand.
    pub fn conflicts(&self) -> Vec<Diagnostic> {
        self.seen.put().refused.clone()
    }
}

/// Nobody is writing.
fn is_free(root: &Root) -> Result<(), Diagnostic> {
    match stage_lock::look(root)
        .map_err(|obstacle| refused(root, obstacle.below(stage_lock::FOLDER)))?
    {
        StageState::Free => Ok(()),
        StageState::Held(holder) => Err(busy(&holder)),
        StageState::Interrupted => Err(Diagnostic::new(
            Code::Interrupted,
            "an `aksgen render` was interrupted while it moved files into place",
        )
        .help("`aksgen render` finishes it first")),
    }
}

fn read_lock(root: &Root) -> Result<Lock, Diagnostic> {
    match root.file(FILE) {
        Ok((file, ..)) => Lock::read(file),
        Err(PathError::Absent(_)) => Ok(Lock::default()),
        Err(PathError::InTheWay(_, what)) => Err(lock::broken(&format!("is {what}"))),
        Err(obstacle) => Err(refused(root, obstacle)),
    }
}

impl Seen {
    /// Looks at a folder, and reads no lock yet.
    fn open(target: impl Into<PathBuf>) -> Result<Seen, Diagnostic> {
        let target = target.into();
        let root = Root::look(&target).map_err(|error| super::failed(&target, &error))?;
        Ok(Seen {
            root,
            lock: Lock::default(),
            wishes: EditPolicy::default(),
            put: Mutex::default(),
        })
    }

    fn put(&self) -> MutexGuard<'_, Put> {
        self.put.lock().expect("no panic while held")
    }

    /// Notes a file, and says what is to be done.
    pub(super) fn note(&self, section: &str, path: &str, text: &str) -> Result<Todo, Diagnostic> {
        edit_policy::fair(section, path)?;
        let ((sign, mode), digest) = (self.sign(section, path, text)?, digest(text.as_bytes()));
        if self.put().files.add(section, path, digest, sign) {
            return Ok(if matches!(sign, FileStatus::Same | FileStatus::Kept) {
                Todo::Nothing
            } else {
                Todo::Write(mode)
            });
        }
        Err(Diagnostic::new(Code::DuplicateObject, format!("two files would be `{path}`"))
            .help("rename one of the two objects"))
    }

    /// How a file stands to its new text, and its mode.
    fn sign(
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
            Err(obstacle @ PathError::InTheWay(..)) => {
                self.refuse(refused(&self.root, obstacle));
                return Ok((FileStatus::Foreign, None));
            }
            Err(obstacle) => return Err(refused(&self.root, obstacle)),
        };
        let was = digest(&old);
        let sign = match self.lock.files.get(path) {
            Some(ours) if ours.digest == was => FileStatus::Changed,
            Some(_) => FileStatus::Edited,
            None => FileStatus::Foreign,
        };
        match sign {
            FileStatus::Edited if !self.wishes.allow(path) => {
                self.refuse(edit_policy::edited(path, &old, text).within(section))
            }
            FileStatus::Foreign => self.refuse(edit_policy::foreign(path)),
            _ => {}
        }
        if sign == FileStatus::Edited && self.wishes.keeps(path) {
            return Ok((FileStatus::Kept, None));
        }
        self.put().steps.add(REPLACE, path, was, FileStatus::Kept);
        Ok((sign, Some(mode)))
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
        self.put().refused.push(diagnostic);
    }

    /// What keeps the tree from being written, now that everything was put: also wishes that are
    /// about nothing.
    pub(super) fn refusals(&self) -> Vec<Diagnostic> {
        let mut refused = std::mem::take(&mut self.put().refused);
        refused.extend(self.wishes.unused());
        refused
    }

    /// What has to be done, beside removing.
    pub(super) fn steps(&self) -> Files {
        std::mem::take(&mut self.put().steps)
    }

    /// Everything that was put, and what the lock has besides; how each of them stands.
    pub(super) fn report(&self, complete: &[&str]) -> Result<Report, Diagnostic> {
        let mut files = std::mem::take(&mut self.put().files);
        for file in self.lock.files() {
            let path = file.to_string();
            if !is_complete(file.section, complete) {
                files.add(file.section, &path, file.digest, FileStatus::Kept);
            } else if files.get(&path).is_none() {
                let sign = self.orphan(&path, &file.digest)?;
                files.add(file.section, &path, file.digest, sign);
            }
        }
        edit_policy::collisions(&files).map_or(Ok(Report { files }), Err)
    }

    /// How a file of ours stands that nobody put.
    fn orphan(&self, path: &str, ours: &Digest) -> Result<FileStatus, Diagnostic> {
        match self.root.read(path) {
            Ok(Some(text)) if digest(&text) != *ours => {
                if !self.wishes.allow(path) {
                    self.refuse(edit_policy::left(path));
                } else if self.wishes.keeps(path) {
                    return Ok(FileStatus::Kept);
                }
                self.put().steps.add(REMOVE, path, digest(&text), FileStatus::Kept);
                Ok(FileStatus::Left)
            }
            Ok(_) => {
                self.put().steps.add(REMOVE, path, *ours, FileStatus::Kept);
                Ok(FileStatus::Removed)
            }
            Err(obstacle @ PathError::InTheWay(..)) => {
                self.refuse(refused(&self.root, obstacle));
                Ok(FileStatus::Left)
            }
            Err(obstacle) => Err(refused(&self.root, obstacle)),
        }
    }
}

impl Seen {
    /// Looks at a folder that nobody else writes to.
    pub(super) fn ours(root: Root, wishes: EditPolicy) -> Result<Seen, Diagnostic> {
        Ok(Seen { lock: read_lock(&root)?, root, wishes, put: Mutex::default() })
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
        self.seen.note(section, path, text).map(drop)
    }

    fn previous_lock(&self) -> &Lock {
        &self.seen.lock
    }

    /// What was seen is told only if nobody wrote meanwhile: half of an old tree and half of a new
    /// one are none.
    fn commit(&self, complete: &[&str], data: LockData) -> Result<Report, Vec<Diagnostic>> {
        let mut report = self.seen.report(complete).map_err(|diagnostic| vec![diagnostic])?;
        // Rows that somebody lost in a merge would let data get lost.
        if self.first.is_some()
            && complete
                .iter()
                .any(|section| rows(&data, section).ne(rows(&self.seen.lock.data, section)))
        {
            report.files.add(SHARED, FILE, Digest::default(), FileStatus::Changed);
        }
        is_free(&self.seen.root).map_err(|diagnostic| vec![diagnostic])?;
        if self.seen.root.identity(FILE).ok() != self.first {
            return Err(vec![busy("")]);
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
        let seen = Seen::open("/proc/self").expect("a folder");
        let found = seen.old("status", "another text").expect("a file").expect("it differs");
        assert!(found.0.starts_with(b"Name:"));
    }
}
