//! Writes a tree: what differs is staged beside it, and moved into place only when everything is there. Never overwrites what is not ours.

use super::{
    Data, Report, Sink,
    compare::{Compare, Way, is_complete},
    failed,
    files::Sign,
    lock::{self, Digest, FILE, Lock, digest},
};
use crate::diag::{Code, Finding};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder, in the target, that holds what is not in place yet.
const FOLDER: &str = ".aksgen-stage";

/// For `render`.
#[derive(Debug)]
pub struct Stage {
    compare: Compare,
    folder: PathBuf,
}

impl Stage {
    /// Writes into a tree.
    ///
    /// # Errors
    /// If its lock cannot be read, or a stage of an earlier run cannot be removed.
    pub fn new(target: impl Into<PathBuf>) -> Result<Stage, Finding> {
        let compare = Compare::new(target)?;
        let folder = compare.target.join(FOLDER);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&folder, &error)),
            _ => Ok(Stage { compare, folder }),
        }
    }

    /// Moves what is staged into place: a folder as a whole where there is none yet, else what is in it.
    fn place(&self, below: &Path) -> Result<(), Finding> {
        let from = self.folder.join(below);
        let entries = match fs::read_dir(&from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(|error| failed(&from, &error))?,
        };
        for entry in entries {
            let path = below.join(entry.file_name());
            let to = self.compare.target.join(&path);
            match fs::rename(entry.path(), &to) {
                Ok(()) => {}
                Err(_) if entry.path().is_dir() => self.place(&path)?,
                Err(error) => return Err(failed(&to, &error)),
            }
        }
        Ok(())
    }

    /// A file of ours that is no longer made, but that someone edited, or that stands behind a link.
    fn keeps_an_edit(&self, path: &str, ours: &Digest) -> Option<Finding> {
        if let Way::Link(link) = self.compare.way(path) {
            return Some(
                Finding::new(Code::NotOurs, format!("`{}` is a link", link.display()))
                    .help("replace it by a real folder or file: nothing is removed through links"),
            );
        }
        let edited = fs::read(self.compare.target.join(path)).is_ok_and(|text| digest(&text) != *ours);
        let message = format!("`{path}` is no longer made, but was edited by hand");
        edited.then(|| Finding::new(Code::EditedByHand, message).help("save the edit elsewhere, then delete the file"))
    }

    /// Removes a file of ours that is no longer made, and the folders that this leaves empty.
    fn remove(&self, path: &str) -> Result<(), Finding> {
        let full = self.compare.target.join(path);
        match fs::remove_file(&full) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&full, &error)),
            _ => {}
        }
        for folder in Path::new(path).ancestors().skip(1).filter(|p| !p.as_os_str().is_empty()) {
            if fs::remove_dir(self.compare.target.join(folder)).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn write_lock(&self, report: &Report, data: &Data) -> Result<(), Finding> {
        let mut text = vec![];
        let (new, to) = (self.folder.join(FILE), self.compare.target.join(FILE));
        lock::write(&report.files, data, env!("CARGO_PKG_VERSION"), &mut text).map_err(|error| failed(&to, &error))?;
        if fs::read(&to).is_ok_and(|old| old == text) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, &error))?;
        fs::write(&new, text).and_then(|()| fs::rename(&new, &to)).map_err(|error| failed(&to, &error))
    }
}

impl Sink for Stage {
    fn put(&self, section: &str, path: &str, text: &str) -> Result<(), Finding> {
        if self.compare.note(section, path, text)? == Sign::Same {
            return Ok(());
        }
        let to = self.folder.join(path);
        in_its_folder(&to, || fs::write(&to, text)).map_err(|error| failed(&to, &error))
    }

    fn past(&self) -> &Lock {
        &self.compare.lock
    }

    fn commit(&self, complete: &[&str], mut data: Data) -> Result<Report, Vec<Finding>> {
        let mut refused = std::mem::take(&mut *self.compare.refused.lock().expect("no panic while held"));
        let orphans = self.compare.orphans(complete);
        refused.extend(orphans.iter().filter_map(|(path, ours)| self.keeps_an_edit(path, ours)));
        if !refused.is_empty() {
            return Err(refused);
        }
        let report = self.compare.report(complete);
        self.place(Path::new("")).map_err(|finding| vec![finding])?;
        let failures: Vec<Finding> = orphans.iter().filter_map(|(path, _)| self.remove(path).err()).collect();
        if !failures.is_empty() {
            return Err(failures);
        }
        let kept = self.compare.lock.data.iter().filter(|(section, _)| !is_complete(section, complete));
        data.extend(kept.map(|(section, rows)| (section.clone(), rows.clone())));
        self.write_lock(&report, &data).map_err(|finding| vec![finding])?;
        Ok(report)
    }
}

/// Makes the folder only where it is missing: mostly it is there.
fn in_its_folder(to: &Path, act: impl Fn() -> io::Result<()>) -> io::Result<()> {
    match act() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(to.parent().unwrap_or(to)).and_then(|()| act()),
        done => done,
    }
}

impl Drop for Stage {
    /// What was staged and not committed is forgotten.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
