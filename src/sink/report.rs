//! What one run did, or would do. A view on the files that were put: no path is copied.

use super::files::{File, FileStatus, Files};

/// How many files of a section stand how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Files that were not there.
    pub added: usize,
    /// Files that had another content.
    pub changed: usize,
    /// Files that are no longer made.
    pub removed: usize,
    /// Files that stay as they are.
    pub same: usize,
}

impl Counts {
    fn count(&mut self, sign: FileStatus) {
        match sign {
            FileStatus::Kept => {}
            FileStatus::Same => self.same += 1,
            FileStatus::Added | FileStatus::Missing => self.added += 1,
            FileStatus::Changed | FileStatus::Edited | FileStatus::Foreign => self.changed += 1,
            FileStatus::Removed | FileStatus::Left => self.removed += 1,
        }
    }
}

/// All files of a run, and how each stands.
#[derive(Debug, Default, Clone)]
pub struct Report {
    pub(super) files: Files,
}

impl Report {
    /// The files that differ: folder by folder, and by name in each.
    pub fn differing(&self) -> impl Iterator<Item = File<'_>> {
        self.files.iter().filter(|file| !matches!(file.sign, FileStatus::Kept | FileStatus::Same))
    }

    /// Is everything as it should be?
    pub fn is_same(&self) -> bool {
        self.differing().next().is_none()
    }

    /// The same by section: an environment, or [`super::SHARED`]. One that has nothing to say is
    /// not there.
    pub fn sections(&self) -> Vec<(&str, Counts)> {
        let count = |section| {
            let mut counts = Counts::default();
            self.files.of(section).for_each(|file| counts.count(file.sign));
            (section, counts)
        };
        self.files
            .sections()
            .into_iter()
            .map(count)
            .filter(|(_, counts)| *counts != Counts::default())
            .collect()
    }

    /// All of it.
    pub fn total(&self) -> Counts {
        let mut counts = Counts::default();
        self.files.iter().for_each(|file| counts.count(file.sign));
        counts
    }

    /// The paths of the files in a section, or in all, that stand like this.
    pub fn paths(&self, section: &str, signs: &[FileStatus]) -> Vec<String> {
        self.files
            .of(section)
            .filter(|file| signs.contains(&file.sign))
            .map(|file| file.to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::lock::Digest;

    fn report(signs: &[FileStatus]) -> Report {
        let mut report = Report::default();
        for (n, sign) in signs.iter().enumerate() {
            report.files.add(["dev", "shared"][n % 2], &n.to_string(), Digest::default(), *sign);
        }
        report
    }

    #[test]
    fn every_file_counts_once() {
        use FileStatus::{Added, Changed, Edited, Foreign, Kept, Left, Missing, Removed, Same};
        let report = report(&[
            Added, Same, Missing, Kept, Changed, Same, Edited, Added, Foreign, Removed, Left, Kept,
            Same, Kept,
        ]);
        let (dev, shared) = (
            Counts { added: 2, changed: 3, removed: 1, same: 1 },
            Counts { added: 1, changed: 0, removed: 1, same: 2 },
        );
        assert_eq!(report.sections(), [("dev", dev), ("shared", shared)]);
        assert_eq!(report.total(), Counts { added: 3, changed: 3, removed: 2, same: 3 });
        assert_eq!((report.is_same(), report.differing().count()), (false, 8));
        assert_eq!(report.paths("shared", &[Same, Removed]), ["1", "5", "9"]);
    }

    #[test]
    fn what_stays_does_not_differ() {
        let report = report(&[FileStatus::Same, FileStatus::Kept]);
        assert_eq!((report.is_same(), report.differing().count()), (true, 0));
        assert_eq!(
            report.sections(),
            [("dev", Counts { same: 1, ..Counts::default() })],
            "the other one has nothing to say"
        );
    }
}
