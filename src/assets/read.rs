//! Reading of input files below one folder. No link leads out of the folder, and nothing waits for
//! a pipe.

use crate::diag::{Code, Diagnostic, Source, reason};
use cap_std::{
    ambient_authority,
    fs::{Dir, File, OpenOptions},
};
use std::{
    io::{self, Read},
    path::Path,
    sync::Arc,
};

/// Maximum size of an input file: 10 MiB.
pub const LARGEST: u64 = 10 << 20;

/// A folder of input files, as the user names it.
#[derive(Debug)]
pub struct InputFolder(Dir);

/// Type of a directory entry.
#[derive(Debug, PartialEq, Eq)]
pub enum EntryType {
    /// A folder.
    Folder,
    /// A link to a folder, or a dangling link.
    Link,
    /// Anything else, such as a regular file or a pipe.
    File,
}

impl InputFolder {
    /// Opens a folder. Links on the way to the folder are followed.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn open(path: &Path) -> io::Result<InputFolder> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Dir::open_ambient_dir(path, ambient_authority()).map(InputFolder)
    }

    /// Names and types of the entries of a subfolder, sorted by name.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn entries(&self, folder: &str) -> io::Result<Vec<(String, EntryType)>> {
        let folder = if folder.is_empty() { "." } else { folder };
        let mut out = vec![];
        for entry in self.0.read_dir(folder)? {
            let (entry, name) = entry.map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                (entry, name)
            })?;
            let found = entry.file_type()?;
            let target = || self.0.metadata(Path::new(folder).join(&name));
            let kind = if found.is_dir() {
                EntryType::Folder
            } else if found.is_symlink() && !target().is_ok_and(|target| target.is_file()) {
                EntryType::Link
            } else {
                EntryType::File
            };
            out.push((name, kind));
        }
        out.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(out)
    }

    /// Whether a path is a link.
    pub fn is_link(&self, path: &str) -> bool {
        self.0.symlink_metadata(path).is_ok_and(|found| found.is_symlink())
    }

    /// Reads a text of limited size.
    ///
    /// # Errors
    /// If the file is missing, no regular file, too large, empty or not UTF-8, or if a link leads
    /// out of the folder.
    pub fn read(&self, name: &str, largest: u64) -> Result<Arc<Source>, Diagnostic> {
        let failed = |error: &io::Error| refuse(name, &self.cause(name, error));
        let file = self.regular(name).map_err(|error| failed(&error))?;
        let mut bytes = vec![];
        file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        if bytes.len() as u64 > largest {
            return Err(refuse(name, &format!("is larger than {} MiB", largest >> 20))
                .help("split the platform, or move generated data out of the spec"));
        }
        text(name, bytes)
    }

    /// Opens a regular file.
    fn regular(&self, name: &str) -> io::Result<File> {
        let file = self.0.open_with(name, &reading())?;
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other(NOT_A_FILE)) }
    }

    fn cause(&self, name: &str, error: &io::Error) -> String {
        if error.to_string() == NOT_A_FILE {
            NOT_A_FILE.to_owned()
        } else if self.leads_out(name) {
            "is behind a link that leads out of the folder, or nowhere".to_owned()
        } else if self.0.metadata(name).is_ok_and(|found| !found.is_file()) {
            NOT_A_FILE.to_owned()
        } else {
            format!("cannot be read: {}", reason(error))
        }
    }

    /// Whether a part of a path is a link without a target in the folder.
    fn leads_out(&self, name: &str) -> bool {
        let ends = name.match_indices('/').map(|(at, _)| at).chain([name.len()]);
        ends.map(|end| &name[..end])
            .any(|part| self.is_link(part) && self.0.metadata(part).is_err())
    }
}

const NOT_A_FILE: &str = "is not a file";

fn refuse(name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::InputFile, format!("`{name}` {what}"))
}

/// Opens with `O_NONBLOCK`, so that a FIFO cannot hang the run.
fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::custom_flags(
        &mut options,
        i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default(),
    );
    options
}

fn text(name: &str, bytes: Vec<u8>) -> Result<Arc<Source>, Diagnostic> {
    let text = String::from_utf8(bytes).map_err(|error| {
        refuse(name, &format!("is not UTF-8 (byte {})", error.utf8_error().valid_up_to()))
            .help("save it as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
    if text.trim().is_empty() {
        return Err(refuse(name, "is empty")
            .help("add content or remove the file; `aksgen init` creates a spec"));
    }
    Ok(Source::new(name, text))
}
