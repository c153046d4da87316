//! Discards output; used by `validate`.

use super::{LockData, Sink, TreeReport, edit_policy};
use crate::diag::Diagnostic;

/// A sink that checks paths and discards files.
#[derive(Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn write(&self, section: &str, path: &str, _: &str) -> Result<(), Diagnostic> {
        edit_policy::check_path(section, path)
    }

    fn commit(&self, _: &[&str], _: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        Ok(TreeReport::default())
    }
}
