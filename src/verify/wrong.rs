//! A mistake in one object. Never says whose it is.

use crate::diag::Code;

/// What is wrong with an object, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Which rule.
    pub code: Code,
    /// The JSON pointer.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// The fix.
    pub help: String,
}
