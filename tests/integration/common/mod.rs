//! Helpers of the tests that run the program: a run, the CRDs, and trees of files as values.

#![allow(dead_code, reason = "each test file uses some of the items")]

pub(crate) use crate::support::crds;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

/// File contents by path, relative to a root, with `/` as separator. Contents are bytes, because
/// invalid input may not be UTF-8.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// Every file below a folder.
pub(crate) fn tree(root: &Path) -> Tree {
    let mut out = Tree::new();
    walk(root, "", &mut out);
    out
}

fn walk(folder: &Path, below: &str, out: &mut Tree) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{path}/"), out);
        } else {
            out.insert(path, fs::read(entry.path()).expect("a file that was just listed"));
        }
    }
}

/// Writes a tree below a folder.
pub(crate) fn plant(tree: &Tree, root: &Path) {
    for (path, text) in tree {
        let to = root.join(path);
        fs::create_dir_all(to.parent().expect("below the root")).expect("a folder that we own");
        fs::write(to, text).expect("a folder that we own");
    }
}

/// Runs the program in a directory, without colours and independent of the caller's terminal.
pub(crate) fn aksgen<S: AsRef<std::ffi::OsStr>>(
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aksgen"));
    command.args(arguments).arg("-C").arg(dir).env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
    command.output().expect("the program that was built for this test")
}
