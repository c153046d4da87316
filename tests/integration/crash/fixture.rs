//! A folder before and after a render, and the invariants of an interrupted run.

use super::calls::{Call, disk_changes, program, run_traced};
use crate::support::HEAD;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Output},
    sync::Mutex,
};
use tempfile::{NamedTempFile, TempDir};

const WEB: &str = "[services.web]\nimage = \"ghcr.io/contoso/web:1.0.0\"\nport = 8080\nenv = { LOG_LEVEL = \"info\" }\n";
/// A service in a namespace of its own, so the tree has nested folders that only it uses.
const APART: &str = "[services.apart]\nimage = \"ghcr.io/contoso/apart:1.0.0\"\nport = 8080\nnamespace = \"apart\"\n";
const NOTES: &str = "notes/mine.md";
const STAGE: &str = ".aksgen-stage";
const HOLDER: &str = ".aksgen-stage/lock";
/// Exists when all files are staged, and is moved last.
const MARK: &str = ".aksgen-stage/aksgen.lock";

/// File contents by path. A folder ends in a slash and has no content.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A folder before a render, and the tree after it.
pub(crate) struct Fixture {
    dir: TempDir,
    pub(crate) before: Files,
    pub(crate) after: Files,
    pub(crate) arguments: Vec<String>,
    /// States of the folder that `check` and the next render already handled correctly.
    checked_states: Mutex<BTreeSet<u64>>,
}

/// Result of a render that was disturbed at one call.
pub(crate) struct Disturbed {
    pub(crate) dir: TempDir,
    pub(crate) done: Output,
    /// All files, including the stage.
    files: Files,
    /// The disturbed call, for messages of assertions.
    label: String,
}

pub(crate) fn aksgen(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).arg("-C").arg(dir).output().unwrap()
}

fn files(dir: &Path) -> Files {
    let mut out = Files::new();
    collect(dir, dir, &mut out);
    out
}

fn collect(root: &Path, dir: &Path, out: &mut Files) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().unwrap().is_dir() {
            out.insert(format!("{name}/"), vec![]);
            collect(root, &path, out);
        } else {
            out.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// The tree without the stage.
pub(crate) fn tree(dir: &Path) -> Files {
    files(dir).into_iter().filter(|(path, _)| !path.starts_with(STAGE)).collect()
}

fn copy(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    assert!(
        Command::new("cp")
            .args(["-a", "--"])
            .arg(from.join("."))
            .arg(to.path())
            .status()
            .unwrap()
            .success()
    );
    to
}

pub(crate) fn write(dir: &Path, path: &str, text: &str) {
    fs::create_dir_all(dir.join(path).parent().unwrap()).unwrap();
    fs::write(dir.join(path), text).unwrap();
}

/// The first folder whose path ends with `end`.
fn first_folder(dir: &Path, end: &str) -> Option<String> {
    let folder = |path: &String| {
        path.rsplit_once('/')
            .map(|(folder, _)| folder.to_owned())
            .filter(|folder| folder.ends_with(end))
    };
    tree(dir).keys().find_map(folder)
}

impl Fixture {
    fn new(dir: TempDir, arguments: &[&str]) -> Fixture {
        let rendered = copy(dir.path());
        let done = aksgen(rendered.path(), &[&["render"], arguments].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert!(!rendered.path().join(STAGE).exists());
        let (before, after) = (tree(dir.path()), tree(rendered.path()));
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        let fixture = Fixture { dir, before, after, arguments, checked_states: Mutex::default() };
        assert!(fixture.count() > 40, "{} files are too few for the test", fixture.count());
        fixture
    }

    /// A folder with a spec and an unmanaged file.
    pub(crate) fn first() -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        match env::var_os("AKSGEN_CRASH") {
            Some(from) => drop(
                fs::copy(Path::new(&from).join("platform.toml"), dir.path().join("platform.toml"))
                    .unwrap(),
            ),
            None => write(dir.path(), "platform.toml", HEAD),
        }
        write(dir.path(), NOTES, "mine\n");
        Fixture::new(dir, &[])
    }

    /// A rendered tree with a changed spec and an edited file. The next render adds, changes and
    /// removes files.
    pub(crate) fn update(more: &[&str]) -> Fixture {
        let first = Fixture::first();
        let dir = copy(first.dir.path());
        let spec = fs::read_to_string(dir.path().join("platform.toml")).unwrap();
        write(
            dir.path(),
            "platform.toml",
            &[&spec, WEB, APART].concat().replace("services.web]", "services.old-one]"),
        );
        assert!(aksgen(dir.path(), &["render"]).status.success());
        write(dir.path(), "platform.toml", &[&spec.replace("platform@", "people@"), WEB].concat());
        let edited = "clusters/dev/kustomization.yaml";
        let text = fs::read_to_string(dir.path().join(edited)).unwrap();
        write(dir.path(), edited, &format!("{text}# by hand\n"));
        let gone = first_folder(dir.path(), "services/old-one").unwrap();
        write(dir.path(), &format!("{gone}/notes.md"), "mine too\n");
        Fixture::new(dir, &[&["--keep", edited], more].concat())
    }

    /// The number of files after the render.
    pub(crate) fn count(&self) -> usize {
        self.after.keys().filter(|path| !path.ends_with('/')).count()
    }

    /// The number of distinct folder states that were checked.
    pub(crate) fn states(&self) -> usize {
        self.checked_states.lock().unwrap().len()
    }

    /// The calls of an undisturbed render that change the disk.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let (dir, log) = (copy(self.dir.path()), NamedTempFile::new().unwrap());
        assert!(
            run_traced(dir.path(), log.path(), &Call::trace_filter(), &self.arguments)
                .status
                .success()
        );
        disk_changes(log.path())
    }

    /// Kills a render at a call, in a copy of the folder.
    pub(crate) fn kill_at(&self, call: &Call) -> Disturbed {
        self.disturb(&call.kill_filter(), format!("killed at {call:?}"))
    }

    /// Returns an error from a call of a render, in a copy of the folder.
    pub(crate) fn fail_at(&self, call: &Call, error: &str) -> Disturbed {
        self.disturb(&call.error_filter(error), format!("{error} at {call:?}"))
    }

    fn disturb(&self, filter: &[String], label: String) -> Disturbed {
        let (dir, log) = (copy(self.dir.path()), NamedTempFile::new().unwrap());
        let done = run_traced(dir.path(), log.path(), filter, &self.arguments);
        let log = fs::read_to_string(log.path()).unwrap();
        assert!(
            log.contains("(INJECTED)") || done.status.signal() == Some(9),
            "{label}: the fault was not injected"
        );
        let files = files(dir.path());
        Disturbed { dir, done, files, label }
    }

    pub(crate) fn render(&self, dir: &Path) -> Output {
        aksgen(
            dir,
            &[
                &["render"],
                self.arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            ]
            .concat(),
        )
    }

    /// Asserts that no file is half written, `check` is right, and the next render completes the
    /// tree.
    pub(crate) fn assert_killed(&self, result: &Disturbed) {
        assert!(!result.done.status.success(), "{}: the program was not killed", result.label);
        for (path, text) in result.tree() {
            assert!(
                self.before.get(path) == Some(text) || self.after.get(path) == Some(text),
                "{}: `{path}` is half written",
                result.label
            );
        }
        self.assert_repairable(result);
    }

    /// Asserts that the tree is the old or the new one, the message names the file, and the stage
    /// is removed.
    pub(crate) fn assert_failed(&self, result: &Disturbed, call: &Call) {
        let (label, stderr) =
            (&result.label, String::from_utf8_lossy(&result.done.stderr).into_owned());
        match result.done.status.code() {
            Some(0) => assert!(
                result.tree().eq(&self.after),
                "{label}: exit code 0 with an incomplete tree"
            ),
            Some(2) => {
                assert!(
                    result.tree().eq(&self.before),
                    "{label}: the tree is not the old one\n{stderr}"
                );
                assert!(stderr.contains("error[io]") && stderr.contains('`'), "{label}: {stderr}");
            }
            other => panic!("{label}: {other:?} {stderr}"),
        }
        assert!(
            call.can_leave_stage() || !result.dir.path().join(STAGE).exists(),
            "{label}: the stage is left\n{stderr}"
        );
        self.assert_repairable(result);
    }

    /// Asserts that `check` and the next render are right. The result depends on the folder only,
    /// so each state is checked once.
    fn assert_repairable(&self, result: &Disturbed) {
        let state = result.state();
        if !self.checked_states.lock().unwrap().contains(&state) {
            self.assert_check_reports(result);
            self.assert_next_render_completes(result);
            self.checked_states.lock().unwrap().insert(state);
        }
    }

    /// Asserts that `check` reports the state and writes nothing.
    fn assert_check_reports(&self, result: &Disturbed) {
        let (label, dir) = (&result.label, result.dir.path());
        let checked = aksgen(dir, &["check"]);
        let edited = self.arguments.iter().any(|argument| argument == "--keep");
        let expected = if result.is_interrupted() {
            2
        } else {
            i32::from(edited || !result.tree().eq(&self.after))
        };
        assert_eq!(
            checked.status.code(),
            Some(expected),
            "{label}: {}{}",
            String::from_utf8_lossy(&checked.stdout),
            String::from_utf8_lossy(&checked.stderr)
        );
        assert!(files(dir) == result.files, "{label}: `check` wrote");
    }

    /// Asserts that the next render completes the tree and reports a recovery.
    fn assert_next_render_completes(&self, result: &Disturbed) {
        let (label, done) = (&result.label, self.render(result.dir.path()));
        let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{label}: {stderr}");
        assert_eq!(stderr.contains("recovered"), result.is_interrupted(), "{label}: {stderr}");
        let now = tree(result.dir.path());
        let differ = now
            .iter()
            .filter(|(path, text)| self.after.get(*path) != Some(text))
            .map(|(path, _)| path)
            .collect::<Vec<_>>();
        assert!(
            now == self.after,
            "{label}: differ {differ:?}; {} files instead of {}",
            now.len(),
            self.after.len()
        );
        assert!(!result.dir.path().join(STAGE).exists(), "{label}: the stage is left");
    }
}

impl Disturbed {
    /// The files without the stage.
    fn tree(&self) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        self.files.iter().filter(|(path, _)| !path.starts_with(STAGE))
    }

    /// A hash of the folder, without the process id in the lock of the stage.
    fn state(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (path, text) in &self.files {
            let holder = path == HOLDER && !text.is_empty();
            (path, if holder { b"held" } else { text.as_slice() }).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Whether all files were staged and not all of them moved.
    fn is_interrupted(&self) -> bool {
        self.files.contains_key(MARK)
    }
}
