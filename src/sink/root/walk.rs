//! From folder to folder. Never through a link.

use super::{PathError, PathResult, open::step};
use cap_std::fs::Dir;

/// Where a thread looked last.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The folders from the root to there.
    pub(super) open: Vec<(String, Dir)>,
    /// The first of them that is missing: in a new tree, that is so for all files.
    absent: Option<String>,
}

impl Walk {
    /// Opens the folders of a path, but for those that are open already. Answers with the last name
    /// in it.
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
            let dir = step(self.open.last().map_or(base, |(_, dir)| dir), part, &whole(), make)?;
            self.open.push((part.to_owned(), dir));
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Root, PathError};
    use std::fs;

    fn absent(root: &Root, path: &str) -> Option<String> {
        match root.file(path) {
            Err(PathError::Absent(first)) => Some(first),
            _ => None,
        }
    }

    #[test]
    fn what_is_missing_is_so_until_somebody_makes_it() {
        let dir = tempfile::tempdir().expect("room");
        fs::create_dir(dir.path().join("ab"))
            .and_then(|()| fs::write(dir.path().join("ab/c"), ""))
            .expect("room");
        let root = Root::open(dir.path()).expect("a folder");
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
