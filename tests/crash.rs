//! A render that is killed, or refused by the system, at every call by which it changes the disk. `AKSGEN_CRASH=DIR` does it over the platform
//! in a directory, `AKSGEN_BIN` names another build of the program; otherwise a small platform, and every call of it where `CI=true`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]
#![allow(clippy::print_stdout, reason = "a test may say what it left out")]

mod support;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use support::HEAD;
use tempfile::TempDir;

const WEB: &str = "[services.web]\nimage = \"ghcr.io/contoso/web:1.0.0\"\nport = 8080\nenv = { LOG_LEVEL = \"info\" }\n";
const NOTES: &str = "notes/mine.md";
const STAGE: &str = ".aksgen-stage";
/// It stands there when everything is staged, and moves last.
const MARK: &str = ".aksgen-stage/aksgen.lock";

/// Calls that change a disk.
const CALLS: &str = "openat,openat2,write,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,fchmod,ftruncate,flock";

type Files = BTreeMap<String, Vec<u8>>;

/// A folder before a render, and the same after it.
struct Scene {
    before: TempDir,
    after: Files,
    arguments: Vec<String>,
}

/// One call of a render: its name, and how many of that name came before, and itself.
#[derive(Debug, Clone)]
struct Call {
    name: String,
    nth: usize,
}

fn program() -> PathBuf {
    env::var_os("AKSGEN_BIN").map_or_else(|| env!("CARGO_BIN_EXE_aksgen").into(), PathBuf::from)
}

fn aksgen(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).arg("-C").arg(dir).output().unwrap()
}

/// Runs a render under strace.
fn traced(dir: &Path, log: &Path, filter: &[String], arguments: &[String]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(log).args(filter).arg(program());
    command.args(["render", "--threads", "1"]).args(arguments).arg("-C").arg(dir).stdin(Stdio::null()).output().unwrap()
}

fn can_trace() -> bool {
    let there = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    assert!(there || env::var("CI").is_ok_and(|ci| ci != "true") || env::var("CI").is_err(), "CI has to have strace");
    if !there {
        println!("there is no strace here: nothing was killed");
    }
    there
}

fn files(dir: &Path) -> Files {
    let mut out = Files::new();
    collect(dir, dir, &mut out);
    out
}

fn collect(root: &Path, dir: &Path, out: &mut Files) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            collect(root, &path, out);
        } else {
            out.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

/// The tree without the stage.
fn tree(dir: &Path) -> Files {
    files(dir).into_iter().filter(|(path, _)| !path.starts_with(STAGE)).collect()
}

fn copy(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    assert!(Command::new("cp").args(["-a", "--"]).arg(from.join(".")).arg(to.path()).status().unwrap().success());
    to
}

fn write(dir: &Path, path: &str, text: &str) {
    fs::create_dir_all(dir.join(path).parent().unwrap()).unwrap();
    fs::write(dir.join(path), text).unwrap();
}

impl Scene {
    fn new(before: TempDir, arguments: &[&str]) -> Scene {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        let rendered = copy(before.path());
        let done = aksgen(rendered.path(), &[&["render"], arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert!(!rendered.path().join(STAGE).exists());
        Scene { before, after: tree(rendered.path()), arguments }
    }

    /// A folder with nothing but a spec, and what a person has beside it.
    fn first() -> Scene {
        let dir = tempfile::tempdir().unwrap();
        match env::var_os("AKSGEN_CRASH") {
            Some(from) => drop(fs::copy(Path::new(&from).join("platform.toml"), dir.path().join("platform.toml")).unwrap()),
            None => write(dir.path(), "platform.toml", HEAD),
        }
        write(dir.path(), NOTES, "mine\n");
        Scene::new(dir, &[])
    }

    /// A tree whose spec has changed so that files come, go and change, and that somebody edited.
    fn update() -> Scene {
        let first = Scene::first();
        let dir = copy(first.before.path());
        let spec = fs::read_to_string(dir.path().join("platform.toml")).unwrap();
        write(dir.path(), "platform.toml", &[&spec, WEB].concat().replace("services.web]", "services.old-one]"));
        assert!(aksgen(dir.path(), &["render"]).status.success());
        write(dir.path(), "platform.toml", &[&spec.replace("platform@", "people@"), WEB].concat());
        let edited = "clusters/dev/kustomization.yaml";
        let text = fs::read_to_string(dir.path().join(edited)).unwrap();
        write(dir.path(), edited, &format!("{text}# by hand\n"));
        let gone = first_of(dir.path(), "services/old-one").unwrap();
        write(dir.path(), &format!("{gone}/notes.md"), "mine too\n");
        Scene::new(dir, &["--keep", edited])
    }

    /// The calls that change the disk, in a render that nothing disturbs.
    fn calls(&self) -> Vec<Call> {
        let (dir, log) = (copy(self.before.path()), tempfile::NamedTempFile::new().unwrap());
        let done = traced(dir.path(), log.path(), &["-e".into(), format!("trace={CALLS}")], &self.arguments);
        assert!(done.status.success());
        let (mut counts, mut calls) = (BTreeMap::<String, usize>::new(), vec![]);
        for line in fs::read_to_string(log.path()).unwrap().lines() {
            let Some((name, rest)) = line.split_once(' ').and_then(|(_, call)| call.trim().split_once('(')) else { continue };
            let nth = counts.entry(name.to_owned()).and_modify(|count| *count += 1).or_insert(1);
            let reads = name.starts_with("openat") && !rest.contains("O_CREAT");
            let speaks = name == "write" && (rest.starts_with("1,") || rest.starts_with("2,"));
            if !reads && !speaks {
                calls.push(Call { name: name.to_owned(), nth: *nth });
            }
        }
        assert!(calls.len() > 50, "{}", calls.len());
        if env::var("CI").is_ok_and(|ci| ci == "true") || env::var_os("AKSGEN_CRASH").is_some() { calls } else { sample(calls) }
    }

    /// A render in a copy of the folder, with one call as `inject` says.
    fn disturbed(&self, call: &Call, inject: &str) -> (TempDir, Output) {
        let dir = copy(self.before.path());
        let filter = ["-e".to_owned(), format!("trace={}", call.name), "-e".to_owned(), format!("inject={}:{inject}:when={}", call.name, call.nth)];
        let done = traced(dir.path(), Path::new("/dev/null"), &filter, &self.arguments);
        (dir, done)
    }

    fn render(&self, dir: &Path) -> Output {
        aksgen(dir, &[&["render"], self.arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat())
    }

    /// Every file of the tree is the old one or the new one.
    fn assert_whole(&self, dir: &Path, told: &str) {
        let before = tree(self.before.path());
        for (path, text) in tree(dir) {
            assert!(before.get(&path) == Some(&text) || self.after.get(&path) == Some(&text), "{told}: `{path}` is half of something");
        }
    }

    /// What `check` says is so, and it writes nothing.
    fn assert_told(&self, dir: &Path, told: &str) {
        let (seen, now) = (files(dir), tree(dir));
        let checked = aksgen(dir, &["check"]);
        let edited = self.arguments.iter().any(|argument| argument == "--keep");
        let expected = if seen.contains_key(MARK) { 2 } else { i32::from(edited || now != self.after) };
        assert_eq!(checked.status.code(), Some(expected), "{told}: {}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
        assert!(files(dir) == seen, "{told}: `check` wrote");
    }

    /// The next render makes the tree, and says if it had to repair something.
    fn assert_healed(&self, dir: &Path, told: &str) {
        let interrupted = dir.join(MARK).exists();
        let done = self.render(dir);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{told}: {said}");
        assert_eq!(said.contains("repaired"), interrupted, "{told}: {said}");
        let now = tree(dir);
        let differ = now.iter().filter(|(path, text)| self.after.get(*path) != Some(text)).map(|(path, _)| path).collect::<Vec<_>>();
        assert!(now == self.after, "{told}: differ {differ:?}; {} files instead of {}", now.len(), self.after.len());
        assert!(!dir.join(STAGE).exists(), "{told}: the stage is left");
    }
}

/// The first folder that ends like this.
fn first_of(dir: &Path, end: &str) -> Option<String> {
    let folder = |path: &String| path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).filter(|folder| folder.ends_with(end));
    tree(dir).keys().find_map(folder)
}

/// One of fifteen of what a render does for every file, and all of the rest.
fn sample(calls: Vec<Call>) -> Vec<Call> {
    let many = |name: &str| name.starts_with("openat") || name == "write" || name.starts_with("mkdir");
    let count = calls.len();
    calls.into_iter().enumerate().filter(|(i, call)| !many(&call.name) || i % 15 == 0 || i + 20 > count).map(|(_, call)| call).collect()
}

/// Two at a time; the first failure ends it.
fn each<T: Sync>(all: &[T], act: impl Fn(usize, &T) + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    let work = || {
        while let Some((i, one)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| all.get(i).map(|one| (i, one))) {
            if failed.lock().unwrap().is_some() {
                return;
            }
            if let Err(why) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| act(i, one))) {
                *failed.lock().unwrap() = Some(why);
            }
        }
    };
    thread::scope(|scope| [scope.spawn(work), scope.spawn(work)].map(|worker| worker.join().unwrap()));
    if let Some(why) = failed.into_inner().unwrap() {
        std::panic::resume_unwind(why);
    }
}

fn killed_at_every_call(scene: &Scene) {
    let calls = scene.calls();
    println!("{} calls", calls.len());
    each(&calls, |_, call| {
        let (dir, done) = scene.disturbed(call, "signal=KILL");
        let told = format!("killed at {call:?}");
        assert!(!done.status.success(), "{told}: it lived");
        scene.assert_whole(dir.path(), &told);
        scene.assert_told(dir.path(), &told);
        scene.assert_healed(dir.path(), &told);
    });
}

#[test]
fn a_first_render_is_killed_at_every_call() {
    if can_trace() {
        killed_at_every_call(&Scene::first());
    }
}

#[test]
fn an_update_is_killed_at_every_call() {
    if can_trace() {
        killed_at_every_call(&Scene::update());
    }
}

/// The errors that a call can meet; they take turns.
fn errors(call: &Call) -> &'static [&'static str] {
    match call.name.as_str() {
        "openat" | "openat2" => &["ENOSPC", "EIO", "EROFS", "EACCES", "EMFILE", "EINTR"],
        "rename" | "renameat" | "renameat2" => &["ENOSPC", "EIO", "EROFS", "EACCES", "EXDEV"],
        "write" | "pwrite64" => &["ENOSPC", "EIO", "EINTR"],
        "flock" => &["EIO", "EINTR", "ENOLCK"],
        _ => &["ENOSPC", "EIO", "EROFS", "EACCES"],
    }
}

/// The old tree or the new one, the file named, and nothing left but what could not be removed.
fn refused_at_every_call(scene: &Scene) {
    let pair = |(i, call): (usize, Call)| {
        let errors = errors(&call);
        (call, errors[i % errors.len()])
    };
    let cases: Vec<(Call, &str)> = scene.calls().into_iter().enumerate().map(pair).collect();
    println!("{} cases", cases.len());
    let before = tree(scene.before.path());
    each(&cases, |_, (call, error)| {
        let (dir, done) = scene.disturbed(call, &format!("error={error}"));
        let (told, said) = (format!("{error} at {call:?}"), String::from_utf8_lossy(&done.stderr).into_owned());
        let now = tree(dir.path());
        match done.status.code() {
            Some(0) => assert!(now == scene.after, "{told}: it says that all is well"),
            Some(2) => {
                assert!(now == before, "{told}: the tree is not the old one\n{said}");
                assert!(said.contains("error[io]") && said.contains('`'), "{told}: {said}");
            }
            other => panic!("{told}: {other:?} {said}"),
        }
        // Whose a lock is that cannot be taken, nobody knows.
        let cleans = ["unlink", "rmdir", "flock"].iter().any(|name| call.name.starts_with(name));
        assert!(cleans || !dir.path().join(STAGE).exists(), "{told}: the stage is left\n{said}");
        scene.assert_told(dir.path(), &told);
        scene.assert_healed(dir.path(), &told);
    });
}

#[test]
fn a_first_render_is_refused_at_every_call() {
    if can_trace() {
        refused_at_every_call(&Scene::first());
    }
}

#[test]
fn an_update_is_refused_at_every_call() {
    if can_trace() {
        refused_at_every_call(&Scene::update());
    }
}

/// Between the kill and the next run somebody edits a file that was to be replaced: that edit stays, and is told.
#[test]
fn an_edit_after_a_kill_survives() {
    if !can_trace() || env::var_os("AKSGEN_CRASH").is_some() {
        return;
    }
    let scene = Scene::update();
    let moves: Vec<Call> = scene.calls().into_iter().filter(|call| call.name.starts_with("rename")).collect();
    let before = tree(scene.before.path());
    each(&moves, |_, call| {
        let (dir, _) = scene.disturbed(call, "signal=KILL");
        let replaced = before.keys().filter(|path| path.contains("azure") && scene.after.get(*path).is_some_and(|text| *text != before[*path]));
        let path = replaced.clone().next().expect("a file that changes");
        write(dir.path(), path, "edited since\n");
        let done = scene.render(dir.path());
        assert_eq!(done.status.code(), Some(2), "{call:?}");
        assert_eq!(fs::read_to_string(dir.path().join(path)).unwrap(), "edited since\n", "{call:?}");
        let mut arguments = vec!["render", "--overwrite", path];
        arguments.extend(scene.arguments.iter().map(String::as_str));
        assert!(aksgen(dir.path(), &arguments).status.success(), "{call:?}");
        assert!(tree(dir.path()) == scene.after, "{call:?}");
    });
}
