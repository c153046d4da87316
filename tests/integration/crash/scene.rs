//! A folder before a render and after it, and what must hold in between.

use super::calls::{Call, changing, program, traced};
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
/// It has folders inside of folders to itself.
const APART: &str = "[services.apart]\nimage = \"ghcr.io/contoso/apart:1.0.0\"\nport = 8080\nnamespace = \"apart\"\n";
const NOTES: &str = "notes/mine.md";
const STAGE: &str = ".aksgen-stage";
const HOLDER: &str = ".aksgen-stage/lock";
/// It stands there when everything is staged, and moves last.
const MARK: &str = ".aksgen-stage/aksgen.lock";

/// Texts by path; a folder ends in a slash, and has none.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A folder before a render, and the same after it.
pub(crate) struct Scene {
    dir: TempDir,
    pub(crate) before: Files,
    pub(crate) after: Files,
    pub(crate) arguments: Vec<String>,
    /// States of the folder from which `check` and the next render were right.
    validate_objects: Mutex<BTreeSet<u64>>,
}

/// What a render left that was disturbed at one call.
pub(crate) struct Left {
    pub(crate) dir: TempDir,
    pub(crate) done: Output,
    /// Everything, the stage too.
    seen: Files,
    /// The call, and what became of it.
    told: String,
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

/// The first folder that ends like this.
fn first_of(dir: &Path, end: &str) -> Option<String> {
    let folder = |path: &String| {
        path.rsplit_once('/')
            .map(|(folder, _)| folder.to_owned())
            .filter(|folder| folder.ends_with(end))
    };
    tree(dir).keys().find_map(folder)
}

impl Scene {
    fn new(dir: TempDir, arguments: &[&str]) -> Scene {
        let rendered = copy(dir.path());
        let done = aksgen(rendered.path(), &[&["render"], arguments].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert!(!rendered.path().join(STAGE).exists());
        let (before, after) = (tree(dir.path()), tree(rendered.path()));
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        let scene = Scene { dir, before, after, arguments, validate_objects: Mutex::default() };
        assert!(scene.count() > 40, "{} files are too few to prove anything", scene.count());
        scene
    }

    /// A folder with nothing but a spec, and what a person has beside it.
    pub(crate) fn first() -> Scene {
        let dir = tempfile::tempdir().unwrap();
        match env::var_os("AKSGEN_CRASH") {
            Some(from) => drop(
                fs::copy(Path::new(&from).join("platform.toml"), dir.path().join("platform.toml"))
                    .unwrap(),
            ),
            None => write(dir.path(), "platform.toml", HEAD),
        }
        write(dir.path(), NOTES, "mine\n");
        Scene::new(dir, &[])
    }

    /// A tree whose spec has changed so that files come, go and change, and that somebody edited.
    pub(crate) fn update(more: &[&str]) -> Scene {
        let first = Scene::first();
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
        let gone = first_of(dir.path(), "services/old-one").unwrap();
        write(dir.path(), &format!("{gone}/notes.md"), "mine too\n");
        Scene::new(dir, &[&["--keep", edited], more].concat())
    }

    /// How many files there are in the end.
    pub(crate) fn count(&self) -> usize {
        self.after.keys().filter(|path| !path.ends_with('/')).count()
    }

    /// How many states of the folder `check` and the next render have been asked about.
    pub(crate) fn states(&self) -> usize {
        self.validate_objects.lock().unwrap().len()
    }

    /// The calls that change the disk, in a render that nothing disturbs.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let (dir, log) = (copy(self.dir.path()), NamedTempFile::new().unwrap());
        assert!(traced(dir.path(), log.path(), &Call::any(), &self.arguments).status.success());
        changing(log.path())
    }

    /// A render in a copy of the folder that is killed at a call.
    pub(crate) fn killed(&self, call: &Call) -> Left {
        self.disturbed(&call.killed(), format!("killed at {call:?}"))
    }

    /// The same, with a call that is refused.
    pub(crate) fn refused(&self, call: &Call, error: &str) -> Left {
        self.disturbed(&call.refused(error), format!("{error} at {call:?}"))
    }

    fn disturbed(&self, filter: &[String], told: String) -> Left {
        let (dir, log) = (copy(self.dir.path()), NamedTempFile::new().unwrap());
        let done = traced(dir.path(), log.path(), filter, &self.arguments);
        let log = fs::read_to_string(log.path()).unwrap();
        assert!(
            log.contains("(INJECTED)") || done.status.signal() == Some(9),
            "{told}: it did not happen"
        );
        let seen = files(dir.path());
        Left { dir, done, seen, told }
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

    /// Nothing is half, what `check` says is so, and the next render makes the tree.
    pub(crate) fn assert_killed(&self, left: &Left) {
        assert!(!left.done.status.success(), "{}: it lived", left.told);
        for (path, text) in left.tree() {
            assert!(
                self.before.get(path) == Some(text) || self.after.get(path) == Some(text),
                "{}: `{path}` is half of something",
                left.told
            );
        }
        self.assert_repairable(left);
    }

    /// The old tree or the new one, the file named, and nothing left but what could not be removed.
    pub(crate) fn assert_refused(&self, left: &Left, call: &Call) {
        let (told, said) = (&left.told, String::from_utf8_lossy(&left.done.stderr).into_owned());
        match left.done.status.code() {
            Some(0) => assert!(left.tree().eq(&self.after), "{told}: it says that all is well"),
            Some(2) => {
                assert!(
                    left.tree().eq(&self.before),
                    "{told}: the tree is not the old one\n{said}"
                );
                assert!(said.contains("error[io]") && said.contains('`'), "{told}: {said}");
            }
            other => panic!("{told}: {other:?} {said}"),
        }
        assert!(
            call.cleans() || !left.dir.path().join(STAGE).exists(),
            "{told}: the stage is left\n{said}"
        );
        self.assert_repairable(left);
    }

    /// `check` is right, and so is the next render. What they do depends on nothing but the folder,
    /// so that they are asked once about each state.
    fn assert_repairable(&self, left: &Left) {
        let state = left.state();
        if !self.validate_objects.lock().unwrap().contains(&state) {
            self.assert_told(left);
            self.assert_healed(left);
            self.validate_objects.lock().unwrap().insert(state);
        }
    }

    /// What `check` says is so, and it writes nothing.
    fn assert_told(&self, left: &Left) {
        let (told, dir) = (&left.told, left.dir.path());
        let checked = aksgen(dir, &["check"]);
        let edited = self.arguments.iter().any(|argument| argument == "--keep");
        let expected = if left.is_interrupted() {
            2
        } else {
            i32::from(edited || !left.tree().eq(&self.after))
        };
        assert_eq!(
            checked.status.code(),
            Some(expected),
            "{told}: {}{}",
            String::from_utf8_lossy(&checked.stdout),
            String::from_utf8_lossy(&checked.stderr)
        );
        assert!(files(dir) == left.seen, "{told}: `check` wrote");
    }

    /// The next render makes the tree, and says if it had to repair something.
    fn assert_healed(&self, left: &Left) {
        let (told, done) = (&left.told, self.render(left.dir.path()));
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{told}: {said}");
        assert_eq!(said.contains("recovered"), left.is_interrupted(), "{told}: {said}");
        let now = tree(left.dir.path());
        let differ = now
            .iter()
            .filter(|(path, text)| self.after.get(*path) != Some(text))
            .map(|(path, _)| path)
            .collect::<Vec<_>>();
        assert!(
            now == self.after,
            "{told}: differ {differ:?}; {} files instead of {}",
            now.len(),
            self.after.len()
        );
        assert!(!left.dir.path().join(STAGE).exists(), "{told}: the stage is left");
    }
}

impl Left {
    /// Its files without the stage.
    fn tree(&self) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        self.seen.iter().filter(|(path, _)| !path.starts_with(STAGE))
    }

    /// The same number for the same folder, whatever the number of the process that held it.
    fn state(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (path, text) in &self.seen {
            let holder = path == HOLDER && !text.is_empty();
            (path, if holder { b"held" } else { text.as_slice() }).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Everything was staged, and not everything moved.
    fn is_interrupted(&self) -> bool {
        self.seen.contains_key(MARK)
    }
}
