//! System calls of a render that change the disk, and strace filters that disturb one of them.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// System calls that change a disk.
const CALLS: &str = "openat,openat2,write,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,fchmod,ftruncate,flock";

/// A call of a render: its name, and its position among the calls of that name, from 1.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) name: String,
    nth: usize,
}

impl Call {
    /// strace options that log all calls.
    pub(crate) fn trace_filter() -> [String; 2] {
        ["-e".into(), format!("trace={CALLS}")]
    }

    /// strace options that kill the program at this call.
    pub(crate) fn kill_filter(&self) -> Vec<String> {
        self.inject("signal=KILL")
    }

    /// strace options that return an error from this call. The seccomp filter makes it four times
    /// as fast; with it, signals cannot be injected.
    pub(crate) fn error_filter(&self, error: &str) -> Vec<String> {
        [vec!["--seccomp-bpf".into()], self.inject(&format!("error={error}"))].concat()
    }

    fn inject(&self, fault: &str) -> Vec<String> {
        vec![
            "-e".into(),
            format!("trace={}", self.name),
            "-e".into(),
            format!("inject={}:{fault}:when={}", self.name, self.nth),
        ]
    }

    /// The errors that the call can return. `EINTR` is for calls that can block, `EPERM` for files
    /// with the immutable attribute.
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

    /// Whether a failure of the call can leave the stage: the call removes files or takes the lock.
    pub(crate) fn can_leave_stage(&self) -> bool {
        // A run that cannot take a lock must not remove the stage of another run.
        ["unlink", "rmdir", "flock"].iter().any(|name| self.name.starts_with(name))
    }
}

pub(crate) fn program() -> PathBuf {
    env::var_os("AKSGEN_BIN").map_or_else(|| env!("CARGO_BIN_EXE_aksgen").into(), PathBuf::from)
}

/// Runs a render under strace, in one thread, because the positions of calls are per thread.
pub(crate) fn run_traced(
    dir: &Path,
    log: &Path,
    filter: &[String],
    arguments: &[String],
) -> Output {
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
    let available = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|status| status.success());
    assert!(available || !in_ci(), "CI needs strace");
    if !available {
        println!("skipped: strace is missing");
    }
    available
}

fn in_ci() -> bool {
    env::var("CI").is_ok_and(|ci| ci == "true")
}

/// Whether to try every call with every error instead of a sample.
pub(crate) fn is_exhaustive() -> bool {
    in_ci() || env::var_os("AKSGEN_CRASH").is_some()
}

/// The calls in a strace log that change the disk.
pub(crate) fn disk_changes(log: &Path) -> Vec<Call> {
    let (mut counts, mut calls) = (BTreeMap::<String, usize>::new(), vec![]);
    for line in fs::read_to_string(log).unwrap().lines() {
        let Some((name, rest)) =
            line.split_once(' ').and_then(|(_, call)| call.trim().split_once('('))
        else {
            continue;
        };
        let nth = counts.entry(name.to_owned()).and_modify(|count| *count += 1).or_insert(1);
        let reads = name.starts_with("openat") && !rest.contains("O_CREAT");
        let prints = name == "write" && (rest.starts_with("1,") || rest.starts_with("2,"));
        if !reads && !prints {
            calls.push(Call { name: name.to_owned(), nth: *nth });
        }
    }
    assert!(calls.len() > 50, "{}", calls.len());
    if is_exhaustive() { calls } else { sample(calls) }
}

/// Every fifteenth of the calls that occur for each file, and all other calls.
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

/// Each call with each error that it can return. In a sample each call has one error, in turn.
pub(crate) fn call_errors(calls: Vec<Call>) -> Vec<(Call, &'static str)> {
    let errors = |i: usize, call: &Call| {
        let all = call.errors();
        if is_exhaustive() { all } else { &all[i % all.len()..][..1] }
    };
    let pairs = |(i, call): (usize, Call)| {
        errors(i, &call).iter().map(|error| (call.clone(), *error)).collect::<Vec<_>>()
    };
    calls.into_iter().enumerate().flat_map(pairs).collect()
}

/// The count of each name, for the output of the tests.
pub(crate) fn counts<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}
