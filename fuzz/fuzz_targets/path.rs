//! Valid parts of a path: the sink and the lock agree with a separate model. Joined paths stay
//! below the root.

#![no_main]

use aksgen::{
    layout::Layout,
    sink::{Lock, NullSink, Sink},
    tree,
};
use libfuzzer_sys::fuzz_target;
use std::{
    io::Cursor,
    path::{Component, Path},
};

/// Root of the model.
const ROOT: &str = "/root/of/tree";

fuzz_target!(|text: &str| {
    let (environment, file) = text.split_once('\n').unwrap_or(("dev", text));
    let fair = |path: &str| NullSink.write("dev", path, "").is_ok();
    for path in [environment, file] {
        assert_eq!(fair(path), is_harmless(path), "{path:?}");
        assert_eq!(locked(path), is_harmless(path), "{path:?} in a lock");
    }
    for layout in [Layout::Isolated, Layout::BaseOverlays] {
        for environment in [None, Some(environment)] {
            let path = tree::path(layout, file, environment);
            assert_eq!(fair(&path), is_harmless(&path), "{path:?}");
            assert!(!fair(&path) || is_below(&path), "{path:?}");
        }
    }
});

/// Whether a lock accepts a path.
fn locked(path: &str) -> bool {
    // Paths that need other escapes are skipped.
    let key = path.replace('\\', "\\\\").replace('"', "\\\"");
    let text = format!("[files.dev]\n\"{key}\" = \"sha256:{}\"\n", "0".repeat(64));
    Lock::read(Cursor::new(text))
        .is_ok_and(|lock| lock.files().any(|file| file.to_string() == path))
}

/// Resolves a path below a root as an operating system does.
fn is_below(path: &str) -> bool {
    let mut walked = vec![];
    for part in Path::new(ROOT).join(path).components() {
        match part {
            Component::ParentDir => drop(walked.pop()),
            part => walked.push(part.as_os_str().to_owned()),
        }
    }
    let whole: std::path::PathBuf = walked.iter().collect();
    whole.starts_with(ROOT) && whole != Path::new(ROOT)
}

/// Rules of all systems, implemented separately: names that Linux, macOS and Windows open under
/// exactly this name.
fn is_harmless(path: &str) -> bool {
    const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
    let part = |part: &str| {
        let stem = part.to_ascii_uppercase().chars().take_while(|c| *c != '.').collect::<String>();
        let port = |kind: &str| {
            stem.len() == 4
                && stem.starts_with(kind)
                && stem.ends_with(|c: char| c.is_ascii_digit())
        };
        let only = |c: char| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-');
        !part.is_empty()
            && part.len() < 256
            && part.chars().all(only)
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !DEVICES.contains(&stem.as_str())
            && !port("COM")
            && !port("LPT")
    };
    path.len() < 4096 && path.split('/').all(part)
}
