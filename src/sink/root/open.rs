//! One step from a folder to what is in it, and what stands there instead. Follows no link.

use super::{Met, Obstacle};
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{Dir, File, FileType, OpenOptions};
use std::io::{self, ErrorKind};

/// From a folder into one below.
pub(super) fn step(dir: &Dir, name: &str, path: &str, make: bool) -> Met<Dir> {
    match dir.open_dir_nofollow(name) {
        Err(error) if make && error.kind() == ErrorKind::NotFound => match dir.create_dir(name) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Obstacle::Failed(path.to_owned(), error)),
            _ => step(dir, name, path, false),
        },
        found => found.map_err(|error| match what(dir, name, path, error) {
            Obstacle::Failed(path, error) if error.kind() == ErrorKind::NotADirectory => Obstacle::InTheWay(path, "a file"),
            other => other,
        }),
    }
}

pub(super) fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    // Nobody waits for the other end of a pipe.
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::custom_flags(&mut options, i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default());
    options
}

/// What stands where a file or folder cannot be opened.
pub(super) fn what(dir: &Dir, name: &str, path: &str, error: io::Error) -> Obstacle {
    if error.kind() == ErrorKind::NotFound {
        return Obstacle::Absent(path.to_owned());
    }
    match dir.symlink_metadata(name).ok().and_then(|found| kind(found.file_type())) {
        Some("a folder") | None => Obstacle::Failed(path.to_owned(), error),
        Some(other) => Obstacle::InTheWay(path.to_owned(), other),
    }
}

/// What something is that is no file.
pub(super) fn kind(found: FileType) -> Option<&'static str> {
    match found {
        found if found.is_file() => None,
        found if found.is_symlink() => Some("a link"),
        found if found.is_dir() => Some("a folder"),
        _ => Some("a pipe, a socket or a device"),
    }
}

#[cfg(unix)]
pub(super) fn mode(found: &cap_std::fs::Metadata) -> u32 {
    cap_std::fs::MetadataExt::mode(found) & 0o777
}

#[cfg(not(unix))]
pub(super) fn mode(_: &cap_std::fs::Metadata) -> u32 {
    0
}

/// Gives a file the mode of the one that it replaces.
#[cfg(unix)]
pub(crate) fn set_mode(file: &File, wanted: u32) -> io::Result<()> {
    let there = mode(&file.metadata()?);
    let permissions = cap_std::fs::PermissionsExt::from_mode(wanted);
    if there == wanted { Ok(()) } else { file.set_permissions(permissions) }
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
