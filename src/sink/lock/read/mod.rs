//! From the text of a lock to what it says. Our own form is read line by line; whatever else is
//! TOML, such as a lock that somebody formatted, by a library. What was not written by us is not
//! believed.

#[cfg(test)]
mod tests;

use super::{ALGORITHM, Digest, FileStatus, Lock, broken};
use crate::diag::{Diagnostic, reason};
use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Seek},
};

/// A lock of 400,000 files; whatever is larger is none.
const LARGEST: u64 = 64 << 20;

/// The same for one that is not in our own form, which costs twenty times its size.
const LARGEST_STRANGE: u64 = 16 << 20;

/// The longest path, and the longest name in it, that Linux opens.
const LONGEST: (usize, usize) = (4095, 255);

/// More environments than anybody has; whatever has more is no lock.
const MOST_SECTIONS: usize = 1000;

/// Why a line was not taken.
enum Trouble {
    /// It is not written as we would.
    Strange,
    /// It says what must not be.
    Bad(Diagnostic),
}

/// Which lines follow.
enum Table {
    Top,
    Files(String),
    LockData(String),
}

/// A table of the library's.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Table(BTreeMap<String, Value>),
}

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    /// If it is no lock, or names a path outside the tree.
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
            Err(Trouble::Bad(diagnostic)) => return Err(diagnostic),
            Err(Trouble::Strange) => from.rewind().map_err(failed)?,
        }
        let mut text = String::new();
        from.take(largest_strange + 1).read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > largest_strange {
            return Err(broken("is no lock of ours, and larger than 16 MiB"));
        }
        Lock::by_library(&text)
    }

    fn by_line(lines: &mut dyn BufRead, largest: u64) -> Result<Lock, Trouble> {
        let (mut lock, mut table, mut line, mut size) =
            (Lock::default(), Table::Top, String::new(), 0);
        while lines.read_line(&mut line).map_err(|_| Trouble::Strange)? > 0 {
            size += line.len() as u64;
            if size > largest {
                return Err(Trouble::Bad(broken("is larger than 64 MiB")));
            }
            lock.line(line.strip_suffix('\n').unwrap_or(&line), &mut table)?;
            line.clear();
        }
        lock.files.shrink();
        Ok(lock)
    }

    fn line(&mut self, line: &str, table: &mut Table) -> Result<(), Trouble> {
        if line.is_empty() || (line.starts_with('#') && !line.contains(char::is_control)) {
            return Ok(());
        }
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            *table = self.header(header).ok_or(Trouble::Strange)?;
            return Ok(());
        }
        match (row(line), line.strip_prefix("aksgen = "), table) {
            (Some((path, digest)), _, Table::Files(section)) => {
                self.file(section, path, digest).map_err(Trouble::Bad)
            }
            (Some((object, limit)), _, Table::LockData(section)) => {
                let before = self
                    .data
                    .entry(section.clone())
                    .or_default()
                    .insert(object.to_owned(), limit.to_owned());
                before.map_or(Ok(()), |_| Err(Trouble::Strange))
            }
            (_, Some(version), Table::Top) if self.aksgen.is_empty() => {
                plain(version).ok_or(Trouble::Strange)?.clone_into(&mut self.aksgen);
                Ok(())
            }
            _ => Err(Trouble::Strange),
        }
    }

    /// The table that a header begins: `files.<section>` or `data.<section>`. Before there were
    /// such names, `<section>` held its files.
    fn header(&self, header: &str) -> Option<Table> {
        let table = match header.split_once('.') {
            Some(("files", section)) if is_bare(section) => Table::Files(section.to_owned()),
            Some(("data", section)) if is_bare(section) => Table::LockData(section.to_owned()),
            None if is_bare(header) => Table::Files(header.to_owned()),
            _ => return None,
        };
        // A table that stands there twice is no TOML.
        let new = match &table {
            Table::Files(section) => !self.files.sections().contains(&section.as_str()),
            Table::LockData(section) => !self.data.contains_key(section),
            Table::Top => true,
        };
        new.then_some(table)
    }

    fn file(&mut self, section: &str, path: &str, digest: &str) -> Result<(), Diagnostic> {
        if !is_bare(section) {
            return Err(broken(&format!(
                "has a section `{section}`, which is no name of an environment"
            )));
        }
        if !is_inside(path) {
            return Err(broken(&format!("names `{path}`, which is not inside the tree")));
        }
        let digest = digest
            .strip_prefix(ALGORITHM)
            .and_then(unhex)
            .ok_or_else(|| broken("holds what is no SHA-256"))?;
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
        let read: BTreeMap<String, Value> =
            toml::from_str(text).map_err(|_| broken("is not a lock"))?;
        let mut lock = Lock::default();
        for (key, value) in read {
            match value {
                Value::Text(version) if key == "aksgen" => lock.aksgen = version,
                Value::Text(_) => {
                    return Err(broken(&format!("says `{key}`, which aksgen does not know")));
                }
                Value::Table(table) => {
                    table.into_iter().try_for_each(|(name, value)| lock.value(&key, name, value))?
                }
            }
        }
        lock.files.shrink();
        Ok(lock)
    }

    fn value(&mut self, table: &str, name: String, value: Value) -> Result<(), Diagnostic> {
        match (table, value) {
            (section, Value::Text(digest)) => self.file(section, &name, &digest),
            ("files", Value::Table(files)) => files
                .into_iter()
                .try_for_each(|(path, digest)| self.file(&name, &path, &digest.text()?)),
            ("data", Value::Table(rows)) if is_bare(&name) => {
                let rows: Result<_, Diagnostic> =
                    rows.into_iter().map(|(object, limit)| Ok((object, limit.text()?))).collect();
                self.data.insert(name, rows?);
                Ok(())
            }
            _ => Err(broken(&format!("says `{table}.{name}`, which aksgen does not know"))),
        }
    }
}

impl Value {
    fn text(self) -> Result<String, Diagnostic> {
        if let Value::Text(text) = self {
            Ok(text)
        } else {
            Err(broken("holds a table where a text has to be"))
        }
    }
}

/// Can it be a section? It is one of ours as it is, without quotes.
fn is_bare(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `"key" = "value"`, as we write it.
fn row(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(" = ")?;
    Some((plain(key)?, plain(value)?))
}

/// What stands between quotes, where it needs no escape.
fn plain(text: &str) -> Option<&str> {
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains(['"', '\\']) && !text.contains(char::is_control)).then_some(text)
}

/// Can a path be one of ours on any machine? It stays below the root and away from Git's own files,
/// every name in it is an ordinary one for Linux, macOS and Windows alike, and two names that
/// differ look different.
pub(crate) fn is_inside(path: &str) -> bool {
    path.len() <= LONGEST.0 && path.split('/').all(is_fair)
}

/// Can a part of a path be one of ours?
pub(crate) fn is_fair(name: &str) -> bool {
    let letters =
        name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    letters
        && !name.is_empty()
        && name.len() <= LONGEST.1
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_device(name)
}

/// What Windows takes for a device, whatever follows the first dot.
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
