//! What stands in the way of a path, and where it leads: nothing is read, written or removed
//! through a link, and nothing waits for a pipe.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{HEAD, codes, render, told, workspace};
use aksgen::{
    diag::Code,
    sink::{Compare, FileStatus, LOCK, StagedTree},
};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use tempfile::TempDir;

const WEB: &str = "[services.web]\nimage = \"ghcr.io/contoso/web:1.0.0\"\nport = 8080\nenv = { LOG_LEVEL = \"info\" }\n";
const FOLDER: &str = "environments/dev/workloads/shop/services/web";
const CONFIG: &str = "environments/dev/workloads/shop/services/web/configmap.yaml";

fn spec() -> String {
    [HEAD, WEB].concat()
}

/// A tree, and a folder outside of it with a file in it.
fn scene() -> (TempDir, TempDir) {
    let (dir, outside) = (workspace(&spec()), tempfile::tempdir().unwrap());
    render(dir.path()).unwrap_or_else(|diagnostics| panic!("{}", told(&diagnostics)));
    fs::write(outside.path().join("precious"), "precious").unwrap();
    (dir, outside)
}

/// A render stops at what is in the way, names it, and leaves both sides as they are.
#[track_caller]
fn refused(dir: &TempDir, outside: &TempDir, named: &str) {
    let listing = |dir: &Path| {
        String::from_utf8(
            Command::new("find")
                .arg(dir)
                .args(["-printf", "%p %y %s %l %T@\\n"])
                .output()
                .unwrap()
                .stdout,
        )
        .unwrap()
    };
    let before = (listing(dir.path()), listing(outside.path()));
    for found in [
        render(dir.path()).unwrap_err(),
        Compare::new(dir.path()).map_or_else(|diagnostic| vec![diagnostic], |_| vec![]),
    ] {
        assert!(
            found
                .iter()
                .all(|diagnostic| matches!(diagnostic.code, Code::UnmanagedFile | Code::BadLock)),
            "{}",
            told(&found)
        );
        assert!(
            found.is_empty() || found.iter().any(|diagnostic| diagnostic.message.contains(named)),
            "{}",
            told(&found)
        );
    }
    let lines = |text: &str| {
        text.lines()
            .filter(|line| !line.starts_with(&format!("{} d", dir.path().display())))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&listing(dir.path())), lines(&before.0));
    assert_eq!(listing(outside.path()), before.1);
}

#[test]
fn no_link_is_followed_on_the_way_to_a_file() {
    for way in ["absolute", "relative", "chain", "dangling", "inside"] {
        let (dir, outside) = scene();
        let folder = dir.path().join(FOLDER);
        fs::rename(&folder, dir.path().join("aside")).unwrap();
        let to = match way {
            "absolute" => outside.path().to_owned(),
            "relative" => Path::new("../../../../../..").join(outside.path().file_name().unwrap()),
            "chain" => {
                symlink(outside.path(), dir.path().join("link")).unwrap();
                dir.path().join("link")
            }
            "inside" => dir.path().join("aside"),
            _ => outside.path().join("nothing"),
        };
        symlink(to, &folder).unwrap();
        refused(&dir, &outside, FOLDER);
    }
}

#[test]
fn no_link_takes_the_place_of_a_file() {
    for dangling in [false, true] {
        let (dir, outside) = scene();
        fs::remove_file(dir.path().join(CONFIG)).unwrap();
        symlink(
            outside.path().join(if dangling { "nothing" } else { "precious" }),
            dir.path().join(CONFIG),
        )
        .unwrap();
        refused(&dir, &outside, CONFIG);
    }
}

/// The same for what is to be removed.
#[test]
fn nothing_is_removed_through_a_link() {
    let (dir, outside) = scene();
    fs::write(dir.path().join("platform.toml"), HEAD).unwrap();
    let folder = dir.path().join(FOLDER);
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        fs::copy(entry.path(), outside.path().join(entry.file_name())).unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
    symlink(outside.path(), &folder).unwrap();
    refused(&dir, &outside, FOLDER);
}

#[test]
fn neither_the_lock_nor_the_stage_may_be_a_link() {
    for name in [LOCK, ".aksgen-stage"] {
        let (dir, outside) = scene();
        let _ = fs::rename(dir.path().join(LOCK), outside.path().join("lock"));
        symlink(
            if name == LOCK { outside.path().join("lock") } else { outside.path().to_owned() },
            dir.path().join(name),
        )
        .unwrap();
        refused(&dir, &outside, name);
    }
}

/// What a stage holds that a person made, or a repository brought along, leads nowhere either.
#[test]
fn a_planted_journal_moves_nothing_but_files_of_the_tree() {
    let digest = format!("sha256:{}", "0".repeat(64));
    for path in ["../x", ".git/config", "/etc/hostname", "a/../../x"] {
        let (dir, outside) = scene();
        let stage = dir.path().join(".aksgen-stage");
        fs::create_dir_all(stage.join("new")).unwrap();
        fs::write(stage.join(LOCK), "").unwrap();
        fs::write(stage.join("journal"), format!("[files.add]\n\"{path}\" = \"{digest}\"\n"))
            .unwrap();
        let found = codes(&render(dir.path()).unwrap_err());
        assert_eq!(found, [Code::BadLock], "{path}");
        assert!(outside.path().join("precious").exists() && stage.exists());
    }
    let (dir, outside) = scene();
    let stage = dir.path().join(".aksgen-stage");
    fs::create_dir_all(&stage).unwrap();
    fs::copy(dir.path().join(LOCK), stage.join(LOCK)).unwrap();
    fs::write(stage.join("journal"), format!("[files.add]\n\"x\" = \"{digest}\"\n")).unwrap();
    symlink(outside.path(), stage.join("new")).unwrap();
    fs::write(outside.path().join("x"), "not from here").unwrap();
    assert_eq!(codes(&render(dir.path()).unwrap_err()), [Code::UnmanagedFile]);
    assert!(!dir.path().join("x").exists() && outside.path().join("x").exists());
}

#[test]
fn what_is_no_file_is_refused_and_nobody_waits_for_it() {
    for what in ["pipe", "socket", "folder"] {
        let (dir, outside) = scene();
        let path = dir.path().join(CONFIG);
        fs::remove_file(&path).unwrap();
        match what {
            "pipe" => assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
            "socket" => drop(UnixListener::bind(&path).or_else(|_| bind_near(&path)).unwrap()),
            _ => fs::create_dir(&path).unwrap(),
        }
        refused(&dir, &outside, CONFIG);
    }
    let (dir, outside) = scene();
    fs::remove_dir_all(dir.path().join(FOLDER)).unwrap();
    fs::write(dir.path().join(FOLDER), "a file\n").unwrap();
    refused(&dir, &outside, FOLDER);
}

/// The path of a socket has 107 bytes at most.
fn bind_near(path: &Path) -> std::io::Result<UnixListener> {
    let short = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(short.path().join("s"))?;
    fs::rename(short.path().join("s"), path)?;
    Ok(listener)
}

/// A spec that is a pipe without a writer, or a lock that is one.
#[test]
fn neither_the_spec_nor_the_lock_may_be_a_pipe() {
    for name in ["platform.toml", LOCK] {
        let (dir, _) = scene();
        fs::remove_file(dir.path().join(name)).unwrap();
        assert!(Command::new("mkfifo").arg(dir.path().join(name)).status().unwrap().success());
        let found = codes(&render(dir.path()).unwrap_err());
        assert!(matches!(found[..], [Code::InputFile | Code::BadLock]), "{name}: {found:?}");
    }
}

#[test]
fn another_name_of_a_file_keeps_its_text() {
    let (dir, outside) = scene();
    let (other, path) = (outside.path().join("other"), dir.path().join(CONFIG));
    fs::hard_link(&path, &other).unwrap();
    let before = fs::read_to_string(&other).unwrap();
    fs::write(dir.path().join("platform.toml"), spec().replace("info", "debug")).unwrap();
    render(dir.path()).unwrap();
    assert_eq!(fs::read_to_string(&other).unwrap(), before);
    assert!(fs::read_to_string(&path).unwrap().contains("debug"));
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    let (dir, _) = scene();
    let path = dir.path().join(CONFIG);
    for mode in [0o600, 0o444, 0o755] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        fs::write(dir.path().join("platform.toml"), spec().replace("info", &format!("l{mode}")))
            .unwrap();
        assert_eq!(render(dir.path()).unwrap().paths("dev", &[FileStatus::Changed]).len(), 2);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, mode);
    }
}

/// A folder becomes a link and a folder again, as fast as can be, while trees are rendered:
/// whatever they meet, nothing arrives outside.
#[test]
fn a_folder_that_becomes_a_link_under_the_hand_leads_nowhere() {
    let (dir, outside) = scene();
    let (folder, aside) = (dir.path().join("environments/dev"), dir.path().join("aside"));
    let done = AtomicBool::new(false);
    let swap = || {
        while !done.load(Ordering::Relaxed) {
            if fs::rename(&folder, &aside).is_ok() && symlink(outside.path(), &folder).is_ok() {
                let _ = fs::remove_file(&folder);
            }
            let _ = fs::rename(&aside, &folder);
        }
    };
    thread::scope(|scope| {
        scope.spawn(swap);
        for round in 0..40 {
            fs::write(
                dir.path().join("platform.toml"),
                spec().replace("info", &format!("l{round}")),
            )
            .unwrap();
            let _ = render(dir.path());
        }
        done.store(true, Ordering::Relaxed);
    });
    let left: Vec<_> =
        fs::read_dir(outside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["precious"]);
    let _ = fs::remove_dir_all(dir.path().join(".aksgen-stage"));
    assert!(StagedTree::new(dir.path()).is_ok());
}
