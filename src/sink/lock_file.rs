//! Reads the lock of a tree.

use super::{
    lock::{self, FILE, Lock, digest},
    root::{PathError, RootDir},
    stage_lock::path_diagnostic,
};
use crate::diag::Diagnostic;

/// The lock; empty where there is none.
pub(super) fn read_lock(root: &RootDir) -> Result<Lock, Diagnostic> {
    match root.file(FILE) {
        Ok((file, ..)) => Lock::read(file),
        Err(PathError::Absent(_)) => Ok(Lock::default()),
        Err(PathError::InTheWay(_, what)) => Err(lock::broken(&format!("is {what}"))),
        Err(error) => Err(path_diagnostic(root, error)),
    }
}

/// The lock with the conflict markers of a merge.
pub(super) fn merged_lock(root: &RootDir) -> Result<Lock, Diagnostic> {
    let (file, ..) = root.file(FILE).map_err(|error| path_diagnostic(root, error))?;
    let on_disk = |path: &str| root.read(path).ok().flatten().map(|text| digest(&text));
    lock::read_merged(file, &on_disk)
}
