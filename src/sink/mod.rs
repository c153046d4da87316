//! Where bytes go. The only module that writes; `put` may be called from any thread, `commit` once.

mod compare;
mod diff_sink;
mod edit_policy;
mod files;
mod journal;
mod lock;
mod null_sink;
#[cfg(not(unix))]
mod other_system;
mod report;
mod root;
mod stage_lock;
mod staged_tree;
#[cfg(unix)]
mod unix_system;
mod write_file;

#[cfg(not(unix))]
use other_system as system;
#[cfg(unix)]
use unix_system as system;

pub use compare::Compare;
pub use diff_sink::{ChangedFile, DiffSink, DigestSink, DiskTree, PreviousTree, TextSink};
pub use edit_policy::EditPolicy;
pub use files::{File, FileStatus};
pub use lock::{FILE as LOCK, Lock, LockData};
pub use null_sink::NullSink;
pub use report::{Counts, Report};
pub use staged_tree::{Options, StagedTree};
pub use write_file::{remove_folder, write_file};

use crate::diag::{Code, Diagnostic, reason};
use std::{io, path::Path};

/// The section of files that belong to no environment.
pub const SHARED: &str = "shared";

/// Takes a tree, file by file.
pub trait Sink: Sync {
    /// Takes one file.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic>;

    /// What earlier runs left.
    fn previous_lock(&self) -> &Lock {
        Lock::none()
    }

    /// Makes what was put the tree. `complete` are the sections that were put as a whole: what else
    /// stands in them is removed. `data` is what the objects of these sections hold; the rows of
    /// other sections stay.
    ///
    /// # Errors
    /// Everything that keeps the tree from being written; then nothing was.
    fn commit(&self, complete: &[&str], data: LockData) -> Result<Report, Vec<Diagnostic>>;
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Io, format!("`{}`: {}", path.display(), reason(error)))
}
