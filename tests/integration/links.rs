//! Symbolic links, hard links, pipes and sockets in the tree: aksgen follows no link and waits for
//! no pipe.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, codes, describe, render, workspace};
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

/// A rendered tree, and a folder outside of it that holds one file.
fn rendered_beside_folder() -> (TempDir, TempDir) {
    let (dir, outside) = (workspace(&spec()), tempfile::tempdir().unwrap());
    render(dir.path()).unwrap_or_else(|diagnostics| panic!("{}", describe(&diagnostics)));
    fs::write(outside.path().join("precious"), "precious").unwrap();
    (dir, outside)
}

/// Asserts that a render names the obstacle and changes neither folder.
#[track_caller]
fn assert_refused(dir: &TempDir, outside: &TempDir, named: &str) {
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
    for diagnostics in [
        render(dir.path()).unwrap_err(),
        Compare::new(dir.path()).map_or_else(|diagnostic| vec![diagnostic], |_| vec![]),
    ] {
        assert!(
            diagnostics
                .iter()
                .all(|diagnostic| matches!(diagnostic.code, Code::UnmanagedFile | Code::BadLock)),
            "{}",
            describe(&diagnostics)
        );
        assert!(
            diagnostics.is_empty()
                || diagnostics.iter().any(|diagnostic| diagnostic.message.contains(named)),
            "{}",
            describe(&diagnostics)
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
fn a_link_in_the_path_of_a_file_is_not_followed() {
    for way in ["absolute", "relative", "chain", "dangling", "inside"] {
        let (dir, outside) = rendered_beside_folder();
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
        assert_refused(&dir, &outside, FOLDER);
    }
}

#[test]
fn a_link_in_place_of_a_file_is_refused() {
    for dangling in [false, true] {
        let (dir, outside) = rendered_beside_folder();
        fs::remove_file(dir.path().join(CONFIG)).unwrap();
        symlink(
            outside.path().join(if dangling { "nothing" } else { "precious" }),
            dir.path().join(CONFIG),
        )
        .unwrap();
        assert_refused(&dir, &outside, CONFIG);
    }
}

/// Files to remove are not reached through a link either.
#[test]
fn files_are_not_removed_through_a_link() {
    let (dir, outside) = rendered_beside_folder();
    fs::write(dir.path().join("platform.toml"), HEAD).unwrap();
    let folder = dir.path().join(FOLDER);
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        fs::copy(entry.path(), outside.path().join(entry.file_name())).unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
    symlink(outside.path(), &folder).unwrap();
    assert_refused(&dir, &outside, FOLDER);
}

#[test]
fn a_linked_lock_or_stage_is_refused() {
    for name in [LOCK, ".aksgen-stage"] {
        let (dir, outside) = rendered_beside_folder();
        let _ = fs::rename(dir.path().join(LOCK), outside.path().join("lock"));
        symlink(
            if name == LOCK { outside.path().join("lock") } else { outside.path().to_owned() },
            dir.path().join(name),
        )
        .unwrap();
        assert_refused(&dir, &outside, name);
    }
}

/// A journal or a link in a stage that another program made does not lead outside the tree.
#[test]
fn a_crafted_journal_moves_no_file_outside_the_tree() {
    let digest = format!("sha256:{}", "0".repeat(64));
    for path in ["../x", ".git/config", "/etc/hostname", "a/../../x"] {
        let (dir, outside) = rendered_beside_folder();
        let stage = dir.path().join(".aksgen-stage");
        fs::create_dir_all(stage.join("new")).unwrap();
        fs::write(stage.join(LOCK), "").unwrap();
        fs::write(stage.join("journal"), format!("[files.add]\n\"{path}\" = \"{digest}\"\n"))
            .unwrap();
        let found = codes(&render(dir.path()).unwrap_err());
        assert_eq!(found, [Code::BadLock], "{path}");
        assert!(outside.path().join("precious").exists() && stage.exists());
    }
    let (dir, outside) = rendered_beside_folder();
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
fn pipes_sockets_and_folders_in_place_of_a_file_are_refused() {
    for what in ["pipe", "socket", "folder"] {
        let (dir, outside) = rendered_beside_folder();
        let path = dir.path().join(CONFIG);
        fs::remove_file(&path).unwrap();
        match what {
            "pipe" => assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
            "socket" => drop(UnixListener::bind(&path).or_else(|_| bind_near(&path)).unwrap()),
            _ => fs::create_dir(&path).unwrap(),
        }
        assert_refused(&dir, &outside, CONFIG);
    }
    let (dir, outside) = rendered_beside_folder();
    fs::remove_dir_all(dir.path().join(FOLDER)).unwrap();
    fs::write(dir.path().join(FOLDER), "a file\n").unwrap();
    assert_refused(&dir, &outside, FOLDER);
}

/// Binds a socket at a short path and moves it: a socket path has at most 107 bytes.
fn bind_near(path: &Path) -> std::io::Result<UnixListener> {
    let short = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(short.path().join("s"))?;
    fs::rename(short.path().join("s"), path)?;
    Ok(listener)
}

/// A pipe without a writer does not block the run.
#[test]
fn a_pipe_as_spec_or_lock_is_refused() {
    for name in ["platform.toml", LOCK] {
        let (dir, _) = rendered_beside_folder();
        fs::remove_file(dir.path().join(name)).unwrap();
        assert!(Command::new("mkfifo").arg(dir.path().join(name)).status().unwrap().success());
        let found = codes(&render(dir.path()).unwrap_err());
        assert!(matches!(found[..], [Code::InputFile | Code::BadLock]), "{name}: {found:?}");
    }
}

#[test]
fn a_hard_link_keeps_the_old_content() {
    let (dir, outside) = rendered_beside_folder();
    let (other, path) = (outside.path().join("other"), dir.path().join(CONFIG));
    fs::hard_link(&path, &other).unwrap();
    let before = fs::read_to_string(&other).unwrap();
    fs::write(dir.path().join("platform.toml"), spec().replace("info", "debug")).unwrap();
    render(dir.path()).unwrap();
    assert_eq!(fs::read_to_string(&other).unwrap(), before);
    assert!(fs::read_to_string(&path).unwrap().contains("debug"));
}

#[test]
fn a_replaced_file_keeps_its_mode() {
    let (dir, _) = rendered_beside_folder();
    let path = dir.path().join(CONFIG);
    for mode in [0o600, 0o444, 0o755] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        fs::write(dir.path().join("platform.toml"), spec().replace("info", &format!("l{mode}")))
            .unwrap();
        assert_eq!(render(dir.path()).unwrap().paths("dev", &[FileStatus::Changed]).len(), 2);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, mode);
    }
}

/// A folder alternates between a link and a folder while trees are rendered. No file arrives
/// outside.
#[test]
fn a_folder_that_becomes_a_link_during_a_run_is_not_followed() {
    let (dir, outside) = rendered_beside_folder();
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
