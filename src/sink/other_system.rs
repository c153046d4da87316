//! Fallbacks for systems without file modes and host names.

use cap_std::fs::{File, Metadata};
use std::io;

/// Host name in messages about the lock.
pub(in crate::sink) fn host() -> String {
    "this machine".to_owned()
}

/// File mode; unknown on these systems.
pub(in crate::sink) fn mode(_: &Metadata) -> u32 {
    0
}

/// Does nothing: these systems have no file modes.
pub(in crate::sink) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
