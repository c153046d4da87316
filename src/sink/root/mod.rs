//! A folder, and everything below it: each part of a path is opened from the one above, and never
//! through a link. The only way from the sink to a disk.

mod file_comparer;
mod open;
#[cfg(test)]
mod tests;
mod walk;

use super::system::mode;
use cap_fs_ext::{FollowSymlinks, MetadataExt, OpenOptionsFollowExt};
use cap_std::{
    ambient_authority,
    fs::{Dir, File, OpenOptions},
};
use file_comparer::FileComparer;
use open::{kind, reading, step, what};
use std::{
    collections::HashMap,
    io::{self, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::Mutex,
    thread::{self, ThreadId},
};
use walk::Walk;

/// Why something cannot be done at a path.
#[derive(Debug)]
pub(super) enum PathError {
    /// Nothing is there: the first part of the path that is missing.
    Absent(String),
    /// At this part of the path stands what must not be there.
    InTheWay(String, &'static str),
    /// The system says no.
    Failed(String, io::Error),
}

impl PathError {
    /// The same, seen from the folder above.
    pub(super) fn below(self, folder: &str) -> PathError {
        let at = |path: String| if path == folder { path } else { format!("{folder}/{path}") };
        match self {
            PathError::Absent(path) => PathError::Absent(at(path)),
            PathError::InTheWay(path, what) => PathError::InTheWay(at(path), what),
            PathError::Failed(path, error) => PathError::Failed(at(path), error),
        }
    }
}

pub(super) type PathResult<T> = Result<T, PathError>;

/// So much of a large file is in memory.
pub(super) const PIECE: usize = 65_536;

/// A folder whose name a person gave; links may lead to it, and none out of it.
#[derive(Debug)]
pub(super) struct Root {
    /// Nothing, where there is no such folder.
    base: Option<Dir>,
    name: PathBuf,
    /// Most files are in the same folder as the one before.
    walks: Mutex<HashMap<ThreadId, Walk>>,
}

/// What tells one file from another, and from itself after a change.
pub(super) type Identity = (u64, u64, u64, Option<cap_std::time::SystemTime>);

impl Root {
    /// Opens a folder.
    pub(super) fn open(path: &Path) -> io::Result<Root> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Root::of(Some(Dir::open_ambient_dir(path, ambient_authority())?), path))
    }

    /// The same, for those who only look: a folder that is not there has nothing in it.
    pub(super) fn look(path: &Path) -> io::Result<Root> {
        match Root::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Root::of(None, path)),
            found => found,
        }
    }

    fn of(base: Option<Dir>, name: &Path) -> Root {
        Root { base, name: name.to_owned(), walks: Mutex::default() }
    }

    /// Opens a folder right below this one; makes it first, if it is missing and wanted.
    pub(super) fn below(&self, folder: &str, make: bool) -> PathResult<Root> {
        let base = self.base.as_ref().ok_or_else(|| PathError::Absent(folder.to_owned()))?;
        Ok(Root::of(Some(step(base, folder, folder, make)?), &self.name.join(folder)))
    }

    /// A path as messages have it.
    pub(super) fn shown(&self, path: &str) -> String {
        self.name.join(path).display().to_string().trim_start_matches("./").to_owned()
    }

    /// Forgets which folders are open: some may move.
    pub(super) fn forget(&self) {
        self.walks.lock().expect("no panic while held").clear();
    }

    /// Does something in the folder of a path, with the name in it.
    fn within<T>(
        &self,
        path: &str,
        make: bool,
        act: impl FnOnce(&Dir, &str) -> PathResult<T>,
    ) -> PathResult<T> {
        let base = self.base.as_ref().ok_or_else(|| PathError::Absent(path.to_owned()))?;
        let me = thread::current().id();
        let mut walk =
            self.walks.lock().expect("no panic while held").remove(&me).unwrap_or_default();
        let done = walk
            .to(base, path, make)
            .and_then(|name| act(walk.open.last().map_or(base, |(_, dir)| dir), name));
        self.walks.lock().expect("no panic while held").insert(me, walk);
        done
    }

    /// Opens a file to be read, with its length and mode; nothing but a file.
    pub(super) fn file(&self, path: &str) -> PathResult<(File, u64, u32)> {
        self.within(path, false, |dir, name| {
            let file =
                dir.open_with(name, &reading()).map_err(|error| what(dir, name, path, error))?;
            let metadata =
                file.metadata().map_err(|error| PathError::Failed(path.to_owned(), error))?;
            match kind(metadata.file_type()) {
                Some(other) => Err(PathError::InTheWay(path.to_owned(), other)),
                None => Ok((file, metadata.len(), mode(&metadata))),
            }
        })
    }

    /// The content of a file, or nothing.
    pub(super) fn read(&self, path: &str) -> PathResult<Option<Vec<u8>>> {
        let (mut file, length, _) = match self.file(path) {
            Err(PathError::Absent(_)) => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.read_to_end(&mut bytes).map_err(|error| PathError::Failed(path.to_owned(), error))?;
        Ok(Some(bytes))
    }

    /// Tells whether a file became another one.
    pub(super) fn identity(&self, path: &str) -> PathResult<Identity> {
        self.within(path, false, |dir, name| {
            let found = dir.symlink_metadata(name).map_err(|error| what(dir, name, path, error))?;
            Ok((found.dev(), found.ino(), found.len(), found.modified().ok()))
        })
    }

    /// Is anything at a path?
    pub(super) fn has(&self, path: &str) -> PathResult<bool> {
        match self.identity(path) {
            Err(PathError::Absent(_)) => Ok(false),
            found => found.map(|_| true),
        }
    }

    /// Writes a new file, and makes its folders.
    pub(super) fn write(&self, path: &str, bytes: &[u8], sync: bool) -> PathResult<File> {
        self.write_by(path, sync, |file| file.write_all(bytes))
    }

    /// The same, for what need not be in memory as a whole.
    pub(super) fn write_by(
        &self,
        path: &str,
        sync: bool,
        act: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> PathResult<File> {
        self.within(path, true, |dir, name| {
            let write = || {
                let mut file = dir.open_with(
                    name,
                    OpenOptions::new()
                        .write(true)
                        .create(true)
                        .truncate(true)
                        .follow(FollowSymlinks::No),
                )?;
                act(&mut file)?;
                if sync { file.sync_all().map(|()| file) } else { Ok(file) }
            };
            write().map_err(|error| PathError::Failed(path.to_owned(), error))
        })
    }

    /// Does a file hold what `act` writes?
    pub(super) fn holds(
        &self,
        path: &str,
        act: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> PathResult<bool> {
        let file = match self.file(path) {
            Err(PathError::Absent(_)) => return Ok(false),
            file => file?.0,
        };
        let mut held = FileComparer::new(file);
        let failed = |error| PathError::Failed(path.to_owned(), error);
        let mut out = BufWriter::with_capacity(PIECE, &mut held);
        let written = act(&mut out).and_then(|()| out.flush());
        drop(out);
        match written {
            Err(error) if error.kind() == ErrorKind::InvalidData => Ok(false),
            Err(error) => Err(failed(error)),
            Ok(()) => held.is_whole().map_err(failed),
        }
    }

    /// Opens a file that is a lock for processes, and makes it.
    pub(super) fn lock_file(&self, path: &str, make: bool) -> PathResult<std::fs::File> {
        self.within(path, false, |dir, name| {
            let file = dir
                .open_with(name, reading().write(make).create(make))
                .map_err(|error| what(dir, name, path, error))?;
            Ok(file.into_std())
        })
    }

    /// Moves a file or folder.
    pub(super) fn rename(&self, from: &str, to: &Root, path: &str) -> PathResult<()> {
        let source = self.within(from, false, |dir, _| {
            dir.try_clone().map_err(|error| PathError::Failed(from.to_owned(), error))
        })?;
        let name = from.rsplit('/').next().unwrap_or(from);
        to.within(path, true, |dir, new| {
            source.rename(name, dir, new).map_err(|error| PathError::Failed(path.to_owned(), error))
        })
    }

    /// Removes a file.
    pub(super) fn remove(&self, path: &str) -> PathResult<()> {
        self.within(path, false, |dir, name| match dir.remove_file(name) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(PathError::Failed(path.to_owned(), error))
            }
            _ => Ok(()),
        })
    }

    /// What is in a folder; in this one, if it has no name.
    pub(super) fn names(&self, folder: &str) -> PathResult<Vec<String>> {
        let failed = |error| PathError::Failed(folder.to_owned(), error);
        self.within(folder, false, |dir, name| {
            let entries =
                if name.is_empty() { dir.entries() } else { dir.read_dir(name) }.map_err(failed)?;
            entries
                .map(|entry| {
                    entry
                        .map(|entry| entry.file_name().to_string_lossy().into_owned())
                        .map_err(failed)
                })
                .collect()
        })
    }

    /// Removes a file, or a folder with all that is in it. Opens no more folders at a time than
    /// whoever made them: descriptors may be what is missing.
    pub(super) fn clear(&self, path: &str) -> PathResult<()> {
        let is_folder = self.within(path, false, |dir, name| {
            let found = dir.symlink_metadata(name).map_err(|error| what(dir, name, path, error))?;
            Ok(found.is_dir() && dir.remove_dir(name).is_err())
        });
        match is_folder {
            Err(PathError::Absent(_)) => Ok(()),
            Ok(false) => self.remove(path),
            Err(obstacle) => Err(obstacle),
            Ok(true) => {
                self.names(path)?
                    .iter()
                    .try_for_each(|name| self.clear(&format!("{path}/{name}")))?;
                self.forget();
                self.within(path, false, |dir, name| {
                    dir.remove_dir(name).map_err(|error| PathError::Failed(path.to_owned(), error))
                })
            }
        }
    }

    /// Removes a folder if it is empty, and nobody is in it. Says whether it is gone.
    pub(super) fn remove_empty(&self, folder: &str) -> PathResult<bool> {
        self.forget();
        let removed = self.within(folder, false, |dir, name| {
            match dir.remove_dir(name).map_err(|error| (error.kind(), error)) {
                Ok(()) | Err((ErrorKind::NotFound, _)) => Ok(true),
                // Some systems say of a folder that is not empty that there is something.
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

    /// Makes sure that the entries of the folder of a path are on the disk.
    pub(super) fn sync(&self, path: &str) -> PathResult<()> {
        self.within(path, false, |dir, _| {
            dir.open_with(".", &reading())
                .and_then(|dir| dir.sync_all())
                .map_err(|error| PathError::Failed(path.to_owned(), error))
        })
    }
}
