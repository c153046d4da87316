//! Takes everything and keeps nothing. Never touches the disk.

use super::{LockData, Report, Sink, edit_policy};
use crate::diag::Diagnostic;

/// For `validate`.
#[derive(Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn write(&self, section: &str, path: &str, _: &str) -> Result<(), Diagnostic> {
        edit_policy::fair(section, path)
    }

    fn commit(&self, _: &[&str], _: LockData) -> Result<Report, Vec<Diagnostic>> {
        Ok(Report::default())
    }
}
