//! From one tree to the next, so that a kill at any moment leaves what the next run can finish.
//! Everything new is in the stage; the journal says what is moved where, and what stood there; the
//! next lock, right beside it, says that the journal is complete. What is replaced or removed is
//! put aside in the stage, so that it can come back. The end is that the next lock becomes the
//! lock. With `sync` one wait for the disk comes after that, and may be refused: until then the
//! former lock is kept too, so that even this can be undone.

use super::{
    edit_policy,
    files::{File, Files},
    lock::{Digest, FILE, Lock, digest},
    root::{PIECE, PathError, PathResult, Root},
    stage_lock::refused,
};
use crate::diag::{Code, Diagnostic};
use std::io::{self, BufWriter, Write};

#[cfg(test)]
mod tests;

/// A file or folder that is moved where nothing is.
pub(super) const ADD: &str = "add";
/// A file that takes the place of another one.
pub(super) const REPLACE: &str = "replace";
/// A file that goes.
pub(super) const REMOVE: &str = "remove";

const JOURNAL: &str = "journal";
/// The next lock, before it is whole.
const NEXT: &str = "aksgen.lock.new";
/// The lock that was, for as long as the next one may be refused after it took its place.
const FORMER: &str = "aksgen.lock.old";

/// Writes the next lock.
pub(super) type Next<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// The way from the stage to the target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journal<'a> {
    pub(super) target: &'a Root,
    pub(super) stage: &'a Root,
    /// Wait for the disk wherever the order matters.
    pub(super) sync: bool,
}

impl Journal<'_> {
    /// Goes from the tree that is there to the one that is staged, or leaves everything as it was.
    /// Answers with files that somebody edited in the meantime: these stay.
    ///
    /// # Errors
    /// What the system refused.
    pub(super) fn carry_out(
        &self,
        steps: Files,
        next: &Next<'_>,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        let journal = Lock { files: steps, ..Lock::default() };
        self.begin(&journal, next).map_err(|obstacle| self.forgotten(obstacle))?;
        let steps = journal.files;
        match self.advance(&steps, None) {
            Ok(edited) => Ok(edited),
            Err(obstacle) => {
                let diagnostic = refused(self.target, obstacle);
                match self.undo(&steps) {
                    Ok(()) => Err(diagnostic.help("nothing was changed")),
                    Err(_) => Err(diagnostic
                        .help("when the cause is gone, `aksgen render` goes on from here")),
                }
            }
        }
    }

    /// Nothing has moved: without its mark, the journal is none, and the next run has nothing to
    /// finish.
    fn forgotten(&self, obstacle: PathError) -> Diagnostic {
        let _ = self.stage.remove(FILE);
        refused(self.stage, obstacle)
    }

    /// Finishes what another run began, if one did.
    ///
    /// # Errors
    /// If the journal is broken, or the system still refuses.
    pub(super) fn recover(&self) -> Result<Option<Vec<Diagnostic>>, Diagnostic> {
        let failed = |obstacle| refused(self.stage, obstacle);
        if !self.stage.has(FILE).map_err(failed)? {
            return Ok(None);
        }
        let read =
            |name| self.stage.file(name).map_err(failed).and_then(|(file, ..)| Lock::read(file));
        let broken = |_| {
            Diagnostic::new(Code::BadLock, format!("the journal in `{}` cannot be read", self.stage.shown("")))
                .help("its `old` folder holds what was replaced: take what you need, delete it all, and render again")
        };
        let (next, steps) = (read(FILE).map_err(broken)?, read(JOURNAL).map_err(broken)?.files);
        self.advance(&steps, Some(&next))
            .map(Some)
            .map_err(|obstacle| refused(self.target, obstacle))
    }

    /// Everything that has to be known is on disk before the first move.
    fn begin(&self, journal: &Lock, next: &Next<'_>) -> PathResult<()> {
        self.write(JOURNAL, &|out| journal.write(out))?;
        self.write(NEXT, next)?;
        self.stage.rename(NEXT, self.stage, FILE)?;
        self.synced(self.stage, FILE).and_then(|()| self.synced(self.target, FILE))
    }

    fn write(&self, name: &str, act: &Next<'_>) -> PathResult<()> {
        let write = |file: &mut _| {
            let mut out = BufWriter::with_capacity(PIECE, file);
            act(&mut out).and_then(|()| out.flush())
        };
        self.stage.write_by(name, self.sync, write).map(drop)
    }

    /// Takes every step that is not taken yet. What is staged is only checked where somebody else
    /// staged it.
    fn advance(&self, steps: &Files, check: Option<&Lock>) -> PathResult<Vec<Diagnostic>> {
        self.target.forget();
        self.stage.forget();
        let mut edited = vec![];
        for (number, file) in steps.iter().enumerate() {
            let path = file.to_string();
            if !self.step(number, &file, &path, check)? {
                edited.push(edit_policy::meanwhile(&path));
            }
            if file.section == REMOVE {
                self.prune(&path)?;
            }
        }
        if self.sync {
            steps.iter().try_for_each(|file| self.synced(self.target, &file.to_string()))?;
        }
        self.end()?;
        Ok(edited)
    }

    /// One step. No, if somebody edited what stands there.
    fn step(
        &self,
        number: usize,
        file: &File<'_>,
        path: &str,
        check: Option<&Lock>,
    ) -> PathResult<bool> {
        if file.section == REMOVE {
            return self.set_aside(number, path, &file.digest);
        }
        let new = staged(path);
        match (self.stage.has(&new)?, check) {
            (false, None) => return Err(PathError::Absent(new)),
            // It was moved by the run that was interrupted.
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

    /// Puts a file aside, if it is what it was.
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
        let fair = self.stage.read(&aside)?.is_none_or(|old| digest(&old) == *was);
        if !fair {
            self.stage.rename(&aside, self.target, path)?;
        }
        Ok(fair)
    }

    /// Is what is staged what the next lock says? A machine that lost power may have kept names of
    /// files and lost what is in them.
    fn is_whole(&self, path: &str, next: &Lock) -> bool {
        let below = |file: &File<'_>| {
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

    /// Removes the folders that are empty without a file.
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

    /// The next lock becomes the lock, unless it says the same.
    fn end(&self) -> PathResult<()> {
        let (mut next, ..) = self.stage.file(FILE)?;
        if self.target.holds(FILE, |out| io::copy(&mut next, out).map(drop))? {
            return self.stage.remove(FILE);
        }
        let former = if self.sync { self.target.read(FILE)? } else { None };
        former.map_or(Ok(()), |text| self.stage.write(FORMER, &text, false).map(drop))?;
        self.stage.rename(FILE, self.target, FILE)?;
        self.synced(self.target, FILE)
    }

    /// Everything back to where it was.
    fn undo(&self, steps: &Files) -> PathResult<()> {
        self.target.forget();
        self.stage.forget();
        self.undo_end()?;
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

    /// The lock becomes the next one again, so that a kill from here on is repaired, and the one
    /// that was comes back.
    fn undo_end(&self) -> PathResult<()> {
        if self.stage.has(FILE)? {
            return Ok(());
        }
        self.target.rename(FILE, self.stage, FILE)?;
        if self.stage.has(FORMER)? { self.stage.rename(FORMER, self.target, FILE) } else { Ok(()) }
    }

    fn synced(&self, root: &Root, path: &str) -> PathResult<()> {
        match self.sync.then(|| root.sync(path)) {
            // The folder went with its last file.
            None | Some(Err(PathError::Absent(_))) => Ok(()),
            Some(done) => done,
        }
    }
}

/// Where the stage has a file that is new.
pub(super) fn staged(path: &str) -> String {
    format!("new/{path}")
}

/// Where the stage has what was replaced or removed by a step.
fn aside(number: usize) -> String {
    format!("old/{number}")
}
