//! The CRDs that the tests judge custom kinds by. Never knows who asks.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Kinds that the catalogue misspells, by file.
const CORRECTIONS: &str = include_str!("../crds.toml");

/// The CRDs of `AKSGEN_CRDS`, or those beside the repository, as a copy in which the kinds are spelt as their operators spell them.
///
/// # Panics
/// In CI, if there are none: there nothing may go unjudged unnoticed.
pub(crate) fn crds() -> Option<PathBuf> {
    static COPY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let copy = COPY.get_or_init(|| catalogue().map(|path| corrected(&path))).clone();
    let ci = std::env::var("CI").is_ok_and(|v| v == "true");
    assert!(copy.is_some() || !ci, "no CRDs: set AKSGEN_CRDS, so that custom kinds are judged");
    copy
}

fn catalogue() -> Option<PathBuf> {
    let named = std::env::var_os("AKSGEN_CRDS").map(PathBuf::from);
    let path = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/crds"));
    path.exists().then_some(path)
}

fn corrected(catalogue: &Path) -> PathBuf {
    let corrections: BTreeMap<String, String> = toml::from_str(CORRECTIONS).expect("file and kind");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(concat!("crds-", env!("CARGO_CRATE_NAME")));
    fs::create_dir_all(&copy).expect("a directory of Cargo's");
    for entry in fs::read_dir(catalogue).expect("a directory of CRDs").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("a name in ASCII");
        let bytes = fs::read(entry.path()).expect("a file that can be read");
        let bytes = corrections.get(&name).map_or_else(|| bytes.clone(), |kind| renamed(&name, &bytes, kind));
        put(&copy.join(&name), &bytes);
    }
    copy
}

fn renamed(name: &str, bytes: &[u8], kind: &str) -> Vec<u8> {
    let mut crd: Value = serde_json::from_slice(bytes).expect("a CRD in JSON");
    let names = &mut crd["spec"]["names"];
    assert_ne!(names["kind"], kind, "tests/crds.toml: the catalogue has {name} right by now");
    names["kind"] = kind.into();
    names["listKind"] = format!("{kind}List").into();
    serde_json::to_vec(&crd).expect("what was just read")
}

/// Another test of the same name may be reading.
fn put(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, path)).expect("a directory of Cargo's");
}
