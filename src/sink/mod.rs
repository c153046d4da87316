//! Where bytes go. The only module that writes; `put` may be called from any thread, `commit` once.

mod compare;
mod differ;
mod edits;
mod files;
mod hold;
mod journal;
mod lock;
mod nowhere;
#[cfg(not(unix))]
mod other;
mod place;
mod report;
mod root;
mod staged_tree;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use other as system;
#[cfg(unix)]
use unix as system;

pub use compare::Compare;
pub use differ::{Before, Differ, Differing, Digests, OnDisk, Wanted};
pub use edits::Wishes;
pub use files::{File, Sign};
pub use lock::{Data, FILE as LOCK, Lock};
pub use nowhere::Nowhere;
pub use place::{clear, place};
pub use report::{Counts, Report};
pub use staged_tree::{Options, StagedTree};

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
    fn put(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic>;

    /// What earlier runs left.
    fn past(&self) -> &Lock {
        Lock::none()
    }

    /// Makes what was put the tree. `complete` are the sections that were put as a whole: what else
    /// stands in them is removed. `data` is what the objects of these sections hold; the rows of
    /// other sections stay.
    ///
    /// # Errors
    /// Everything that keeps the tree from being written; then nothing was.
    fn commit(&self, complete: &[&str], data: Data) -> Result<Report, Vec<Diagnostic>>;
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Io, format!("`{}`: {}", path.display(), reason(error)))
}
