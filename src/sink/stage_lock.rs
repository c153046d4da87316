//! Lock of the staging folder: only one process writes a tree. A second process fails at once. The
//! operating system releases the lock when the process ends.

use super::{
    lock,
    root::{PathError, PathResult, RootDir},
    system::host,
};
use crate::diag::{Code, Diagnostic, reason};
use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
};

/// Staging folder in the target, for files that are not moved into place yet.
pub(super) const FOLDER: &str = ".aksgen-stage";
const LOCK: &str = "lock";
const IGNORE: &str = ".gitignore";

/// Retries when the staging folder is removed concurrently.
const TRIES: usize = 50;

/// The locked staging folder.
#[derive(Debug)]
pub(super) struct StageLock {
    pub(super) stage: RootDir,
    lock: File,
}

impl StageLock {
    /// Creates and locks the staging folder.
    ///
    /// # Errors
    /// If another process holds the lock, or the folder cannot be created.
    pub(super) fn take(target: &RootDir) -> Result<StageLock, Diagnostic> {
        for _ in 0..TRIES {
            match StageLock::attempt(target)
                .map_err(|error| path_diagnostic(target, error.below(FOLDER)))?
            {
                Ok(Some(stage_lock)) => return Ok(stage_lock),
                Ok(None) => {}
                Err(holder) => return Err(tree_locked(&holder)),
            }
        }
        Err(tree_locked(""))
    }

    /// `Ok(None)` if the folder was removed concurrently; `Err` with the holder if it is locked.
    fn attempt(target: &RootDir) -> PathResult<Result<Option<StageLock>, String>> {
        let gone = |error| {
            if matches!(error, PathError::Absent(_)) { Ok(Ok(None)) } else { Err(error) }
        };
        let stage = match target.subfolder(FOLDER, true) {
            Err(error) => return gone(error),
            Ok(stage) => stage,
        };
        let mut file = match stage.lock_file(LOCK, true) {
            Err(error) => {
                let _ = target.remove_empty(FOLDER);
                return gone(error);
            }
            Ok(file) => file,
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(Err(holder(&mut file))),
            locked => locked.map_err(|error| PathError::Failed(LOCK.to_owned(), error.into()))?,
        }
        // The previous holder can have removed the file that is locked now.
        let whose = |file: &File| cap_std::fs::File::from_std(file.try_clone()?).metadata();
        let own = whose(&file).map_err(|error| PathError::Failed(LOCK.to_owned(), error))?;
        let there = target.subfolder(FOLDER, false).and_then(|stage| stage.identity(LOCK));
        if !there.is_ok_and(|(device, number, ..)| {
            (device, number)
                == (cap_fs_ext::MetadataExt::dev(&own), cap_fs_ext::MetadataExt::ino(&own))
        }) {
            return Ok(Ok(None));
        }
        let stage_lock = StageLock { stage, lock: file };
        match stage_lock.status() {
            Ok(()) => Ok(Ok(Some(stage_lock))),
            Err(error) => {
                stage_lock.release(target);
                Err(error)
            }
        }
    }

    /// Writes the holder into the lock, and excludes the folder from Git.
    fn status(&self) -> PathResult<()> {
        let (mut file, me) =
            (&self.lock, format!("process {} on {}\n", std::process::id(), host()));
        file.set_len(0)
            .and_then(|()| file.write_all(me.as_bytes()))
            .map_err(|error| PathError::Failed(LOCK.to_owned(), error))?;
        self.stage.write(IGNORE, b"*\n", false).map(drop)
    }

    /// Removes the staged files and keeps the lock.
    pub(super) fn clear(&self) -> PathResult<()> {
        self.stage.close_cached();
        let names = self.stage.names("")?;
        names
            .iter()
            .filter(|name| *name != LOCK && *name != IGNORE)
            .try_for_each(|name| self.stage.clear(name))
    }

    /// Removes the staging folder. The lock file is removed last, so that no process locks a folder
    /// that is being removed.
    pub(super) fn release(&self, target: &RootDir) {
        let _ = self.clear();
        for file in [IGNORE, LOCK] {
            let _ = self.stage.remove(file);
        }
        let _ = target.remove_empty(FOLDER);
    }
}

/// State of the staging folder for readers.
pub(super) enum StageState {
    Free,
    /// Another process is writing; the text names it.
    Held(String),
    /// A writer was interrupted while it moved files.
    Interrupted,
}

/// Reads the state of the staging folder without a change.
pub(super) fn stage_state(target: &RootDir) -> PathResult<StageState> {
    let found = || {
        let stage = target.subfolder(FOLDER, false)?;
        let mut file = stage.lock_file(LOCK, false)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock_shared() {
            return Ok(StageState::Held(holder(&mut file)));
        }
        Ok(if stage.has(lock::FILE)? { StageState::Interrupted } else { StageState::Free })
    };
    match found() {
        Err(PathError::Absent(_)) => Ok(StageState::Free),
        found => found,
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.rewind().and_then(|()| file.take(200).read_to_string(&mut text));
    text.trim().to_owned()
}

/// Diagnostic for a tree that another process is writing.
pub(super) fn tree_locked(holder: &str) -> Diagnostic {
    let who =
        if holder.is_empty() { String::new() } else { format!(": {}", crate::diag::safe(holder)) };
    Diagnostic::new(Code::TreeLocked, format!("another `aksgen render` is writing this tree{who}"))
        .help("run the command again after it has finished")
}

/// Converts a path error to a diagnostic.
pub(super) fn path_diagnostic(root: &RootDir, error: PathError) -> Diagnostic {
    match error {
        PathError::Absent(path) => Diagnostic::new(Code::Io, format!("`{}` is missing", root.display_path(&path))),
        PathError::InTheWay(path, what) => Diagnostic::new(Code::UnmanagedFile, format!("`{}` is {what}", root.display_path(&path)))
            .help("replace it with a regular file or folder, or move it away; links and special files are not followed"),
        PathError::Failed(path, error) => Diagnostic::new(Code::Io, format!("`{}`: {}", root.display_path(&path), reason(&error))),
    }
}
