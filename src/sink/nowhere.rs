//! Takes everything and keeps nothing. Never touches the disk.

use super::{Data, Report, Sink, edits};
use crate::diag::Diagnostic;

/// For `validate`.
#[derive(Debug, Default)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, section: &str, path: &str, _: &str) -> Result<(), Diagnostic> {
        edits::fair(section, path)
    }

    fn commit(&self, _: &[&str], _: Data) -> Result<Report, Vec<Diagnostic>> {
        Ok(Report::default())
    }
}
