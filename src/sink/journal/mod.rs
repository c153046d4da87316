//! Moves staged files into place; the next run can recover from an interruption at any point. New
//! files are in the staging folder. The journal lists each move; the next lock beside it marks the
//! journal as complete. Replaced and removed files are kept in the staging folder for a rollback.
//! The last step moves the next lock into place. With `sync`, one more flush follows, so the former
//! lock is kept until then.

use super::{
    edit_policy,
    files::{FileIndex, TreeFile},
    lock::{Digest, FILE, Lock, digest},
    root::{PIECE, PathError, PathResult, RootDir},
    stage_lock::path_diagnostic,
};
use crate::diag::{Code, Diagnostic};
use std::io::{self, BufWriter, Write};

#[cfg(test)]
mod tests;

/// Section of files and folders that are new.
pub(super) const ADD: &str = "add";
/// Section of files that are replaced.
pub(super) const REPLACE: &str = "replace";
/// Section of files that are removed.
pub(super) const REMOVE: &str = "remove";

const JOURNAL: &str = "journal";
/// The next lock while it is being written.
const NEXT: &str = "aksgen.lock.new";
/// The former lock, kept for a rollback with `sync`.
const FORMER: &str = "aksgen.lock.old";

/// Writes the next lock.
pub(super) type LockWriter<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// Moves from the staging folder to the target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journal<'a> {
    pub(super) target: &'a RootDir,
    pub(super) stage: &'a RootDir,
    /// Flush to disk wherever the order matters.
    pub(super) sync: bool,
}

impl Journal<'_> {
    /// Moves all staged files into place, or rolls back. Returns files that were edited during the
    /// run and are kept.
    ///
    /// # Errors
    /// The error of the operating system.
    pub(super) fn carry_out(
        &self,
        steps: FileIndex,
        next: &LockWriter<'_>,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        let journal = Lock { files: steps, ..Lock::default() };
        self.write_journal(&journal, next).map_err(|error| self.discard_journal(error))?;
        let steps = journal.files;
        match self.run_steps(&steps, None) {
            Ok(edited) => Ok(edited),
            Err(error) => {
                let diagnostic = path_diagnostic(self.target, error);
                match self.undo(&steps) {
                    Ok(()) => Err(diagnostic.help("nothing was changed")),
                    Err(_) => {
                        Err(diagnostic.help("fix the cause, then run `aksgen render` to continue"))
                    }
                }
            }
        }
    }

    /// Removes the mark of the journal before any move, so that the next run has nothing to
    /// recover.
    fn discard_journal(&self, error: PathError) -> Diagnostic {
        let _ = self.stage.remove(FILE);
        path_diagnostic(self.stage, error)
    }

    /// Recovers an interrupted run, if there is one.
    ///
    /// # Errors
    /// If the journal is invalid, or the operating system still returns an error.
    pub(super) fn recover(&self) -> Result<Option<Vec<Diagnostic>>, Diagnostic> {
        let failed = |error| path_diagnostic(self.stage, error);
        if !self.stage.has(FILE).map_err(failed)? {
            return Ok(None);
        }
        let read =
            |name| self.stage.file(name).map_err(failed).and_then(|(file, ..)| Lock::read(file));
        let broken = |_| {
            Diagnostic::new(Code::BadLock, format!("the journal in `{}` cannot be read", self.stage.display_path("")))
                .help("copy the replaced files that you need from its `old` folder, delete the folder, and run `aksgen render`")
        };
        let (next, steps) = (read(FILE).map_err(broken)?, read(JOURNAL).map_err(broken)?.files);
        self.check_owned(&steps)?;
        self.run_steps(&steps, Some(&next))
            .map(Some)
            .map_err(|error| path_diagnostic(self.target, error))
    }

    /// Checks that a journal replaces and removes only managed files. A staging folder can come
    /// with the repository, and must not remove other files.
    fn check_owned(&self, steps: &FileIndex) -> Result<(), Diagnostic> {
        let locks: Vec<Lock> = [(self.target, FILE), (self.stage, FORMER)]
            .into_iter()
            .filter_map(|(root, name)| root.file(name).ok())
            .filter_map(|(file, ..)| Lock::read(file).ok())
            .collect();
        let is_owned = |path: &str| locks.iter().any(|lock| lock.files.get(path).is_some());
        let others = steps.iter().filter(|file| file.section != ADD).map(|file| file.to_string());
        others.filter(|path| !is_owned(path)).try_for_each(|path| Err(self.unowned(&path)))
    }

    fn unowned(&self, path: &str) -> Diagnostic {
        let message = format!(
            "the journal in `{}` changes `{path}`, which `{FILE}` does not list",
            self.stage.display_path("")
        );
        Diagnostic::new(Code::BadLock, message)
            .help("delete the folder, and run `aksgen render`: aksgen did not write this journal")
    }

    /// Writes the journal and the next lock before the first move.
    fn write_journal(&self, journal: &Lock, next: &LockWriter<'_>) -> PathResult<()> {
        self.write(JOURNAL, &|out| journal.write(out))?;
        self.write(NEXT, next)?;
        self.stage.rename(NEXT, self.stage, FILE)?;
        self.sync_parent(self.stage, FILE).and_then(|()| self.sync_parent(self.target, FILE))
    }

    fn write(&self, name: &str, act: &LockWriter<'_>) -> PathResult<()> {
        let write = |file: &mut _| {
            let mut out = BufWriter::with_capacity(PIECE, file);
            act(&mut out).and_then(|()| out.flush())
        };
        self.stage.write_by(name, self.sync, write).map(drop)
    }

    /// Runs all remaining steps. Staged files are verified only in a recovery.
    fn run_steps(&self, steps: &FileIndex, check: Option<&Lock>) -> PathResult<Vec<Diagnostic>> {
        self.target.close_cached();
        self.stage.close_cached();
        let mut edited = vec![];
        for (number, file) in steps.iter().enumerate() {
            let path = file.to_string();
            if !self.run_step(number, &file, &path, check)? {
                edited.push(edit_policy::edited_during_run(&path));
            }
            if file.section == REMOVE {
                self.prune(&path)?;
            }
        }
        if self.sync {
            steps.iter().try_for_each(|file| self.sync_parent(self.target, &file.to_string()))?;
        }
        self.commit_lock()?;
        Ok(edited)
    }

    /// Runs one step; returns false if the target was edited.
    fn run_step(
        &self,
        number: usize,
        file: &TreeFile<'_>,
        path: &str,
        check: Option<&Lock>,
    ) -> PathResult<bool> {
        if file.section == REMOVE {
            return self.set_aside(number, path, &file.digest);
        }
        let new = staged(path);
        match (self.stage.has(&new)?, check) {
            (false, None) => return Err(PathError::Absent(new)),
            // The interrupted run has moved it.
            (false, Some(_)) => return Ok(true),
            (true, Some(next)) if !self.is_whole(path, next) => return Ok(true),
            (true, _) => {}
        }
        let free = if file.section == ADD {
            !self.target.has(path)?
        } else {
            self.set_aside(number, path, &file.digest)?
        };
        if free {
            self.stage.rename(&new, self.target, path)?;
        }
        Ok(free)
    }

    /// Moves a file to the staging folder if it is unchanged.
    fn set_aside(&self, number: usize, path: &str, was: &Digest) -> PathResult<bool> {
        let aside = aside(number);
        if !self.stage.has(&aside)? {
            if !self.target.has(path)? {
                return Ok(true);
            }
            self.target.rename(path, self.stage, &aside)?;
        } else if self.target.has(path)? {
            return Ok(false);
        }
        let unchanged = self.stage.read(&aside)?.is_none_or(|old| digest(&old) == *was);
        if !unchanged {
            self.stage.rename(&aside, self.target, path)?;
        }
        Ok(unchanged)
    }

    /// Whether a staged file matches the next lock. After a power loss, a file can have a name but
    /// no content.
    fn is_whole(&self, path: &str, next: &Lock) -> bool {
        let below = |file: &TreeFile<'_>| {
            file.folder == path
                || file.folder.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
        };
        let same = |path: &str, wanted: &Digest| {
            self.stage
                .read(&staged(path))
                .is_ok_and(|text| text.is_some_and(|text| digest(&text) == *wanted))
        };
        match next.files.get(path) {
            Some(entry) => same(path, &entry.digest),
            None => {
                next.files.iter().filter(below).all(|file| same(&file.to_string(), &file.digest))
            }
        }
    }

    /// Removes the parent folders that are empty now.
    fn prune(&self, path: &str) -> PathResult<()> {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if !self.target.remove_empty(above)? {
                break;
            }
            folder = above;
        }
        Ok(())
    }

    /// Moves the next lock into place, unless it equals the lock.
    fn commit_lock(&self) -> PathResult<()> {
        let (mut next, ..) = self.stage.file(FILE)?;
        if self.target.holds(FILE, |out| io::copy(&mut next, out).map(drop))? {
            return self.stage.remove(FILE);
        }
        let former = if self.sync { self.target.read(FILE)? } else { None };
        former.map_or(Ok(()), |text| self.stage.write(FORMER, &text, false).map(drop))?;
        self.stage.rename(FILE, self.target, FILE)?;
        self.sync_parent(self.target, FILE)
    }

    /// Rolls back all steps.
    fn undo(&self, steps: &FileIndex) -> PathResult<()> {
        self.target.close_cached();
        self.stage.close_cached();
        self.restore_lock()?;
        for (number, file) in steps.iter().enumerate() {
            let path = file.to_string();
            let (new, aside) = (staged(&path), aside(number));
            if file.section != REMOVE && !self.stage.has(&new)? && self.target.has(&path)? {
                self.target.rename(&path, self.stage, &new)?;
            }
            if self.stage.has(&aside)? {
                self.stage.rename(&aside, self.target, &path)?;
            }
        }
        self.stage.remove(FILE)
    }

    /// Restores the former lock; an interruption from here on is recovered.
    fn restore_lock(&self) -> PathResult<()> {
        if self.stage.has(FILE)? {
            return Ok(());
        }
        self.target.rename(FILE, self.stage, FILE)?;
        if self.stage.has(FORMER)? { self.stage.rename(FORMER, self.target, FILE) } else { Ok(()) }
    }

    fn sync_parent(&self, root: &RootDir, path: &str) -> PathResult<()> {
        match self.sync.then(|| root.sync(path)) {
            // The folder was removed with its last file.
            None | Some(Err(PathError::Absent(_))) => Ok(()),
            Some(done) => done,
        }
    }
}

/// Path of a new file in the staging folder.
pub(super) fn staged(path: &str) -> String {
    format!("new/{path}")
}

/// Path of a replaced or removed file in the staging folder.
fn aside(number: usize) -> String {
    format!("old/{number}")
}
