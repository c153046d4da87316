//! Full and read-only disks, process limits, signals, and concurrent runs.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]
#![allow(clippy::print_stdout, reason = "a test reports what it skipped")]

use crate::support::{HEAD, codes, on_disk, render, request, workspace};
use aksgen::{
    diag::Code,
    pipeline::run,
    sink::{Compare, Sink, StagedTree},
};
use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::{Command, Output, Stdio},
    thread,
};
use tempfile::TempDir;

const AKSGEN: &str = env!("CARGO_BIN_EXE_aksgen");
const STAGE: &str = ".aksgen-stage";

/// Runs a shell line with `$AKSGEN` and `$DIR`.
fn shell(dir: &Path, line: &str) -> Output {
    Command::new("sh")
        .args(["-c", line])
        .env("AKSGEN", AKSGEN)
        .env("DIR", dir)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn output_text(output: &Output) -> String {
    format!(
        "{:?}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The files of a tree, without modification times.
fn texts(dir: &Path) -> BTreeMap<String, String> {
    on_disk(dir).into_iter().map(|(path, (text, _))| (path, text)).collect()
}

/// Asserts that a render failed with `io`, named a file, and left only the spec.
#[track_caller]
fn assert_io_error(dir: &Path, output: &Output) {
    assert_eq!(output.status.code(), Some(2), "{}", output_text(output));
    let text = output_text(output);
    assert!(text.contains("error[io]") && text.contains('`'), "{text}");
    assert_eq!(fs::read_dir(dir).unwrap().count(), 1, "{text}");
}

/// Whether a command works here: some need rights that the machine does not grant.
fn is_available(what: &str) -> bool {
    let available = Command::new("sh")
        .args(["-c", what])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !available {
        println!("skipped: `{what}` does not work here");
    }
    available
}

#[test]
fn a_full_or_read_only_disk_leaves_the_old_tree() {
    if !is_available("unshare -rm true") {
        return;
    }
    let dir = workspace(HEAD);
    let script = r#"mkdir "$DIR/m" && mount -t tmpfs -o size=64k tmpfs "$DIR/m" && cp "$DIR/platform.toml" "$DIR/m" && cd "$DIR/m"
        "$AKSGEN" render; echo "code $?"; ls -A | tr '\n' ' '
        mount -o remount,size=16m "$DIR/m" && "$AKSGEN" render > /dev/null && "$AKSGEN" check
        mount -o remount,ro "$DIR/m"; "$AKSGEN" check; "$AKSGEN" render; echo "code $?""#;
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .env("AKSGEN", AKSGEN)
        .env("DIR", dir.path())
        .output()
        .unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(out.starts_with("code 2\nplatform.toml "), "{out}{err}");
    assert_eq!(out.matches("up to date").count(), 2, "{out}{err}");
    assert!(out.trim_end().ends_with("code 2"), "{out}{err}");
    assert!(err.contains("no space left") && err.contains("read-only"), "{err}");
}

#[test]
fn too_few_descriptors_or_too_small_files_are_reported() {
    for limit in ["ulimit -n 9", "ulimit -n 10", "ulimit -n 11", "ulimit -f 1"] {
        let dir = workspace(HEAD);
        assert_io_error(
            dir.path(),
            &shell(
                dir.path(),
                &format!("{limit}; exec \"$AKSGEN\" render --threads 1 -C \"$DIR\""),
            ),
        );
    }
    let dir = workspace(HEAD);
    let output = shell(
        dir.path(),
        "ulimit -n 16; ulimit -s 1024; exec \"$AKSGEN\" render --threads 1 -C \"$DIR\"",
    );
    assert!(output.status.success(), "{}", output_text(&output));
}

/// Runs as the user 65534, without the rights of root.
#[test]
fn permissions_and_umask_are_respected() {
    if !is_available("test $(id -u) = 0 && setpriv --reuid 65534 --regid 65534 --clear-groups true")
    {
        return;
    }
    let dir = workspace(HEAD);
    let own = |path: &Path| chown(path, Some(65534), Some(65534)).unwrap();
    let bin = tempfile::tempdir().unwrap();
    fs::copy(AKSGEN, bin.path().join("aksgen")).unwrap();
    fs::set_permissions(bin.path(), fs::Permissions::from_mode(0o755)).unwrap();
    own(dir.path());
    own(&dir.path().join("platform.toml"));
    let unprivileged = |command: &str| {
        let run = format!(
            "umask {}; exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$BIN/aksgen\" {} -C \"$DIR\"",
            &command[..3],
            &command[4..]
        );
        Command::new("sh")
            .args(["-c", &run])
            .env("BIN", bin.path())
            .env("DIR", dir.path())
            .output()
            .unwrap()
    };
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    assert_io_error(dir.path(), &unprivileged("022 render"));
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(unprivileged("027 render").status.success());
    let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().mode() & 0o777;
    assert_eq!(
        (mode("clusters/dev/kustomization.yaml"), mode("clusters"), mode("aksgen.lock")),
        (0o640, 0o750, 0o640)
    );
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    assert!(unprivileged("022 check").status.success(), "check needs no write permission");
}

#[test]
fn a_full_output_device_is_reported_and_a_closed_pipe_is_not() {
    let dir = workspace(HEAD);
    let full = shell(dir.path(), "exec \"$AKSGEN\" render -C \"$DIR\" > /dev/full");
    assert_eq!(full.status.code(), Some(2), "{}", output_text(&full));
    assert!(output_text(&full).contains("cannot be written"));
    let other = workspace(HEAD);
    let mut child = Command::new(AKSGEN)
        .args(["render", "-C"])
        .arg(other.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(child.wait().unwrap().success() && !err.contains("panic"), "{err}");
    assert_eq!(texts(dir.path()), texts(other.path()));
}

/// strace sends the signal at a chosen call: while files are staged, or while they are moved.
#[test]
fn a_signal_stops_staging_but_not_the_moves() {
    if !is_available("strace -qq -o /dev/null true") {
        return;
    }
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        for (call, nth, expected) in [("mkdirat", 20, code), ("renameat", 3, 0)] {
            let dir = workspace(HEAD);
            let inject = format!("inject={call}:signal={signal}:when={nth}");
            let trace = format!("trace={call}");
            let mut command = Command::new("strace");
            command
                .args([
                    "-f",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "-e",
                    &trace,
                    "-e",
                    &inject,
                    AKSGEN,
                    "render",
                    "--threads",
                    "1",
                    "-C",
                ])
                .arg(dir.path());
            let output = command.output().unwrap();
            assert_eq!(
                output.status.code(),
                Some(expected),
                "{signal} at {call}: {}",
                output_text(&output)
            );
            assert!(!dir.path().join(STAGE).exists(), "{signal} at {call}");
            assert_eq!(dir.path().join("clusters").exists(), expected == 0, "{signal} at {call}");
        }
    }
}

#[test]
fn a_second_run_fails_at_once_and_names_the_first() {
    let dir = workspace(HEAD);
    let first = StagedTree::new(dir.path()).unwrap();
    for command in ["render", "check", "render --dry-run"] {
        let output = shell(dir.path(), &format!("exec \"$AKSGEN\" {command} -C \"$DIR\""));
        let text = output_text(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains("error[tree-locked]")
                && text.contains(&format!("process {} on ", std::process::id())),
            "{text}"
        );
    }
    drop(first);
    assert!(render(dir.path()).is_ok());
}

#[test]
fn the_lock_of_a_killed_process_is_released() {
    let dir = workspace(HEAD);
    let command = "sleep 600 < /dev/null";
    // Takes the lock of the stage in a process that is then killed. `--close` keeps the lock out of
    // its child processes.
    fs::create_dir(dir.path().join(STAGE)).unwrap();
    let mut holder = Command::new("flock")
        .arg("--close")
        .arg(dir.path().join(STAGE).join("lock"))
        .args(["sh", "-c", &format!("echo held; exec {command}")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    holder.stdout.take().unwrap().read_exact(&mut [0; 4]).unwrap();
    assert_eq!(codes(&render(dir.path()).unwrap_err()), [Code::TreeLocked]);
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", holder.id())).unwrap();
    for process in children.split_whitespace().chain([holder.id().to_string().as_str()]) {
        assert!(Command::new("kill").args(["-KILL", process]).status().unwrap().success());
    }
    holder.wait().unwrap();
    render(dir.path()).unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"));
}

/// `check` fails if a render changed the tree during the comparison.
#[test]
fn a_check_during_a_render_fails() {
    let dir = workspace(HEAD);
    render(dir.path()).unwrap();
    let check = Compare::new(dir.path()).unwrap();
    fs::write(dir.path().join("platform.toml"), HEAD.replace("platform@", "people@")).unwrap();
    render(dir.path()).unwrap();
    assert_eq!(
        codes(&run(&request(dir.path()), &check).unwrap_err()),
        [Code::TreeLocked],
        "a render ended during the check"
    );
    let check = Compare::new(dir.path()).unwrap();
    let writer = StagedTree::new(dir.path()).unwrap();
    assert_eq!(
        codes(&run(&request(dir.path()), &check).unwrap_err()),
        [Code::TreeLocked],
        "a render is running"
    );
    drop(writer);
    assert!(
        run(&request(dir.path()), &Compare::new(dir.path()).unwrap()).unwrap().report.is_same()
    );
}

#[test]
fn concurrent_renders_into_different_folders_are_independent() {
    let dirs: Vec<TempDir> = (0..20).map(|_| workspace(HEAD)).collect();
    thread::scope(|scope| {
        dirs.iter().for_each(|dir| drop(scope.spawn(|| render(dir.path()).unwrap())));
    });
    let first = texts(dirs[0].path());
    assert!(first.len() > 50 && dirs.iter().all(|dir| texts(dir.path()) == first));
}

/// Each of the concurrent runs succeeds or fails with `tree-locked`, and the tree is complete.
#[test]
fn concurrent_renders_into_one_folder_succeed_or_fail_as_locked() {
    let dir = workspace(HEAD);
    let outputs: Vec<Output> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| shell(dir.path(), "exec \"$AKSGEN\" render --threads 1 -C \"$DIR\""))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(outputs.iter().any(|output| output.status.success()));
    for output in outputs.iter().filter(|output| !output.status.success()) {
        assert!(
            output.status.code() == Some(2) && output_text(output).contains("error[tree-locked]"),
            "{}",
            output_text(output)
        );
    }
    assert!(
        run(&request(dir.path()), &Compare::new(dir.path()).unwrap()).unwrap().report.is_same()
    );
    assert!(!dir.path().join(STAGE).exists());
}

/// A dropped sink leaves no files.
#[test]
fn a_dropped_sink_leaves_no_files() {
    let dir = workspace(HEAD);
    let sink = StagedTree::new(dir.path()).unwrap();
    sink.write("dev", "a/b.yaml", "x\n").unwrap();
    assert_eq!(fs::read_to_string(dir.path().join(STAGE).join(".gitignore")).unwrap(), "*\n");
    drop(sink);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
