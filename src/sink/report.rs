//! What one run did, or would do. A view on the files that were put: no path is copied.

use super::files::{File, Files, Sign};

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
    fn count(&mut self, sign: Sign) {
        match sign {
            Sign::Kept => {}
            Sign::Same => self.same += 1,
            Sign::Added | Sign::Missing => self.added += 1,
            Sign::Changed | Sign::Edited | Sign::Foreign => self.changed += 1,
            Sign::Removed | Sign::Left => self.removed += 1,
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
        self.files.iter().filter(|file| !matches!(file.sign, Sign::Kept | Sign::Same))
    }

    /// Is everything as it should be?
    pub fn is_same(&self) -> bool {
        self.differing().next().is_none()
    }

    /// The same by section: an environment, or [`super::SHARED`]. One that has nothing to say is not there.
    pub fn sections(&self) -> Vec<(&str, Counts)> {
        let count = |section| {
            let mut counts = Counts::default();
            self.files.of(section).for_each(|file| counts.count(file.sign));
            (section, counts)
        };
        self.files.sections().into_iter().map(count).filter(|(_, counts)| *counts != Counts::default()).collect()
    }

    /// All of it.
    pub fn total(&self) -> Counts {
        let mut counts = Counts::default();
        self.files.iter().for_each(|file| counts.count(file.sign));
        counts
    }

    /// The paths of the files in a section, or in all, that stand like this.
    pub fn paths(&self, section: &str, signs: &[Sign]) -> Vec<String> {
        self.files.of(section).filter(|file| signs.contains(&file.sign)).map(|file| file.to_string()).collect()
    }
}
