//! Writer of a tree: changed files are staged beside the tree and moved into place at the commit.
//! Unmanaged files are never overwritten.

use super::{
    LockData, Sink, TreeReport,
    compare::{TreeState, WriteAction},
    edit_policy::EditPolicy,
    journal::{Journal, staged},
    lock::{self, Lock},
    report::is_complete,
    root::{PathError, RootDir},
    stage_lock::{StageLock, path_diagnostic},
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

/// Options of `render`.
#[derive(Debug, Default)]
pub struct WriteOptions {
    /// Treatment of manually edited files.
    pub edit_policy: EditPolicy,
    /// The lock has the conflict markers of a merge.
    pub merge_lock: bool,
    /// Flush to disk in an order that survives a power loss.
    pub sync: bool,
    /// A value other than zero stops the run before the next file.
    pub stop: Arc<AtomicUsize>,
}

/// The sink of `render`.
#[derive(Debug)]
pub struct StagedTree {
    tree: TreeState,
    stage_lock: StageLock,
    sync: bool,
    stop: Arc<AtomicUsize>,
    /// Files of a recovered run that were edited since; `None` if no run was recovered.
    recovered: Option<Vec<Diagnostic>>,
    failed: AtomicBool,
    /// The next run needs the staging folder.
    keep: AtomicBool,
}

impl StagedTree {
    /// Opens a tree for writing with default options.
    ///
    /// # Errors
    /// As [`StagedTree::with`].
    pub fn new(target: impl Into<PathBuf>) -> Result<StagedTree, Diagnostic> {
        StagedTree::with(target, WriteOptions::default())
    }

    /// Opens a tree for writing. An interrupted run is recovered first.
    ///
    /// # Errors
    /// If the lock cannot be read, another process is writing, or recovery fails.
    pub fn with(
        target: impl Into<PathBuf>,
        options: WriteOptions,
    ) -> Result<StagedTree, Diagnostic> {
        let target = target.into();
        let root = RootDir::open(&target).map_err(|error| super::failed(&target, &error))?;
        let stage_lock = StageLock::take(&root)?;
        let recovered =
            Journal { target: &root, stage: &stage_lock.stage, sync: options.sync }.recover()?;
        stage_lock.clear().map_err(|error| path_diagnostic(&stage_lock.stage, error))?;
        let tree = match TreeState::locked(root, options.edit_policy, options.merge_lock) {
            Ok(tree) => tree,
            Err(diagnostic) => {
                RootDir::open(&target).iter().for_each(|root| stage_lock.release(root));
                return Err(diagnostic);
            }
        };
        Ok(StagedTree {
            tree,
            stage_lock,
            sync: options.sync,
            stop: options.stop,
            recovered,
            failed: AtomicBool::new(false),
            keep: AtomicBool::new(false),
        })
    }

    /// Files of a recovered run that were edited since and are kept; `None` if no run was
    /// recovered.
    pub fn recovered(&self) -> Option<&[Diagnostic]> {
        self.recovered.as_deref()
    }

    fn check_stop(&self) -> Result<(), Diagnostic> {
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
        Journal { target: &self.tree.root, stage: &self.stage_lock.stage, sync: self.sync }
    }

    /// Applies the report to the tree.
    fn apply(&self, report: &TreeReport, data: &LockData) -> Result<Vec<Diagnostic>, Diagnostic> {
        let failed = |error| path_diagnostic(&self.tree.root, error);
        let steps = self.tree.steps();
        let next =
            |out: &mut dyn Write| lock::write(&report.files, data, env!("CARGO_PKG_VERSION"), out);
        if steps.is_empty() && self.tree.root.holds(lock::FILE, next).map_err(failed)? {
            return Ok(vec![]);
        }
        self.sync_folders(report).map_err(failed)?;
        self.keep.store(true, Ordering::Relaxed);
        let done = self.journal().carry_out(steps, &next);
        self.keep.store(self.stage_lock.stage.has(lock::FILE).unwrap_or(true), Ordering::Relaxed);
        done
    }

    /// Flushes the staged folders before the journal refers to them.
    fn sync_folders(&self, report: &TreeReport) -> Result<(), PathError> {
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
        self.check_stop()?;
        // A full disk is reported once, not once per file.
        if self.failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let done = match self.tree.record(section, path, text)? {
            WriteAction::Nothing => Ok(()),
            WriteAction::Write(mode) => self.stage_file(path, text, mode),
        };
        done.map_err(|error| {
            self.failed.store(true, Ordering::Relaxed);
            path_diagnostic(&self.stage_lock.stage, error)
        })
    }

    fn previous_lock(&self) -> &Lock {
        &self.tree.lock
    }

    fn commit(&self, complete: &[&str], mut data: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        let report = self.tree.report(complete).map_err(|diagnostic| vec![diagnostic])?;
        let path_diagnostic = self.tree.refusals();
        if !path_diagnostic.is_empty() {
            return Err(path_diagnostic);
        }
        self.check_stop().map_err(|diagnostic| vec![diagnostic])?;
        let kept =
            self.tree.lock.data.iter().filter(|(section, _)| !is_complete(section, complete));
        data.extend(kept.map(|(section, rows)| (section.clone(), rows.clone())));
        let edited = self.apply(&report, &data).map_err(|diagnostic| vec![diagnostic])?;
        if edited.is_empty() { Ok(report) } else { Err(edited) }
    }
}

impl Drop for StagedTree {
    /// Removes staged files that were not committed.
    fn drop(&mut self) {
        if !*self.keep.get_mut() {
            self.tree.root.close_cached();
            self.stage_lock.stage.close_cached();
            self.stage_lock.release(&self.tree.root);
        }
    }
}
