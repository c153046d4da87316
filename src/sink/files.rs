//! Index of files by folder and name: 100,000 files fit in a few megabytes.

use super::lock::Digest;
use indexmap::IndexSet;
use std::{collections::BTreeMap, fmt};

/// Status of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileStatus {
    /// Unchanged in the lock: its section was not rendered, or `--keep` covers it.
    Kept,
    /// Up to date.
    Same,
    /// New.
    Added,
    /// Managed, but missing on disk.
    Missing,
    /// Managed and unedited, with other content.
    Changed,
    /// Managed, with the line endings of another system.
    LineEndings,
    /// Managed and edited by hand.
    Edited,
    /// Unmanaged.
    Foreign,
    /// Managed and unedited, no longer rendered.
    Removed,
    /// Managed and edited by hand, no longer rendered.
    Left,
}

/// A file without its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileEntry {
    name: u32,
    section: u16,
    pub(super) status: FileStatus,
    pub(super) digest: Digest,
}

/// A file with its path.
#[derive(Debug, Clone, Copy)]
pub struct TreeFile<'a> {
    /// Environment, or [`super::SHARED`].
    pub section: &'a str,
    /// Folder; empty for the root.
    pub folder: &'a str,
    /// File name.
    pub name: &'a str,
    /// Status.
    pub status: FileStatus,
    pub(super) digest: Digest,
}

impl fmt::Display for TreeFile<'_> {
    /// Writes the path.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.folder.is_empty() {
            out.write_str(self.name)
        } else {
            write!(out, "{}/{}", self.folder, self.name)
        }
    }
}

/// Files by path. Each path is unique over all sections.
#[derive(Debug, Default, Clone)]
pub(super) struct FileIndex {
    sections: Vec<String>,
    /// Interned names: thousands of folders share a few names.
    names: IndexSet<Box<str>>,
    folders: BTreeMap<Box<str>, Vec<FileEntry>>,
}

impl FileIndex {
    /// Adds a file; returns false and changes nothing if the path exists.
    pub(super) fn add(
        &mut self,
        section: &str,
        path: &str,
        digest: Digest,
        status: FileStatus,
    ) -> bool {
        let (folder, name) = split(path);
        let name = self.name(name);
        let section = self.section(section);
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.into(), vec![]);
        }
        let entries = self.folders.get_mut(folder).expect("just made");
        let new = entries.iter().all(|entry| entry.name != name);
        if new {
            entries.push(FileEntry { name, section, status, digest });
        }
        new
    }

    fn name(&mut self, name: &str) -> u32 {
        let index =
            self.names.get_index_of(name).unwrap_or_else(|| self.names.insert_full(name.into()).0);
        u32::try_from(index).expect("fewer names than a lock may have lines")
    }

    fn section(&mut self, section: &str) -> u16 {
        let index = self.sections.iter().position(|known| known == section).unwrap_or_else(|| {
            self.sections.push(section.to_owned());
            self.sections.len() - 1
        });
        u16::try_from(index).expect("fewer sections than a lock may have")
    }

    /// A file by its path.
    pub(super) fn get(&self, path: &str) -> Option<&FileEntry> {
        let (folder, name) = split(path);
        let name = self.names.get_index_of(name)?;
        self.folders.get(folder)?.iter().find(|entry| entry.name as usize == name)
    }

    /// Whether the index is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// All files, sorted by folder and name.
    pub(super) fn iter(&self) -> impl Iterator<Item = TreeFile<'_>> {
        self.those(|_| true)
    }

    /// Files of one section in the same order.
    pub(super) fn of(&self, section: &str) -> impl Iterator<Item = TreeFile<'_>> {
        let index = self.sections.iter().position(|known| known == section);
        self.those(move |entry| Some(usize::from(entry.section)) == index)
    }

    fn those(&self, wanted: impl Fn(&FileEntry) -> bool) -> impl Iterator<Item = TreeFile<'_>> {
        self.folders.iter().flat_map(move |(folder, entries)| {
            let mut files: Vec<TreeFile<'_>> = entries
                .iter()
                .filter(|entry| wanted(entry))
                .map(|entry| self.file(folder, entry))
                .collect();
            files.sort_by_key(|file| file.name);
            files
        })
    }

    fn file<'a>(&'a self, folder: &'a str, entry: &FileEntry) -> TreeFile<'a> {
        let name = &self.names[entry.name as usize];
        TreeFile {
            section: &self.sections[usize::from(entry.section)],
            folder,
            name,
            status: entry.status,
            digest: entry.digest,
        }
    }

    /// Names of the sections, sorted.
    pub(super) fn sections(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.sections.iter().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Number of sections.
    pub(super) fn count(&self) -> usize {
        self.sections.len()
    }

    /// Releases unused capacity.
    pub(super) fn shrink(&mut self) {
        self.folders.values_mut().for_each(Vec::shrink_to_fit);
    }
}

/// Splits a path into folder and name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_take_no_more_room_than_they_need() {
        let mut files = FileIndex::default();
        assert!(files.is_empty());
        (0..5).for_each(|n| {
            assert!(files.add("dev", &format!("a/{n}"), Digest::default(), FileStatus::Same));
        });
        assert!(!files.is_empty());
        files.shrink();
        assert!(files.folders.values().all(|entries| entries.capacity() == entries.len()));
    }
}
