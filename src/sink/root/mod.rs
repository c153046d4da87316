//! File access below one folder. Each part of a path is opened relative to its parent and never
//! through a link. All file access of the sink uses this module.

mod file_comparer;
mod open;
mod remove;
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
use open::{kind, open_error, open_subfolder, reading};
use std::{
    collections::HashMap,
    io::{self, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::Mutex,
    thread::{self, ThreadId},
};
use walk::Walk;

/// Error of an operation on a path.
#[derive(Debug)]
pub(super) enum PathError {
    /// Missing; names the first missing part of the path.
    Absent(String),
    /// This part of the path has the wrong file type.
    InTheWay(String, &'static str),
    /// The operating system returned an error.
    Failed(String, io::Error),
}

impl PathError {
    /// Prefixes the path with a folder.
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

/// Buffer size in bytes.
pub(super) const PIECE: usize = 65_536;

/// A folder named by the user. Links can lead to it, but no link is followed inside it.
#[derive(Debug)]
pub(super) struct RootDir {
    /// `None` if the folder is missing.
    base: Option<Dir>,
    name: PathBuf,
    /// Open folders per thread: consecutive files are mostly in the same folder.
    walks: Mutex<HashMap<ThreadId, Walk>>,
}

/// Identity of a file version: device, inode, length and modification time.
pub(super) type FileIdentity = (u64, u64, u64, Option<cap_std::time::SystemTime>);

impl RootDir {
    /// Opens the folder.
    pub(super) fn open(path: &Path) -> io::Result<RootDir> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(RootDir::of(Some(Dir::open_ambient_dir(path, ambient_authority())?), path))
    }

    /// Opens the folder for reading; a missing folder counts as empty.
    pub(super) fn open_if_present(path: &Path) -> io::Result<RootDir> {
        match RootDir::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(RootDir::of(None, path)),
            found => found,
        }
    }

    fn of(base: Option<Dir>, name: &Path) -> RootDir {
        RootDir { base, name: name.to_owned(), walks: Mutex::default() }
    }

    /// Opens a direct subfolder, and creates it if `make` is set.
    pub(super) fn subfolder(&self, folder: &str, make: bool) -> PathResult<RootDir> {
        let base = self.base.as_ref().ok_or_else(|| PathError::Absent(folder.to_owned()))?;
        Ok(RootDir::of(Some(open_subfolder(base, folder, folder, make)?), &self.name.join(folder)))
    }

    /// A path in the form of messages.
    pub(super) fn display_path(&self, path: &str) -> String {
        self.name.join(path).display().to_string().trim_start_matches("./").to_owned()
    }

    /// Closes the cached folders, because they can be moved.
    pub(super) fn close_cached(&self) {
        self.walks.lock().expect("no panic while held").clear();
    }

    /// Runs an action in the parent folder of a path.
    fn within<T>(
        &self,
        path: &str,
        make: bool,
        act: impl FnOnce(&Dir, &str) -> PathResult<T>,
    ) -> PathResult<T> {
        let base = self.base.as_ref().ok_or_else(|| PathError::Absent(path.to_owned()))?;
        let thread = thread::current().id();
        let mut walk =
            self.walks.lock().expect("no panic while held").remove(&thread).unwrap_or_default();
        let done = walk
            .to(base, path, make)
            .and_then(|name| act(walk.open.last().map_or(base, |(_, dir)| dir), name));
        self.walks.lock().expect("no panic while held").insert(thread, walk);
        done
    }

    /// Opens a regular file for reading, with its length and mode.
    pub(super) fn file(&self, path: &str) -> PathResult<(File, u64, u32)> {
        self.within(path, false, |dir, name| {
            let file = dir
                .open_with(name, &reading())
                .map_err(|error| open_error(dir, name, path, error))?;
            let metadata =
                file.metadata().map_err(|error| PathError::Failed(path.to_owned(), error))?;
            match kind(metadata.file_type()) {
                Some(other) => Err(PathError::InTheWay(path.to_owned(), other)),
                None => Ok((file, metadata.len(), mode(&metadata))),
            }
        })
    }

    /// Content of a file; `None` if it is missing.
    pub(super) fn read(&self, path: &str) -> PathResult<Option<Vec<u8>>> {
        let (mut file, length, _) = match self.file(path) {
            Err(PathError::Absent(_)) => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.read_to_end(&mut bytes).map_err(|error| PathError::Failed(path.to_owned(), error))?;
        Ok(Some(bytes))
    }

    /// Identity of a file, to detect replacement.
    pub(super) fn identity(&self, path: &str) -> PathResult<FileIdentity> {
        self.within(path, false, |dir, name| {
            let found =
                dir.symlink_metadata(name).map_err(|error| open_error(dir, name, path, error))?;
            Ok((found.dev(), found.ino(), found.len(), found.modified().ok()))
        })
    }

    /// Whether a path exists.
    pub(super) fn has(&self, path: &str) -> PathResult<bool> {
        match self.identity(path) {
            Err(PathError::Absent(_)) => Ok(false),
            found => found.map(|_| true),
        }
    }

    /// Writes a new file and creates its folders.
    pub(super) fn write(&self, path: &str, bytes: &[u8], sync: bool) -> PathResult<File> {
        self.write_by(path, sync, |file| file.write_all(bytes))
    }

    /// Writes a new file through an action, without the whole content in memory.
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

    /// Whether the content of a file equals the output of `act`.
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

    /// Opens a lock file, and creates it if `make` is set.
    pub(super) fn lock_file(&self, path: &str, make: bool) -> PathResult<std::fs::File> {
        self.within(path, false, |dir, name| {
            let file = dir
                .open_with(name, reading().write(make).create(make))
                .map_err(|error| open_error(dir, name, path, error))?;
            Ok(file.into_std())
        })
    }

    /// Moves a file or folder.
    pub(super) fn rename(&self, from: &str, to: &RootDir, path: &str) -> PathResult<()> {
        let source = self.within(from, false, |dir, _| {
            dir.try_clone().map_err(|error| PathError::Failed(from.to_owned(), error))
        })?;
        let name = from.rsplit('/').next().unwrap_or(from);
        to.within(path, true, |dir, new| {
            source.rename(name, dir, new).map_err(|error| PathError::Failed(path.to_owned(), error))
        })
    }

    /// Names in a folder; an empty name means this folder.
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

    /// Flushes the parent folder of a path to disk.
    pub(super) fn sync(&self, path: &str) -> PathResult<()> {
        self.within(path, false, |dir, _| {
            dir.open_with(".", &reading())
                .and_then(|dir| dir.sync_all())
                .map_err(|error| PathError::Failed(path.to_owned(), error))
        })
    }
}
