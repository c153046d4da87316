//! The directory of CRDs that custom kinds are validated against.

use std::path::{Path, PathBuf};

/// The directory that `AKSGEN_CRDS` names, or `../shared/crds` beside the repository.
///
/// # Panics
/// In CI, if the directory is missing: no custom kind may go unvalidated there.
pub(crate) fn crds() -> Option<PathBuf> {
    let named = std::env::var_os("AKSGEN_CRDS").map(PathBuf::from);
    let path =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/crds"));
    let found = path.exists().then_some(path);
    let ci = std::env::var("CI").is_ok_and(|v| v == "true");
    assert!(found.is_some() || !ci, "no CRDs: set AKSGEN_CRDS to a directory of CRDs");
    found
}
