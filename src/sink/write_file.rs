//! Files beside the tree: those that people own and `init` begins. Each is there as a whole or not
//! at all.

use super::{failed, root::Root, stage_lock::refused};
use crate::diag::Diagnostic;
use std::{fs, path::Path};

/// Writes a file by way of another one beside it, and makes its folder.
///
/// # Errors
/// If either cannot be written.
pub fn write_file(root: &Path, path: &str, text: &str) -> Result<(), Diagnostic> {
    let open = || {
        fs::create_dir_all(root)?;
        Root::open(root)
    };
    let below = open().map_err(|error| failed(root, &error))?;
    let (folder, name) =
        path.rsplit_once('/').map_or(("", path), |(folder, name)| (&path[..=folder.len()], name));
    let new = format!("{folder}.{name}.aksgen-new");
    let done =
        below.write(&new, text.as_bytes(), false).and_then(|_| below.rename(&new, &below, path));
    done.map_err(|obstacle| {
        let _ = below.remove(&new);
        refused(&below, obstacle)
    })
}

/// Removes a folder that `write_file` created, with all that is in it.
///
/// # Errors
/// If it is there and cannot be removed.
pub fn remove_folder(root: &Path, folder: &str) -> Result<(), Diagnostic> {
    let below = Root::open(root).map_err(|error| failed(root, &error))?;
    below.clear(folder).map_err(|obstacle| refused(&below, obstacle))
}
