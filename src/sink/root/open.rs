//! Opens one part of a path without following links, and classifies errors by file type.

use super::{PathError, PathResult};
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{Dir, FileType, OpenOptions};
use std::io::{self, ErrorKind};

/// Opens a subfolder, and creates it if `make` is set.
pub(super) fn open_subfolder(dir: &Dir, name: &str, path: &str, make: bool) -> PathResult<Dir> {
    match dir.open_dir_nofollow(name) {
        Err(error) if make && error.kind() == ErrorKind::NotFound => match dir.create_dir(name) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(PathError::Failed(path.to_owned(), error))
            }
            _ => open_subfolder(dir, name, path, false),
        },
        found => found.map_err(|error| match open_error(dir, name, path, error) {
            PathError::Failed(path, error) if error.kind() == ErrorKind::NotADirectory => {
                PathError::InTheWay(path, "a file")
            }
            other => other,
        }),
    }
}

pub(super) fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    // Open with `O_NONBLOCK` so a FIFO cannot hang the run.
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::custom_flags(
        &mut options,
        i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default(),
    );
    options
}

/// Classifies an open error by the file type at the path.
pub(super) fn open_error(dir: &Dir, name: &str, path: &str, error: io::Error) -> PathError {
    if error.kind() == ErrorKind::NotFound {
        return PathError::Absent(path.to_owned());
    }
    match dir.symlink_metadata(name).ok().and_then(|found| kind(found.file_type())) {
        Some("a folder") | None => PathError::Failed(path.to_owned(), error),
        Some(other) => PathError::InTheWay(path.to_owned(), other),
    }
}

/// Name of a file type; `None` for a regular file.
pub(super) fn kind(found: FileType) -> Option<&'static str> {
    match found {
        found if found.is_file() => None,
        found if found.is_symlink() => Some("a link"),
        found if found.is_dir() => Some("a folder"),
        _ => Some("a pipe, a socket or a device"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PathError, PathResult, RootDir};
    use std::fs;

    fn stands_in_the_way<T>(met: &PathResult<T>) -> Option<&'static str> {
        if let Err(PathError::InTheWay(_, open_error)) = met { Some(open_error) } else { None }
    }

    #[test]
    #[cfg(unix)]
    fn other_file_types_are_named() {
        let dir = tempfile::tempdir().expect("room");
        let at = |name: &str| dir.path().join(name);
        fs::write(at("file"), "").and_then(|()| fs::create_dir(at("folder"))).expect("room");
        std::os::unix::fs::symlink(at("file"), at("link")).expect("room");
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("room");
        let root = RootDir::open(dir.path()).expect("a folder");
        for (name, open_error) in [
            ("file", None),
            ("folder", Some("a folder")),
            ("link", Some("a link")),
            ("socket", Some("a pipe, a socket or a device")),
        ] {
            assert_eq!(stands_in_the_way(&root.file(name)), open_error, "{name}");
        }
        for (name, open_error) in [("file", "a file"), ("link", "a link")] {
            assert_eq!(
                stands_in_the_way(&root.file(&format!("{name}/a"))),
                Some(open_error),
                "{name}"
            );
        }
        assert!(
            matches!(root.file("folder/a"), Err(PathError::Absent(path)) if path == "folder/a")
        );
    }
}
