//! A writer that compares its input with a file and never changes the file.

use super::PIECE;
use cap_std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

/// Compares written bytes with a file.
pub(super) struct FileComparer {
    file: BufReader<File>,
    buffer: Vec<u8>,
}

impl Write for FileComparer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.resize(bytes.len(), 0);
        match self.file.read_exact(&mut self.buffer) {
            Ok(()) if self.buffer == bytes => Ok(bytes.len()),
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
            _ => Err(ErrorKind::InvalidData.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileComparer {
    /// Starts at the beginning of the file.
    pub(super) fn new(file: File) -> FileComparer {
        FileComparer { file: BufReader::with_capacity(PIECE, file), buffer: vec![] }
    }

    /// Whether all bytes of the file were compared.
    pub(super) fn is_whole(&mut self) -> io::Result<bool> {
        self.file.fill_buf().map(<[u8]>::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PathError, RootDir};
    use std::{fs, io::Write};

    #[test]
    fn a_file_is_equal_only_with_the_same_length() {
        let dir = tempfile::tempdir().expect("room");
        fs::write(dir.path().join("a"), "abcdef").expect("room");
        let root = RootDir::open(dir.path()).expect("a folder");
        let holds = |text: &str| {
            root.holds("a", |out| out.write_all(text.as_bytes())).expect("a file that can be read")
        };
        for (text, held) in
            [("abcdef", true), ("abcde", false), ("abcdefg", false), ("abcxef", false), ("", false)]
        {
            assert_eq!(holds(text), held, "{text}");
        }
        assert!(root.holds("b", |_| Ok(())).is_ok_and(|held| !held), "there is none");
    }

    #[test]
    fn a_failed_comparison_is_an_error() {
        let dir = tempfile::tempdir().expect("room");
        fs::write(dir.path().join("a"), "").expect("room");
        let root = RootDir::open(dir.path()).expect("a folder");
        let failed = root.holds("a", |_| Err(std::io::ErrorKind::StorageFull.into()));
        assert!(
            matches!(failed, Err(PathError::Failed(path, error)) if path == "a" && error.kind() == std::io::ErrorKind::StorageFull)
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_failed_read_has_an_error_of_its_own() {
        let dir = tempfile::tempdir().expect("room");
        let folder = cap_std::fs::File::from_std(fs::File::open(dir.path()).expect("a folder"));
        let error =
            super::FileComparer::new(folder).write(b"a").expect_err("a folder has no bytes");
        assert_eq!(error.kind(), std::io::ErrorKind::IsADirectory);
    }
}
