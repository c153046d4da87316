//! Writes a tree: what differs is staged beside it, and moved into place only when everything is
//! there. Never overwrites what is not ours.

use super::{
    LockData, Report, Sink,
    compare::{Seen, Todo, is_complete},
    edit_policy::EditPolicy,
    journal::{Journal, staged},
    lock::{self, Lock},
    root::{PathError, Root},
    stage_lock::{StageLock, refused},
    system::set_mode,
};
use crate::diag::{Code, Diagnostic};
use std::{
    collections::BTreeSet,
    io::Write,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// How to write.
#[derive(Debug, Default)]
pub struct Options {
    /// What is to become of files that were edited by hand.
    pub wishes: EditPolicy,
    /// Wait for the disk, in the order that survives a loss of power.
    pub sync: bool,
    /// Anything but zero ends the run before the next file.
    pub stop: Arc<AtomicUsize>,
}

/// For `render`.
#[derive(Debug)]
pub struct StagedTree {
    seen: Seen,
    stage_lock: StageLock,
    sync: bool,
    stop: Arc<AtomicUsize>,
    /// Files that an interrupted run had left, and somebody edited since; nothing if there was no
    /// such run.
    repaired: Option<Vec<Diagnostic>>,
    failed: AtomicBool,
    /// Something in the stage is needed by the next run.
    keep: AtomicBool,
}

impl StagedTree {
    /// Writes into a tree.
    ///
    /// # Errors
    /// As [`StagedTree::with`].
    pub fn new(target: impl Into<PathBuf>) -> Result<StagedTree, Diagnostic> {
        StagedTree::with(target, Options::default())
    }

    /// The same, as somebody wishes. What a killed run left is finished first.
    ///
    /// # Errors If the lock cannot be read, somebody else is writing, or what a killed run left
    /// cannot be finished.
    pub fn with(target: impl Into<PathBuf>, options: Options) -> Result<StagedTree, Diagnostic> {
        let target = target.into();
        let root = Root::open(&target).map_err(|error| super::failed(&target, &error))?;
        let stage_lock = StageLock::take(&root)?;
        let repaired =
            Journal { target: &root, stage: &stage_lock.stage, sync: options.sync }.recover()?;
        stage_lock.clear().map_err(|obstacle| refused(&stage_lock.stage, obstacle))?;
        let seen = match Seen::ours(root, options.wishes) {
            Ok(seen) => seen,
            Err(diagnostic) => {
                Root::open(&target).iter().for_each(|root| stage_lock.release(root));
                return Err(diagnostic);
            }
        };
        Ok(StagedTree {
            seen,
            stage_lock,
            sync: options.sync,
            stop: options.stop,
            repaired,
            failed: AtomicBool::new(false),
            keep: AtomicBool::new(false),
        })
    }

    /// What a killed run had left was finished: files that somebody edited since, which stay as
    /// they are.
    pub fn repaired(&self) -> Option<&[Diagnostic]> {
        self.repaired.as_deref()
    }

    fn go_on(&self) -> Result<(), Diagnostic> {
        match self.stop.load(Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(Diagnostic::new(Code::Interrupted, "interrupted: nothing was written")),
        }
    }

    fn stage_file(&self, path: &str, text: &str, mode: Option<u32>) -> Result<(), PathError> {
        let to = staged(path);
        let file = self.stage_lock.stage.write(&to, text.as_bytes(), self.sync)?;
        mode.map_or(Ok(()), |mode| set_mode(&file, mode))
            .map_err(|error| PathError::Failed(to, error))
    }

    fn journal(&self) -> Journal<'_> {
        Journal { target: &self.seen.root, stage: &self.stage_lock.stage, sync: self.sync }
    }

    /// Makes the tree what the report says.
    fn settle(&self, report: &Report, data: &LockData) -> Result<Vec<Diagnostic>, Diagnostic> {
        let failed = |obstacle| refused(&self.seen.root, obstacle);
        let steps = self.seen.steps();
        let next =
            |out: &mut dyn Write| lock::write(&report.files, data, env!("CARGO_PKG_VERSION"), out);
        if steps.is_empty() && self.seen.root.holds(lock::FILE, next).map_err(failed)? {
            return Ok(vec![]);
        }
        self.sync_folders(report).map_err(failed)?;
        self.keep.store(true, Ordering::Relaxed);
        let done = self.journal().carry_out(steps, &next);
        self.keep.store(self.stage_lock.stage.has(lock::FILE).unwrap_or(true), Ordering::Relaxed);
        done
    }

    /// The names of what is staged have to be on the disk before the journal says so.
    fn sync_folders(&self, report: &Report) -> Result<(), PathError> {
        if !self.sync {
            return Ok(());
        }
        let above = |path: String| {
            path.match_indices('/').map(|(at, _)| path[..=at].to_owned()).collect::<Vec<_>>()
        };
        let folders: BTreeSet<String> =
            report.differing().flat_map(|file| above(staged(&file.to_string()))).collect();
        for folder in folders {
            match self.stage_lock.stage.sync(&folder) {
                Err(PathError::Absent(_)) => {}
                done => done?,
            }
        }
        Ok(())
    }
}

impl Sink for StagedTree {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        self.go_on()?;
        // A full disk is one mistake, and not one per file.
        if self.failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let done = match self.seen.note(section, path, text)? {
            Todo::Nothing => Ok(()),
            Todo::Write(mode) => self.stage_file(path, text, mode),
        };
        done.map_err(|obstacle| {
            self.failed.store(true, Ordering::Relaxed);
            refused(&self.stage_lock.stage, obstacle)
        })
    }

    fn previous_lock(&self) -> &Lock {
        &self.seen.lock
    }

    fn commit(&self, complete: &[&str], mut data: LockData) -> Result<Report, Vec<Diagnostic>> {
        let report = self.seen.report(complete).map_err(|diagnostic| vec![diagnostic])?;
        let refused = self.seen.refusals();
        if !refused.is_empty() {
            return Err(refused);
        }
        self.go_on().map_err(|diagnostic| vec![diagnostic])?;
        let kept =
            self.seen.lock.data.iter().filter(|(section, _)| !is_complete(section, complete));
        data.extend(kept.map(|(section, rows)| (section.clone(), rows.clone())));
        let edited = self.settle(&report, &data).map_err(|diagnostic| vec![diagnostic])?;
        if edited.is_empty() { Ok(report) } else { Err(edited) }
    }
}

impl Drop for StagedTree {
    /// What was staged and not committed is forgotten, and nothing of ours is left.
    fn drop(&mut self) {
        if !*self.keep.get_mut() {
            self.seen.root.forget();
            self.stage_lock.stage.forget();
            self.stage_lock.release(&self.seen.root);
        }
    }
}
