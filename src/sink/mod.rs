//! Output of rendered files. The only module that writes to disk. `write` can be called from any
//! thread, `commit` once.

mod compare;
mod diff_sink;
mod edit_policy;
mod files;
mod journal;
mod line_endings;
mod lock;
mod lock_file;
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
pub use files::{FileStatus, TreeFile};
pub use lock::{FILE as LOCK, Lock, LockData};
pub use null_sink::NullSink;
pub use report::{FileCounts, TreeReport};
pub use staged_tree::{StagedTree, WriteOptions};
pub use write_file::{remove_folder, write_file};

use crate::diag::{Code, Diagnostic, reason};
use std::{io, path::Path};

/// Section of files that belong to no environment.
pub const SHARED: &str = "shared";

/// Receives a tree file by file.
pub trait Sink: Sync {
    /// Receives one file.
    ///
    /// # Errors
    /// If the file cannot be read or written, or its path is invalid.
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic>;

    /// Lock of the previous run; empty where there is none.
    fn previous_lock(&self) -> &Lock {
        Lock::none()
    }

    /// Applies the written files. `complete` lists the sections that were written in full: their
    /// other files are removed. `data` lists the data holders of these sections; rows of other
    /// sections stay.
    ///
    /// # Errors
    /// All reasons why the tree cannot be written. In that case nothing is written.
    fn commit(&self, complete: &[&str], data: LockData) -> Result<TreeReport, Vec<Diagnostic>>;
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Io, format!("`{}`: {}", path.display(), reason(error)))
}
