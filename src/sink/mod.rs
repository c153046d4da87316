//! Where bytes go. The only module that writes; `put` may be called from any thread, `commit` once.

mod compare;
mod differ;
mod lock;
mod nowhere;
mod place;
mod stage;

pub use compare::Compare;
pub use differ::{Before, Differ, Differing, Digests, OnDisk, Wanted};
pub use lock::{FILE as LOCK, Lock};
pub use nowhere::Nowhere;
pub use place::{clear, place};
pub use stage::Stage;

use crate::diag::{Code, Finding, reason};
use std::{collections::BTreeMap, io, path::Path};

/// The section of files that belong to no environment.
pub const SHARED: &str = "shared";

/// What one run did, or would do, to one environment.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub added: Vec<String>,
    /// Files that had another content.
    pub changed: Vec<String>,
    /// Files that are no longer made.
    pub removed: Vec<String>,
    /// Files that stay as they are.
    pub same: usize,
}

impl Changes {
    /// Is everything as it was?
    pub fn none(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Changes by section: an environment, or [`SHARED`].
pub type Report = BTreeMap<String, Changes>;

/// Takes a tree, file by file.
pub trait Sink: Sync {
    /// Takes one file.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn put(&self, section: &str, path: &str, text: &str) -> Result<(), Finding>;

    /// Makes what was put the tree. `complete` are the sections that were put as a whole: what else stands in them is removed.
    ///
    /// # Errors
    /// Everything that keeps the tree from being written; then nothing was.
    fn commit(&self, complete: &[&str]) -> Result<Report, Vec<Finding>>;
}

fn failed(path: &Path, error: &io::Error) -> Finding {
    Finding::new(Code::Io, format!("`{}`: {}", path.display(), reason(error)))
}
