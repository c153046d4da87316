//! Cached walk through folders, without following links.

use super::{PathError, PathResult, open::open_subfolder};
use cap_std::fs::Dir;

/// Folders that a thread opened last.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Open folders from the root down.
    pub(super) open: Vec<(String, Dir)>,
    /// First missing folder; in a new tree, it is missing for all files.
    absent: Option<String>,
}

impl Walk {
    /// Opens the folders of a path, reusing open ones. Returns the last name of the path.
    pub(super) fn to<'a>(&mut self, base: &Dir, path: &'a str, make: bool) -> PathResult<&'a str> {
        let absent = self.absent.take().filter(|absent| {
            !make && path.strip_prefix(absent.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        if let Some(absent) = absent {
            self.absent = Some(absent.clone());
            return Err(PathError::Absent(absent));
        }
        let done = self.descend(base, path, make);
        if let Err(PathError::Absent(absent)) = &done {
            self.absent = Some(absent.clone());
        }
        done
    }

    fn descend<'a>(&mut self, base: &Dir, path: &'a str, make: bool) -> PathResult<&'a str> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parts = || folder.split('/').filter(|part| !part.is_empty());
        let common = parts().zip(&self.open).take_while(|(part, (known, _))| part == known).count();
        self.open.truncate(common);
        for (depth, part) in parts().enumerate().skip(common) {
            let whole = || parts().take(depth + 1).collect::<Vec<_>>().join("/");
            let dir = open_subfolder(
                self.open.last().map_or(base, |(_, dir)| dir),
                part,
                &whole(),
                make,
            )?;
            self.open.push((part.to_owned(), dir));
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::RootDir, PathError};
    use std::fs;

    fn absent(root: &RootDir, path: &str) -> Option<String> {
        match root.file(path) {
            Err(PathError::Absent(first)) => Some(first),
            _ => None,
        }
    }

    #[test]
    fn a_missing_folder_is_found_after_its_creation() {
        let dir = tempfile::tempdir().expect("room");
        fs::create_dir(dir.path().join("ab"))
            .and_then(|()| fs::write(dir.path().join("ab/c"), ""))
            .expect("room");
        let root = RootDir::open(dir.path()).expect("a folder");
        for path in ["a/b/c", "a/b/d", "a/e"] {
            assert_eq!(absent(&root, path).as_deref(), Some("a"));
        }
        assert!(root.file("ab/c").is_ok(), "it only begins alike");
        assert_eq!(absent(&root, "a/e").as_deref(), Some("a"));
        assert!(root.write("a/b/c", b"", false).is_ok());
        assert!(root.file("a/b/c").is_ok());
        assert_eq!(absent(&root, "a/d/e").as_deref(), Some("a/d"));
    }
}
