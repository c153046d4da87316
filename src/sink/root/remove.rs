//! Removal of files and folders.

use super::{PathError, PathResult, RootDir, open::open_error};
use std::io::ErrorKind;

impl RootDir {
    /// Removes a file.
    pub(in crate::sink) fn remove(&self, path: &str) -> PathResult<()> {
        self.within(path, false, |dir, name| match dir.remove_file(name) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(PathError::Failed(path.to_owned(), error))
            }
            _ => Ok(()),
        })
    }

    /// Removes a file, or a folder with its content. Opens no more folders at a time than `write`,
    /// because file descriptors can be exhausted.
    pub(in crate::sink) fn clear(&self, path: &str) -> PathResult<()> {
        let is_folder = self.within(path, false, |dir, name| {
            let found =
                dir.symlink_metadata(name).map_err(|error| open_error(dir, name, path, error))?;
            Ok(found.is_dir() && dir.remove_dir(name).is_err())
        });
        match is_folder {
            Err(PathError::Absent(_)) => Ok(()),
            Ok(false) => self.remove(path),
            Err(error) => Err(error),
            Ok(true) => {
                self.names(path)?
                    .iter()
                    .try_for_each(|name| self.clear(&format!("{path}/{name}")))?;
                self.close_cached();
                self.within(path, false, |dir, name| {
                    dir.remove_dir(name).map_err(|error| PathError::Failed(path.to_owned(), error))
                })
            }
        }
    }

    /// Removes a folder if it is empty and unused; returns whether it is removed.
    pub(in crate::sink) fn remove_empty(&self, folder: &str) -> PathResult<bool> {
        self.close_cached();
        let removed = self.within(folder, false, |dir, name| {
            match dir.remove_dir(name).map_err(|error| (error.kind(), error)) {
                Ok(()) | Err((ErrorKind::NotFound, _)) => Ok(true),
                // Some systems return `AlreadyExists` for a folder that is not empty.
                Err((
                    ErrorKind::DirectoryNotEmpty
                    | ErrorKind::AlreadyExists
                    | ErrorKind::ResourceBusy,
                    _,
                )) => Ok(false),
                Err((_, error)) => Err(PathError::Failed(folder.to_owned(), error)),
            }
        });
        if let Err(PathError::Absent(_)) = removed { Ok(true) } else { removed }
    }
}
