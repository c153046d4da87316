//! The calls by which a render changes the disk: found, and disturbed, by strace.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Calls that change a disk.
const CALLS: &str = "openat,openat2,write,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,fchmod,ftruncate,flock";

/// One call of a render: its name, and how many of that name came before, and itself.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) name: String,
    nth: usize,
}

impl Call {
    /// What strace is told to find all of them.
    pub(crate) fn any() -> [String; 2] {
        ["-e".into(), format!("trace={CALLS}")]
    }

    /// What strace is told to end the program here.
    pub(crate) fn killed(&self) -> Vec<String> {
        self.disturbed("signal=KILL")
    }

    /// What strace is told to have this one refused. It need not look at any other then, which is
    /// four times as fast; a signal would not come.
    pub(crate) fn refused(&self, error: &str) -> Vec<String> {
        [vec!["--seccomp-bpf".into()], self.disturbed(&format!("error={error}"))].concat()
    }

    fn disturbed(&self, inject: &str) -> Vec<String> {
        vec![
            "-e".into(),
            format!("trace={}", self.name),
            "-e".into(),
            format!("inject={}:{inject}:when={}", self.name, self.nth),
        ]
    }

    /// The errors that it can meet. `EINTR` is for calls that may wait, `EPERM` for files that
    /// nobody may change.
    pub(crate) fn errors(&self) -> &'static [&'static str] {
        match self.name.as_str() {
            "openat" | "openat2" => &["ENOSPC", "EIO", "EROFS", "EACCES", "EMFILE", "EINTR"],
            "rename" | "renameat" | "renameat2" => {
                &["ENOSPC", "EIO", "EROFS", "EACCES", "EPERM", "EXDEV"]
            }
            "unlink" | "unlinkat" | "rmdir" => &["ENOSPC", "EIO", "EROFS", "EACCES", "EPERM"],
            "write" | "pwrite64" | "fsync" | "fdatasync" => &["ENOSPC", "EIO", "EINTR"],
            "flock" => &["EIO", "EINTR", "ENOLCK"],
            _ => &["ENOSPC", "EIO", "EROFS", "EACCES"],
        }
    }

    /// It only takes away, so that what it should have taken may be left.
    pub(crate) fn cleans(&self) -> bool {
        // Whose a lock is that cannot be taken, nobody knows.
        ["unlink", "rmdir", "flock"].iter().any(|name| self.name.starts_with(name))
    }
}

pub(crate) fn program() -> PathBuf {
    env::var_os("AKSGEN_BIN").map_or_else(|| env!("CARGO_BIN_EXE_aksgen").into(), PathBuf::from)
}

/// Runs a render under strace. Counts are those of one thread, so there is one.
pub(crate) fn traced(dir: &Path, log: &Path, filter: &[String], arguments: &[String]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(log).args(filter).arg(program());
    command
        .args(["render", "--threads", "1"])
        .args(arguments)
        .arg("-C")
        .arg(dir)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub(crate) fn can_trace() -> bool {
    let there = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|status| status.success());
    assert!(there || !in_ci(), "CI has to have strace");
    if !there {
        println!("there is no strace here: nothing was killed");
    }
    there
}

fn in_ci() -> bool {
    env::var("CI").is_ok_and(|ci| ci == "true")
}

/// Is every call taken, with every error? Otherwise a sample is.
pub(crate) fn takes_all() -> bool {
    in_ci() || env::var_os("AKSGEN_CRASH").is_some()
}

/// The calls of a log that change the disk.
pub(crate) fn changing(log: &Path) -> Vec<Call> {
    let (mut counts, mut calls) = (BTreeMap::<String, usize>::new(), vec![]);
    for line in fs::read_to_string(log).unwrap().lines() {
        let Some((name, rest)) =
            line.split_once(' ').and_then(|(_, call)| call.trim().split_once('('))
        else {
            continue;
        };
        let nth = counts.entry(name.to_owned()).and_modify(|count| *count += 1).or_insert(1);
        let reads = name.starts_with("openat") && !rest.contains("O_CREAT");
        let speaks = name == "write" && (rest.starts_with("1,") || rest.starts_with("2,"));
        if !reads && !speaks {
            calls.push(Call { name: name.to_owned(), nth: *nth });
        }
    }
    assert!(calls.len() > 50, "{}", calls.len());
    if takes_all() { calls } else { sample(calls) }
}

/// One of fifteen of what a render does for every file, and all of the rest.
fn sample(calls: Vec<Call>) -> Vec<Call> {
    let many =
        |name: &str| name.starts_with("openat") || name == "write" || name.starts_with("mkdir");
    let count = calls.len();
    calls
        .into_iter()
        .enumerate()
        .filter(|(i, call)| !many(&call.name) || i % 15 == 0 || i + 20 > count)
        .map(|(_, call)| call)
        .collect()
}

/// Every call with every error that it can meet; where a sample is enough, with one of them in
/// turn.
pub(crate) fn refusals(calls: Vec<Call>) -> Vec<(Call, &'static str)> {
    let errors = |i: usize, call: &Call| {
        let all = call.errors();
        if takes_all() { all } else { &all[i % all.len()..][..1] }
    };
    let pairs = |(i, call): (usize, Call)| {
        errors(i, &call).iter().map(|error| (call.clone(), *error)).collect::<Vec<_>>()
    };
    calls.into_iter().enumerate().flat_map(pairs).collect()
}

/// How many of each, for whoever reads what the tests print.
pub(crate) fn counted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}
