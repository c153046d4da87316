//! The output depends on the spec only, not on the machine, user, clock, threads or current
//! directory. No command opens a connection or starts a process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]
#![allow(clippy::print_stdout, reason = "a test reports what it skipped")]

use crate::support::{HEAD, on_disk, workspace};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const AKSGEN: &str = env!("CARGO_BIN_EXE_aksgen");

fn texts(dir: &Path) -> BTreeMap<String, String> {
    on_disk(dir).into_iter().map(|(path, (text, _))| (path, text)).collect()
}

fn pick<'a>(all: &[&'a str], round: usize) -> &'a str {
    all[round % all.len()]
}

/// A hundred renders, each in a different environment. Random file names vary the order of
/// directory entries.
#[test]
fn the_tree_does_not_depend_on_the_machine() {
    let (good, home) = (workspace(HEAD), tempfile::tempdir().unwrap());
    assert!(
        Command::new(AKSGEN)
            .args(["render", "-q", "-C"])
            .arg(good.path())
            .output()
            .unwrap()
            .status
            .success()
    );
    let good = texts(good.path());
    assert!(good.len() > 50);
    for round in 0..100 {
        let dir = workspace(HEAD);
        for junk in 0..round % 7 {
            fs::write(dir.path().join(format!("{}-{junk}", round * 7919 % 97)), "").unwrap();
            fs::create_dir_all(dir.path().join("templates")).unwrap();
        }
        let (umask, threads) =
            (pick(&["022", "077", "000"], round), pick(&["1", "2", "3", "16"], round));
        let (cwd, at): (PathBuf, PathBuf) = match round % 3 {
            0 => (dir.path().to_owned(), ".".into()),
            1 => ("/".into(), dir.path().to_owned()),
            _ => (
                dir.path().parent().unwrap().to_owned(),
                Path::new("./").join(dir.path().file_name().unwrap()),
            ),
        };
        let line =
            format!("umask {umask}; exec \"$AKSGEN\" render -q --threads {threads} -C \"$AT\"");
        let mut command = Command::new("sh");
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AKSGEN", AKSGEN)
            .env("AT", at)
            .args(["-c", &line])
            .current_dir(cwd);
        command.env(
            "TZ",
            pick(&["UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Kiritimati"], round),
        );
        command
            .env("LANG", pick(&["C", "tr_TR.UTF-8", "ja_JP.UTF-8", "de_DE"], round))
            .env("LC_ALL", pick(&["tr_TR.UTF-8", "C", "POSIX"], round));
        command.env("HOME", if round % 2 == 0 { home.path() } else { Path::new("/nonexistent") });
        command
            .env("USER", pick(&["root", "user", ""], round))
            .env("HOSTNAME", format!("h{round}"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{round}: {}", String::from_utf8_lossy(&output.stderr));
        let mut now = texts(dir.path());
        now.retain(|_, text| !text.is_empty());
        assert!(now == good, "{round}");
    }
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        0,
        "no file is written into the home folder"
    );
}

/// strace lists the sockets and programs of each command that reads a spec.
#[test]
fn no_command_opens_a_socket_or_starts_a_process() {
    if !Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|status| status.success())
    {
        assert!(!std::env::var("CI").is_ok_and(|ci| ci == "true"), "CI needs strace");
        println!("skipped: strace is missing");
        return;
    }
    let (dir, log) = (workspace(HEAD), tempfile::NamedTempFile::new().unwrap());
    let commands = [
        "render",
        "render --sync",
        "render --dry-run",
        "check",
        "check --format sarif",
        "validate",
        "list",
        "list connections",
        "schema",
        "explain",
        "explain tree-locked",
        "explain platform.name",
        "explain clusters/dev/kustomization.yaml",
        "completions bash",
        "man render",
        "init --yes",
    ];
    for command in commands {
        let mut strace = Command::new("strace");
        let at = if command.starts_with("init") {
            dir.path().join("new")
        } else {
            dir.path().to_owned()
        };
        strace
            .args(["-f", "-qq", "-e", "trace=network,execve,execveat", "-o"])
            .arg(log.path())
            .arg(AKSGEN)
            .args(command.split(' '))
            .arg("-C")
            .arg(at);
        let output = strace.output().unwrap();
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let calls = fs::read_to_string(log.path()).unwrap();
        let calls: Vec<&str> = calls
            .lines()
            .filter(|line| !line.contains("exited with") && !line.contains("--- SIG"))
            .collect();
        assert!(calls.len() == 1 && calls[0].contains("execve("), "{command}: {calls:?}");
    }
}

/// `--sync` flushes each file before its rename, the journal before the first move, and all moves
/// before the lock.
#[test]
fn sync_flushes_files_before_the_lock() {
    if !Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|status| status.success())
    {
        println!("skipped: strace is missing");
        return;
    }
    let (dir, log) = (workspace(HEAD), tempfile::NamedTempFile::new().unwrap());
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-qq", "-e", "trace=openat2,fsync,renameat", "-o"])
        .arg(log.path())
        .arg(AKSGEN);
    assert!(
        strace
            .args(["render", "--sync", "--threads", "1", "-C"])
            .arg(dir.path())
            .output()
            .unwrap()
            .status
            .success()
    );
    let log = fs::read_to_string(log.path()).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    let all = |what: &dyn Fn(&str) -> bool| {
        lines
            .iter()
            .enumerate()
            .filter(|(_, line)| what(line))
            .map(|(number, _)| number)
            .collect::<Vec<_>>()
    };
    let synced =
        |end: &str| all(&|line| line.contains("fsync(") && line.contains(&format!("{end}>")));
    let made = all(&|line| line.contains("O_CREAT") && line.contains(".aksgen-stage/new"));
    let files = all(&|line| {
        line.contains("fsync(")
            && line.contains(".aksgen-stage/new/")
            && (line.contains(".yaml>") || line.contains(".md>") || line.contains(".bicep>"))
    });
    assert!(made.len() > 50 && files.len() >= made.len() - 2, "{} {}", made.len(), files.len());
    let mark = all(&|line| line.contains("renameat(") && line.contains("\"aksgen.lock.new\""));
    let moves = all(&|line| line.contains("renameat(") && line.contains("\"clusters\""));
    let end = all(&|line| {
        line.contains("renameat(")
            && line.contains("\"aksgen.lock\", ")
            && line.matches("\"aksgen.lock\"").count() == 2
    });
    assert!((mark.len(), moves.len(), end.len()) == (1, 1, 1), "{mark:?} {moves:?} {end:?}");
    assert!(
        files.iter().all(|file| *file < mark[0])
            && synced("journal").iter().all(|file| *file < mark[0])
            && synced("journal").len() == 1
    );
    let root = dir.path().file_name().unwrap().to_str().unwrap();
    for folder in ["/.aksgen-stage/new", "/new/clusters", "/new/environments/dev"] {
        assert!(
            synced(folder).iter().any(|folder| *folder < mark[0]),
            "the folders of what is staged: {folder}"
        );
    }
    assert!(
        synced(".aksgen-stage").iter().any(|stage| mark[0] < *stage && *stage < moves[0]),
        "the stage, between the mark and the moves"
    );
    assert!(
        synced(root).iter().any(|root| moves[0] < *root && *root < end[0]),
        "the target, between the moves and the lock"
    );
    assert!(synced(root).iter().any(|root| end[0] < *root), "the target, after the lock");
}
