//! One writer per tree: who has the lock of the stage may write, and nobody waits for it. The
//! system lets go of it when the writer ends, however it ends.

use super::{
    lock,
    root::{PathError, PathResult, Root},
    system::host,
};
use crate::diag::{Code, Diagnostic, reason};
use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
};

/// The folder, in the target, that holds what is not in place yet.
pub(super) const FOLDER: &str = ".aksgen-stage";
const LOCK: &str = "lock";
const IGNORE: &str = ".gitignore";

/// So often a stage may vanish between two looks, because its writer ended.
const TRIES: usize = 50;

/// The stage, for as long as it is ours.
#[derive(Debug)]
pub(super) struct StageLock {
    pub(super) stage: Root,
    lock: File,
}

impl StageLock {
    /// Makes the stage ours.
    ///
    /// # Errors
    /// If somebody else has it, or it cannot be made.
    pub(super) fn take(target: &Root) -> Result<StageLock, Diagnostic> {
        for _ in 0..TRIES {
            match StageLock::attempt(target)
                .map_err(|obstacle| refused(target, obstacle.below(FOLDER)))?
            {
                Ok(Some(stage_lock)) => return Ok(stage_lock),
                Ok(None) => {}
                Err(holder) => return Err(busy(&holder)),
            }
        }
        Err(busy(""))
    }

    /// Nothing if the stage vanished under us; who holds it, if it is held.
    fn attempt(target: &Root) -> PathResult<Result<Option<StageLock>, String>> {
        let gone = |obstacle| {
            if matches!(obstacle, PathError::Absent(_)) { Ok(Ok(None)) } else { Err(obstacle) }
        };
        let stage = match target.below(FOLDER, true) {
            Err(obstacle) => return gone(obstacle),
            Ok(stage) => stage,
        };
        let mut file = match stage.lock_file(LOCK, true) {
            Err(obstacle) => {
                let _ = target.remove_empty(FOLDER);
                return gone(obstacle);
            }
            Ok(file) => file,
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(Err(holder(&mut file))),
            locked => locked.map_err(|error| PathError::Failed(LOCK.to_owned(), error.into()))?,
        }
        // The one before us may have removed what we have just locked.
        let whose = |file: &File| cap_std::fs::File::from_std(file.try_clone()?).metadata();
        let own = whose(&file).map_err(|error| PathError::Failed(LOCK.to_owned(), error))?;
        let there = target.below(FOLDER, false).and_then(|stage| stage.identity(LOCK));
        if !there.is_ok_and(|(device, number, ..)| {
            (device, number)
                == (cap_fs_ext::MetadataExt::dev(&own), cap_fs_ext::MetadataExt::ino(&own))
        }) {
            return Ok(Ok(None));
        }
        let stage_lock = StageLock { stage, lock: file };
        match stage_lock.sign() {
            Ok(()) => Ok(Ok(Some(stage_lock))),
            Err(obstacle) => {
                stage_lock.release(target);
                Err(obstacle)
            }
        }
    }

    /// Says whose the stage is, and keeps it out of Git.
    fn sign(&self) -> PathResult<()> {
        let (mut file, me) =
            (&self.lock, format!("process {} on {}\n", std::process::id(), host()));
        file.set_len(0)
            .and_then(|()| file.write_all(me.as_bytes()))
            .map_err(|error| PathError::Failed(LOCK.to_owned(), error))?;
        self.stage.write(IGNORE, b"*\n", false).map(drop)
    }

    /// Forgets what is staged; the lock stays ours.
    pub(super) fn clear(&self) -> PathResult<()> {
        self.stage.forget();
        let names = self.stage.names("")?;
        names
            .iter()
            .filter(|name| *name != LOCK && *name != IGNORE)
            .try_for_each(|name| self.stage.clear(name))
    }

    /// Removes the stage. The lock goes last, so that nobody takes what is about to vanish for its
    /// own.
    pub(super) fn release(&self, target: &Root) {
        let _ = self.clear();
        for file in [IGNORE, LOCK] {
            let _ = self.stage.remove(file);
        }
        let _ = target.remove_empty(FOLDER);
    }
}

/// What those find who only read.
pub(super) enum StageState {
    Free,
    /// Somebody is writing.
    Held(String),
    /// Somebody was, and did not come to its end.
    Interrupted,
}

/// Looks at the stage, and leaves it as it is.
pub(super) fn look(target: &Root) -> PathResult<StageState> {
    let found = || {
        let stage = target.below(FOLDER, false)?;
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

/// Somebody else is writing.
pub(super) fn busy(holder: &str) -> Diagnostic {
    let who =
        if holder.is_empty() { String::new() } else { format!(": {}", crate::diag::safe(holder)) };
    Diagnostic::new(Code::TreeLocked, format!("another `aksgen render` is writing this tree{who}"))
        .help("run this again when it is done")
}

/// What an obstacle says to a person.
pub(super) fn refused(root: &Root, obstacle: PathError) -> Diagnostic {
    match obstacle {
        PathError::Absent(path) => Diagnostic::new(Code::Io, format!("`{}` is missing", root.shown(&path))),
        PathError::InTheWay(path, what) => Diagnostic::new(Code::UnmanagedFile, format!("`{}` is {what}", root.shown(&path)))
            .help("replace it by a real file or folder, or move it away: nothing is read, written or removed through it"),
        PathError::Failed(path, error) => Diagnostic::new(Code::Io, format!("`{}`: {}", root.shown(&path), reason(&error))),
    }
}
