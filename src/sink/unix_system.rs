//! Host name and file modes on Unix.

use cap_std::fs::{File, Metadata, MetadataExt, PermissionsExt};
use std::io;

/// Host name in messages about the lock.
pub(in crate::sink) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Permission bits of a file.
pub(in crate::sink) fn mode(found: &Metadata) -> u32 {
    MetadataExt::mode(found) & 0o777
}

/// Sets the permission bits of a file.
pub(in crate::sink) fn set_mode(file: &File, wanted: u32) -> io::Result<()> {
    let there = mode(&file.metadata()?);
    if there == wanted { Ok(()) } else { file.set_permissions(PermissionsExt::from_mode(wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_host_name_is_the_name_of_the_system() {
        let name =
            std::fs::read_to_string("/proc/sys/kernel/hostname").expect("a file of the kernel");
        assert_eq!(host(), name.trim());
    }
}
