//! What only systems of the Unix family tell.

use cap_std::fs::{File, Metadata, MetadataExt, PermissionsExt};
use std::io;

/// What others call this machine.
pub(in crate::sink) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Who may do what with a file.
pub(in crate::sink) fn mode(found: &Metadata) -> u32 {
    MetadataExt::mode(found) & 0o777
}

/// Gives a file the mode of the one that it replaces.
pub(in crate::sink) fn set_mode(file: &File, wanted: u32) -> io::Result<()> {
    let there = mode(&file.metadata()?);
    if there == wanted { Ok(()) } else { file.set_permissions(PermissionsExt::from_mode(wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_machine_is_called_as_it_calls_itself() {
        let name =
            std::fs::read_to_string("/proc/sys/kernel/hostname").expect("a file of the kernel");
        assert_eq!(host(), name.trim());
    }
}
