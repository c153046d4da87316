//! Files beside the tree that `init` creates. Each file is written atomically.

use super::{failed, root::RootDir, stage_lock::path_diagnostic};
use crate::diag::Diagnostic;
use std::{fs, path::Path};

/// Writes a file through a temporary file in the same folder, and creates the folder.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn write_file(root: &Path, path: &str, text: &str) -> Result<(), Diagnostic> {
    let open = || {
        fs::create_dir_all(root)?;
        RootDir::open(root)
    };
    let below = open().map_err(|error| failed(root, &error))?;
    let (folder, name) =
        path.rsplit_once('/').map_or(("", path), |(folder, name)| (&path[..=folder.len()], name));
    let new = format!("{folder}.{name}.aksgen-new");
    let done =
        below.write(&new, text.as_bytes(), false).and_then(|_| below.rename(&new, &below, path));
    done.map_err(|error| {
        let _ = below.remove(&new);
        path_diagnostic(&below, error)
    })
}

/// Removes a folder that `write_file` created, with all that is in it.
///
/// # Errors
/// If the folder exists and cannot be removed.
pub fn remove_folder(root: &Path, folder: &str) -> Result<(), Diagnostic> {
    let below = RootDir::open(root).map_err(|error| failed(root, &error))?;
    below.clear(folder).map_err(|error| path_diagnostic(&below, error))
}
