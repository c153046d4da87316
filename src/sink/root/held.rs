//! A file that is written to in order to compare it. Never changes it.

use super::PIECE;
use cap_std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

/// Compares what is written with a file.
pub(super) struct Held {
    file: BufReader<File>,
    buffer: Vec<u8>,
}

impl Write for Held {
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

impl Held {
    /// Compares from the beginning.
    pub(super) fn new(file: File) -> Held {
        Held { file: BufReader::with_capacity(PIECE, file), buffer: vec![] }
    }

    /// Was all of it written?
    pub(super) fn is_whole(&mut self) -> io::Result<bool> {
        self.file.fill_buf().map(<[u8]>::is_empty)
    }
}
