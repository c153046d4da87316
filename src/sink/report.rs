//! Result of a run: each file with its status.

use super::{
    SHARED,
    files::{FileIndex, FileStatus, TreeFile},
};

/// Number of files of a section by status.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct FileCounts {
    /// New files.
    pub added: usize,
    /// Files with other content.
    pub changed: usize,
    /// Files that are no longer rendered.
    pub removed: usize,
    /// Unchanged files.
    pub same: usize,
}

impl FileCounts {
    fn count(&mut self, status: FileStatus) {
        match status {
            FileStatus::Kept => {}
            FileStatus::Same => self.same += 1,
            FileStatus::Added | FileStatus::Missing => self.added += 1,
            FileStatus::Changed
            | FileStatus::LineEndings
            | FileStatus::Edited
            | FileStatus::Foreign => self.changed += 1,
            FileStatus::Removed | FileStatus::Left => self.removed += 1,
        }
    }
}

/// Whether a section was written in full. A complete shared section implies all others, because a
/// removed environment keeps no files.
pub(super) fn is_complete(section: &str, complete: &[&str]) -> bool {
    complete.contains(&section) || complete.contains(&SHARED)
}

/// All files of a run with their status.
#[derive(Debug, Default, Clone)]
pub struct TreeReport {
    pub(super) files: FileIndex,
}

impl TreeReport {
    /// Files that differ, sorted by folder and name.
    pub fn differing(&self) -> impl Iterator<Item = TreeFile<'_>> {
        self.files.iter().filter(|file| !matches!(file.status, FileStatus::Kept | FileStatus::Same))
    }

    /// Whether no file differs.
    pub fn is_same(&self) -> bool {
        self.differing().next().is_none()
    }

    /// Counts by section: an environment or [`super::SHARED`]. Sections without files are left out.
    pub fn sections(&self) -> Vec<(&str, FileCounts)> {
        let count = |section| {
            let mut counts = FileCounts::default();
            self.files.of(section).for_each(|file| counts.count(file.status));
            (section, counts)
        };
        self.files
            .sections()
            .into_iter()
            .map(count)
            .filter(|(_, counts)| *counts != FileCounts::default())
            .collect()
    }

    /// Counts of all files.
    pub fn total(&self) -> FileCounts {
        let mut counts = FileCounts::default();
        self.files.iter().for_each(|file| counts.count(file.status));
        counts
    }

    /// Paths of the files of a section with one of these statuses.
    pub fn paths(&self, section: &str, statuses: &[FileStatus]) -> Vec<String> {
        self.files
            .of(section)
            .filter(|file| statuses.contains(&file.status))
            .map(|file| file.to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::lock::Digest;

    fn report(statuses: &[FileStatus]) -> TreeReport {
        let mut report = TreeReport::default();
        for (n, status) in statuses.iter().enumerate() {
            report.files.add(["dev", "shared"][n % 2], &n.to_string(), Digest::default(), *status);
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
            FileCounts { added: 2, changed: 3, removed: 1, same: 1 },
            FileCounts { added: 1, changed: 0, removed: 1, same: 2 },
        );
        assert_eq!(report.sections(), [("dev", dev), ("shared", shared)]);
        assert_eq!(report.total(), FileCounts { added: 3, changed: 3, removed: 2, same: 3 });
        assert_eq!((report.is_same(), report.differing().count()), (false, 8));
        assert_eq!(report.paths("shared", &[Same, Removed]), ["1", "5", "9"]);
    }

    #[test]
    fn kept_files_do_not_differ() {
        let report = report(&[FileStatus::Same, FileStatus::Kept]);
        assert_eq!((report.is_same(), report.differing().count()), (true, 0));
        assert_eq!(
            report.sections(),
            [("dev", FileCounts { same: 1, ..FileCounts::default() })],
            "the other one has nothing to say"
        );
    }
}
