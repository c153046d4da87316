//! Files of a tree by folder and name, so that a hundred thousand of them fit in a few megabytes.
//! Knows nothing of a disk.

use super::lock::Digest;
use indexmap::IndexSet;
use std::{collections::BTreeMap, fmt};

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileStatus {
    /// It belongs to a section that this run did not make, or a person keeps it: it stays in the
    /// lock as it was.
    Kept,
    /// As it should be.
    Same,
    /// It is not there, and never was.
    Added,
    /// It is not there, although we wrote it.
    Missing,
    /// Ours as we wrote it, and to be another.
    Changed,
    /// Ours, but somebody edited it.
    Edited,
    /// Somebody else's.
    Foreign,
    /// Ours as we wrote it, and no longer made.
    Removed,
    /// Ours and no longer made, but somebody edited it.
    Left,
}

/// A file, without its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    name: u32,
    section: u16,
    pub(super) sign: FileStatus,
    pub(super) digest: Digest,
}

/// A file, as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The environment, or [`super::SHARED`].
    pub section: &'a str,
    /// Where it is; empty for the root.
    pub folder: &'a str,
    /// Its name in there.
    pub name: &'a str,
    /// How it stands.
    pub sign: FileStatus,
    pub(super) digest: Digest,
}

impl fmt::Display for File<'_> {
    /// Its path.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.folder.is_empty() {
            out.write_str(self.name)
        } else {
            write!(out, "{}/{}", self.folder, self.name)
        }
    }
}

/// Files by path. Each path is there once, whatever its section.
#[derive(Debug, Default, Clone)]
pub(super) struct Files {
    sections: Vec<String>,
    /// The same few names stand in thousands of folders.
    names: IndexSet<Box<str>>,
    folders: BTreeMap<Box<str>, Vec<Entry>>,
}

impl Files {
    /// Adds a file; says no if its path is there already, and leaves that as it is.
    pub(super) fn add(
        &mut self,
        section: &str,
        path: &str,
        digest: Digest,
        sign: FileStatus,
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
            entries.push(Entry { name, section, sign, digest });
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

    /// How a file stands.
    pub(super) fn get(&self, path: &str) -> Option<&Entry> {
        let (folder, name) = split(path);
        let name = self.names.get_index_of(name)?;
        self.folders.get(folder)?.iter().find(|entry| entry.name as usize == name)
    }

    /// Are there none?
    pub(super) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// All files: folder by folder, and by name in each.
    pub(super) fn iter(&self) -> impl Iterator<Item = File<'_>> {
        self.those(|_| true)
    }

    /// Those of one section, in the same order.
    pub(super) fn of(&self, section: &str) -> impl Iterator<Item = File<'_>> {
        let index = self.sections.iter().position(|known| known == section);
        self.those(move |entry| Some(usize::from(entry.section)) == index)
    }

    fn those(&self, wanted: impl Fn(&Entry) -> bool) -> impl Iterator<Item = File<'_>> {
        self.folders.iter().flat_map(move |(folder, entries)| {
            let mut files: Vec<File<'_>> = entries
                .iter()
                .filter(|entry| wanted(entry))
                .map(|entry| self.file(folder, entry))
                .collect();
            files.sort_by_key(|file| file.name);
            files
        })
    }

    fn file<'a>(&'a self, folder: &'a str, entry: &Entry) -> File<'a> {
        let name = &self.names[entry.name as usize];
        File {
            section: &self.sections[usize::from(entry.section)],
            folder,
            name,
            sign: entry.sign,
            digest: entry.digest,
        }
    }

    /// The sections, by name.
    pub(super) fn sections(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.sections.iter().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// How many sections there are.
    pub(super) fn count(&self) -> usize {
        self.sections.len()
    }

    /// Gives back what was allocated ahead.
    pub(super) fn shrink(&mut self) {
        self.folders.values_mut().for_each(Vec::shrink_to_fit);
    }
}

/// A path as folder and name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_take_no_more_room_than_they_need() {
        let mut files = Files::default();
        assert!(files.is_empty());
        (0..5).for_each(|n| {
            assert!(files.add("dev", &format!("a/{n}"), Digest::default(), FileStatus::Same))
        });
        assert!(!files.is_empty());
        files.shrink();
        assert!(files.folders.values().all(|entries| entries.capacity() == entries.len()));
    }
}
