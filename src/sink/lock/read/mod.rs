//! Reader of the lock. The canonical form is read line by line; other TOML, such as a reformatted
//! lock, is read by a library. All paths and digests are validated.

#[cfg(test)]
mod tests;

use super::{ALGORITHM, Digest, FILE, FileStatus, Lock, broken, conflict, merge};
use crate::diag::{Diagnostic, reason};
use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Seek},
};

/// Maximum size of a lock in bytes: about 400,000 files.
pub(super) const LARGEST: u64 = 64 << 20;

/// Maximum size of a lock in another form: reading takes twenty times its size in memory.
const LARGEST_STRANGE: u64 = 16 << 20;

/// Maximum length of a path, and of a name in it, on Linux.
const LONGEST: (usize, usize) = (4095, 255);

/// Maximum number of sections.
const MOST_SECTIONS: usize = 1000;

/// Reason why a line was not read.
enum LineError {
    /// The line is not in the canonical form.
    Strange,
    /// The line has an invalid value.
    Bad(Diagnostic),
}

/// Current table.
enum LockTable {
    Top,
    Files(String),
    Data(String),
}

/// A value as parsed by the TOML library.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum LockValue {
    Text(String),
    Table(BTreeMap<String, LockValue>),
}

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    /// If the text is not a lock, or names a path outside the tree.
    pub fn read(from: impl Read + Seek) -> Result<Lock, Diagnostic> {
        Lock::limited(from, LARGEST, LARGEST_STRANGE)
    }

    fn limited(
        mut from: impl Read + Seek,
        largest: u64,
        largest_strange: u64,
    ) -> Result<Lock, Diagnostic> {
        let failed = |error: io::Error| broken(&format!("cannot be read: {}", reason(&error)));
        match Lock::by_line(
            &mut BufReader::with_capacity(65_536, (&mut from).take(largest + 1)),
            largest,
        ) {
            Ok(lock) => return Ok(lock),
            Err(LineError::Bad(diagnostic)) => return Err(diagnostic),
            Err(LineError::Strange) => from.rewind().map_err(failed)?,
        }
        let mut text = String::new();
        from.take(largest_strange + 1).read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > largest_strange {
            return Err(broken("is not in the canonical form, and larger than 16 MiB"));
        }
        if merge::sides(&text).is_some() { Err(conflict()) } else { Lock::by_library(&text) }
    }

    fn by_line(lines: &mut dyn BufRead, largest: u64) -> Result<Lock, LineError> {
        let (mut lock, mut table, mut line, mut size) =
            (Lock::default(), LockTable::Top, String::new(), 0);
        while lines.read_line(&mut line).map_err(|_| LineError::Strange)? > 0 {
            size += line.len() as u64;
            if size > largest {
                return Err(LineError::Bad(broken("is larger than 64 MiB")));
            }
            lock.line(line.strip_suffix('\n').unwrap_or(&line), &mut table)?;
            line.clear();
        }
        lock.files.shrink();
        Ok(lock)
    }

    fn line(&mut self, line: &str, table: &mut LockTable) -> Result<(), LineError> {
        if line.is_empty() || (line.starts_with('#') && !line.contains(char::is_control)) {
            return Ok(());
        }
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            *table = self.header(header).ok_or(LineError::Strange)?;
            return Ok(());
        }
        match (row(line), line.strip_prefix("aksgen = "), table) {
            (Some((path, digest)), _, LockTable::Files(section)) => {
                self.file(section, path, digest).map_err(LineError::Bad)
            }
            (Some((object, limit)), _, LockTable::Data(section)) => {
                let before = self
                    .data
                    .entry(section.clone())
                    .or_default()
                    .insert(object.to_owned(), limit.to_owned());
                before.map_or(Ok(()), |_| Err(LineError::Strange))
            }
            (_, Some(version), LockTable::Top) if self.aksgen.is_empty() => {
                plain(version).ok_or(LineError::Strange)?.clone_into(&mut self.aksgen);
                Ok(())
            }
            _ => Err(LineError::Strange),
        }
    }

    /// Table of a header: `files.<section>` or `data.<section>`. In the oldest form, `<section>`
    /// held its files.
    fn header(&self, header: &str) -> Option<LockTable> {
        let table = match header.split_once('.') {
            Some(("files", section)) if is_bare(section) => LockTable::Files(section.to_owned()),
            Some(("data", section)) if is_bare(section) => LockTable::Data(section.to_owned()),
            None if is_bare(header) => LockTable::Files(header.to_owned()),
            _ => return None,
        };
        // TOML does not allow a table twice.
        let new = match &table {
            LockTable::Files(section) => !self.files.sections().contains(&section.as_str()),
            LockTable::Data(section) => !self.data.contains_key(section),
            LockTable::Top => true,
        };
        new.then_some(table)
    }

    fn file(&mut self, section: &str, path: &str, digest: &str) -> Result<(), Diagnostic> {
        if !is_bare(section) {
            return Err(broken(&format!(
                "has a section `{section}`, which is not a valid name of an environment"
            )));
        }
        if !is_valid_path(path) {
            // Behind `=` can be a credential.
            let shown = path.split('=').next().unwrap_or_default();
            return Err(broken(&format!("names `{shown}`, which is not inside the tree")));
        }
        if is_input(path) {
            return Err(broken(&format!("names `{path}`, which is a file of the input")));
        }
        let digest = digest
            .strip_prefix(ALGORITHM)
            .and_then(unhex)
            .ok_or_else(|| broken("holds a value that is not a SHA-256 digest"))?;
        if !self.files.add(section, path, digest, FileStatus::Kept) {
            return Err(broken(&format!("names `{path}` twice")));
        }
        if self.files.count() > MOST_SECTIONS {
            Err(broken("has more than 1000 sections"))
        } else {
            Ok(())
        }
    }

    fn by_library(text: &str) -> Result<Lock, Diagnostic> {
        let read: BTreeMap<String, LockValue> =
            toml::from_str(text).map_err(|_| broken("is not a lock"))?;
        let mut lock = Lock::default();
        for (key, value) in read {
            match value {
                LockValue::Text(version) if key == "aksgen" => lock.aksgen = version,
                LockValue::Text(_) => {
                    return Err(broken(&format!("has an unknown key `{key}`")));
                }
                LockValue::Table(table) => {
                    table
                        .into_iter()
                        .try_for_each(|(name, value)| lock.value(&key, name, value))?;
                }
            }
        }
        lock.files.shrink();
        Ok(lock)
    }

    fn value(&mut self, table: &str, name: String, value: LockValue) -> Result<(), Diagnostic> {
        match (table, value) {
            (section, LockValue::Text(digest)) => self.file(section, &name, &digest),
            ("files", LockValue::Table(files)) => files
                .into_iter()
                .try_for_each(|(path, digest)| self.file(&name, &path, &digest.text()?)),
            ("data", LockValue::Table(rows)) if is_bare(&name) => {
                let rows: Result<_, Diagnostic> =
                    rows.into_iter().map(|(object, limit)| Ok((object, limit.text()?))).collect();
                self.data.insert(name, rows?);
                Ok(())
            }
            _ => Err(broken(&format!("has an unknown key `{table}.{name}`"))),
        }
    }
}

impl LockValue {
    fn text(self) -> Result<String, Diagnostic> {
        if let LockValue::Text(text) = self {
            Ok(text)
        } else {
            Err(broken("holds a table where a text is required"))
        }
    }
}

/// Whether a name is a valid section: a bare key of TOML.
fn is_bare(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `"key" = "value"` in the canonical form.
fn row(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(" = ")?;
    Some((plain(key)?, plain(value)?))
}

/// Text between quotes, if it needs no escape.
fn plain(text: &str) -> Option<&str> {
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains(['"', '\\']) && !text.contains(char::is_control)).then_some(text)
}

/// Whether a path is valid on every operating system. It stays inside the root and outside `.git`,
/// and each name is valid on Linux, macOS and Windows.
pub(crate) fn is_valid_path(path: &str) -> bool {
    path.len() <= LONGEST.0 && path.split('/').all(is_valid_name)
}

/// Whether a path is that of the lock, of the spec, or of a template or profile of the user. No
/// run writes there, so a lock that names one would only remove it.
fn is_input(path: &str) -> bool {
    const INPUTS: &[&str] = &[FILE, "platform.toml", "templates", "profiles"];
    let first = path.split('/').next().unwrap_or_default();
    INPUTS.iter().any(|input| first.eq_ignore_ascii_case(input))
}

/// Whether a name is a valid part of a path.
pub(crate) fn is_valid_name(name: &str) -> bool {
    let letters =
        name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    letters
        && !name.is_empty()
        && name.len() <= LONGEST.1
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_device(name)
}

/// Whether Windows treats a name as a device; the extension does not matter.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

fn unhex(text: &str) -> Option<Digest> {
    let nibble =
        |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Vec<u8> = text
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(nibble(pair[0])? * 16 + nibble(pair[1])?))
        .collect::<Option<_>>()?;
    bytes.try_into().ok().filter(|_| text.len() == 64)
}
