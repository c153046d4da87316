//! Files beside the tree: those that people own and `init` begins. Each is there as a whole or not at all.

use super::failed;
use crate::diag::Finding;
use std::{fs, io, path::Path};

/// Writes a file by way of another one beside it, and makes its folder.
///
/// # Errors
/// If either cannot be written.
pub fn place(root: &Path, path: &str, text: &str) -> Result<(), Finding> {
    let to = root.join(path);
    let folder = to.parent().unwrap_or(root);
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let new = folder.join(format!(".{name}.aksgen-new"));
    let write = || fs::create_dir_all(folder).and_then(|()| fs::write(&new, text)).and_then(|()| fs::rename(&new, &to));
    write().map_err(|error| {
        let _ = fs::remove_file(&new);
        failed(&to, &error)
    })
}

/// Removes a folder that `place` made, with all that is in it.
///
/// # Errors
/// If it is there and cannot be removed.
pub fn clear(root: &Path, folder: &str) -> Result<(), Finding> {
    let full = root.join(folder);
    match fs::remove_dir_all(&full) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&full, &error)),
        _ => Ok(()),
    }
}
