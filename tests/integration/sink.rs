//! Writing the tree: which files are written, kept, removed or refused.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, codes, describe, on_disk, render, render_some, request, workspace};
use aksgen::{
    diag::{Code, Printer},
    pipeline::{Request, run},
    sink::{Compare, EditPolicy, FileStatus, LOCK, LockData, Sink, StagedTree, WriteOptions},
};
use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};
use tempfile::TempDir;

const WEB: &str = "[services.web]\nimage = \"ghcr.io/contoso/web:1.0.0\"\nport = 8080\nenv = { LOG_LEVEL = \"info\" }\n";
const ORDERS: &str = "[services.orders]\nimage = \"ghcr.io/contoso/orders:1.0.0\"\nport = 8080\n";
const TWO: &str = "[environments.production]\nprofile = \"production\"\n";
const CONFIG: &str = "environments/dev/workloads/shop/services/web/configmap.yaml";

fn spec() -> String {
    [HEAD, TWO, WEB, ORDERS].concat()
}

/// A directory with a spec and its tree.
fn rendered() -> TempDir {
    let dir = workspace(&spec());
    render(dir.path()).unwrap_or_else(|diagnostics| panic!("{}", describe(&diagnostics)));
    dir
}

fn write(dir: &TempDir, path: &str, text: &str) {
    let to = dir.path().join(path);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::write(to, text).unwrap();
}

/// The codes of a render that must fail and change neither bytes nor modification times.
#[track_caller]
fn assert_refused(dir: &TempDir) -> Vec<Code> {
    let before = on_disk(dir.path());
    let found = render(dir.path()).expect_err("a reason not to write");
    assert_eq!(on_disk(dir.path()), before);
    codes(&found)
}

#[test]
fn a_run_with_errors_writes_nothing() {
    for wrong in [
        "[services.x]\nimage = \"x\"\n",
        "[services.x]\nimage = \"ghcr.io/a/x:1\"\ncalls = [\"missing\"]\n",
        "[waive.x]\ncode = \"schema\"\nat = \"a/b/c\"\nreason = \"r\"\n",
    ] {
        let dir = workspace(&format!("{}{wrong}", spec()));
        let sink = StagedTree::new(dir.path()).unwrap();
        assert!(run(&request(dir.path()), &sink).is_err(), "{wrong}");
        drop(sink);
        assert!(on_disk(dir.path()).is_empty(), "{wrong}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "the spec alone");
    }
}

/// The objects of the first unit are staged before the last stage reports an error.
#[test]
fn a_run_with_errors_keeps_the_existing_tree() {
    let dir = rendered();
    write(
        &dir,
        "platform.toml",
        &spec()
            .replace("info", "debug")
            .replace("port = 8080\n", "port = 8080\ncalls = [\"missing\"]\n"),
    );
    assert!(assert_refused(&dir).iter().all(|code| *code == Code::UnknownCall));
}

#[test]
fn an_unmanaged_file_is_not_overwritten() {
    let dir = workspace(&spec());
    write(&dir, CONFIG, "mine\n");
    assert_eq!(assert_refused(&dir), [Code::UnmanagedFile]);
}

#[test]
fn an_edited_file_is_not_overwritten_until_it_is_deleted() {
    let dir = rendered();
    let good = on_disk(dir.path());
    write(&dir, CONFIG, "edited\n");
    assert_eq!(assert_refused(&dir), [Code::EditedByHand]);
    fs::remove_file(dir.path().join(CONFIG)).unwrap();
    let report = render(dir.path()).unwrap();
    assert_eq!(report.paths("dev", &[FileStatus::Missing]), [CONFIG]);
    assert_eq!(on_disk(dir.path())[CONFIG].0, good[CONFIG].0);
}

/// Renders with `--overwrite` and `--keep`.
fn render_with(
    dir: &TempDir,
    overwrite: &[&str],
    keep: &[&str],
) -> Result<aksgen::sink::TreeReport, Vec<aksgen::diag::Diagnostic>> {
    let owned = |paths: &[&str]| paths.iter().map(|&path| path.to_owned()).collect();
    let options = WriteOptions {
        edit_policy: EditPolicy::new(owned(overwrite), owned(keep)),
        ..WriteOptions::default()
    };
    let sink = StagedTree::with(dir.path(), options).map_err(|diagnostic| vec![diagnostic])?;
    run(&request(dir.path()), &sink).map(|outcome| outcome.report)
}

#[test]
fn an_edit_is_shown_at_its_line_without_secrets() {
    let dir = rendered();
    let text = fs::read_to_string(dir.path().join(CONFIG)).unwrap();
    write(
        &dir,
        CONFIG,
        &text.replace("LOG_LEVEL: info", "LOG_LEVEL: trace\n  password: hunter2hunter2"),
    );
    let found = render(dir.path()).unwrap_err();
    let printed = Printer::new(&found, false, 160).print(&found[0]);
    assert!(
        printed.contains("LOG_LEVEL: trace") && printed.contains("aksgen writes `LOG_LEVEL: info`"),
        "{printed}"
    );
    assert!(
        printed.contains("seen in dev")
            && printed.contains(&format!("--overwrite {CONFIG}"))
            && printed.contains(&format!("aksgen explain {CONFIG}:")),
        "{printed}"
    );
    write(&dir, CONFIG, &format!("password: hunter2hunter2\n{text}"));
    let found = render(dir.path()).unwrap_err();
    assert!(!Printer::new(&found, false, 160).print(&found[0]).contains("hunter2"));
}

#[test]
fn an_edit_is_replaced_with_overwrite() {
    for option in [CONFIG, "environments/dev", "./environments/dev/"] {
        let dir = rendered();
        let good = on_disk(dir.path());
        write(&dir, CONFIG, "edited\n");
        assert_eq!(
            render_with(&dir, &[option], &[]).unwrap().paths("dev", &[FileStatus::Edited]),
            [CONFIG]
        );
        assert_eq!(on_disk(dir.path())[CONFIG].0, good[CONFIG].0);
    }
}

#[test]
fn a_kept_edit_is_still_reported() {
    let dir = rendered();
    write(&dir, CONFIG, "edited\n");
    write(&dir, "platform.toml", &spec().replace("info", "debug"));
    assert_eq!(
        render_with(&dir, &[], &[CONFIG]).unwrap().paths("dev", &[FileStatus::Changed]).len(),
        1,
        "the Deployment alone"
    );
    assert_eq!(fs::read_to_string(dir.path().join(CONFIG)).unwrap(), "edited\n");
    let seen = run(&request(dir.path()), &Compare::new(dir.path()).unwrap()).unwrap().report;
    assert_eq!(seen.paths("dev", &[FileStatus::Edited]), [CONFIG]);
    assert_eq!(assert_refused(&dir), [Code::EditedByHand]);
}

#[test]
fn an_edited_obsolete_file_is_kept_or_removed_by_option() {
    let gone = [HEAD, TWO, ORDERS].concat();
    let edited = || {
        let dir = rendered();
        write(&dir, CONFIG, "edited\n");
        write(&dir, "platform.toml", &gone);
        dir
    };
    let kept = edited();
    render_with(&kept, &[], &[CONFIG]).unwrap();
    assert_eq!(fs::read_to_string(kept.path().join(CONFIG)).unwrap(), "edited\n");
    assert_eq!(
        run(&request(kept.path()), &Compare::new(kept.path()).unwrap())
            .unwrap()
            .report
            .paths("dev", &[FileStatus::Left]),
        [CONFIG]
    );
    let removed = edited();
    render_with(&removed, &[CONFIG], &[]).unwrap();
    assert!(!removed.path().join(CONFIG).exists());
}

#[test]
fn keep_and_overwrite_of_an_unedited_file_are_refused() {
    let dir = rendered();
    write(&dir, "mine.md", "mine\n");
    for option in ["mine.md", "nothing", "../x", CONFIG] {
        assert_eq!(
            codes(&render_with(&dir, &[option], &[]).unwrap_err()),
            [Code::UnmanagedFile],
            "{option}"
        );
        assert_eq!(
            codes(&render_with(&dir, &[], &[option]).unwrap_err()),
            [Code::UnmanagedFile],
            "{option}"
        );
    }
    let foreign = workspace(&spec());
    write(&foreign, CONFIG, "mine\n");
    assert_eq!(
        codes(&render_with(&foreign, &[CONFIG], &[]).unwrap_err()),
        [Code::UnmanagedFile, Code::UnmanagedFile],
        "only generated files can be replaced"
    );
}

/// Names that are equal on a case-insensitive disk, and names that some systems refuse. The check
/// is logical, because the disks of the tests accept them.
#[test]
fn paths_that_are_not_portable_are_refused() {
    let write_all = |paths: &[&str]| {
        let dir = tempfile::tempdir().unwrap();
        let sink = StagedTree::new(dir.path()).unwrap();
        let found: Vec<Code> = paths
            .iter()
            .filter_map(|path| sink.write("dev", path, "x\n").err())
            .map(|diagnostic| diagnostic.code)
            .collect();
        let found = if found.is_empty() {
            sink.commit(&["dev"], LockData::new())
                .map_or_else(|diagnostics| codes(&diagnostics), |_| vec![])
        } else {
            found
        };
        drop(sink);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count() == 0, !found.is_empty(), "{paths:?}");
        found
    };
    assert_eq!(write_all(&["a/Team-A.yaml", "a/team-a.yaml"]), [Code::DuplicateObject]);
    assert_eq!(write_all(&["A/x.yaml", "a/y.yaml"]), [], "folders of one name are one folder");
    assert_eq!(write_all(&["a/x.yaml", "a/x.yaml"]), [Code::DuplicateObject]);
    let (long, deep) = ("x".repeat(256), vec!["x"; 2100].join("/"));
    let never = [
        "",
        ".",
        "..",
        "../x",
        "/x",
        "a//b",
        "a/../b",
        "C:\\x",
        "\\\\unc",
        "CON",
        "a/NUL.yaml",
        "COM\u{b9}",
        "com1.yaml",
        "lpt9",
        "x.",
        "x ",
        "~",
        "a\nb",
        "a\0b",
        "caf\u{e9}",
        "cafe\u{301}",
        ".git/config",
        ".x",
        &long,
        &deep,
    ];
    for path in never {
        assert_eq!(write_all(&[path]), [Code::BadName], "{path}");
    }
}

#[test]
fn an_edited_obsolete_file_is_not_deleted() {
    let dir = rendered();
    write(&dir, CONFIG, "edited\n");
    write(&dir, "platform.toml", &[HEAD, TWO, ORDERS].concat());
    assert_eq!(assert_refused(&dir), [Code::EditedByHand]);
}

#[test]
fn an_unmanaged_file_with_the_exact_content_is_adopted() {
    let dir = rendered();
    fs::remove_file(dir.path().join(LOCK)).unwrap();
    let report = render(dir.path()).unwrap();
    assert!(report.is_same(), "{report:?}");
    assert!(fs::read_to_string(dir.path().join(LOCK)).unwrap().contains(CONFIG));
}

#[test]
fn only_generated_files_and_empty_folders_are_pruned() {
    let dir = rendered();
    let folder = "environments/dev/workloads/shop/services";
    write(&dir, &format!("{folder}/orders/notes.md"), "mine\n");
    write(&dir, "platform.toml", &[HEAD, TWO, &ORDERS.replace("orders", "last")].concat());
    let report = render(dir.path()).unwrap();
    assert!(report.paths("dev", &[FileStatus::Removed]).contains(&CONFIG.to_owned()));
    assert!(!dir.path().join(folder).join("web").exists(), "an empty folder");
    let left: Vec<_> = fs::read_dir(dir.path().join(folder).join("orders"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, ["notes.md"]);
    assert!(dir.path().join("environments/dev").exists());
}

#[test]
fn a_removed_environment_is_pruned() {
    let dir = rendered();
    write(&dir, "platform.toml", &[HEAD, WEB, ORDERS].concat());
    let request = Request { allow_data_loss: vec!["production".to_owned()], ..request(dir.path()) };
    run(&request, &StagedTree::new(dir.path()).unwrap()).unwrap();
    let left: Vec<String> =
        on_disk(dir.path()).into_keys().filter(|path| path.contains("production")).collect();
    assert_eq!(left, Vec::<String>::new());
    assert!(!fs::read_to_string(dir.path().join(LOCK)).unwrap().contains("production]"));
}

#[test]
fn a_lock_with_paths_outside_the_tree_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x"), "precious").unwrap();
    let up = format!("../../{}/x", outside.path().file_name().unwrap().to_string_lossy());
    let dir = rendered();
    write(&dir, ".git/config", "precious");
    let lock = fs::read_to_string(dir.path().join(LOCK)).unwrap();
    for path in [
        "../../x",
        &up,
        ".git/config",
        "/etc/hostname",
        &outside.path().join("x").to_string_lossy(),
        "a/../../x",
        ".",
        "",
    ] {
        // The digest of the existing file, so that it would count as a generated file.
        let line = format!(
            "\n\"{path}\" = \"157fc55121ab2c59852c35d78aca98d840047e5d9668c423e4d3b146e1577901\"\n"
        );
        write(
            &dir,
            LOCK,
            &lock.replacen("\n\n[files.dev]\n", &format!("\n\n[files.dev]{line}"), 1),
        );
        assert!(
            StagedTree::new(dir.path()).is_err_and(|diagnostic| diagnostic.code == Code::BadLock),
            "{path}"
        );
        assert!(
            Compare::new(dir.path()).is_err_and(|diagnostic| diagnostic.code == Code::BadLock),
            "{path}"
        );
        assert_eq!(assert_refused(&dir), [Code::BadLock], "{path}");
        assert!(
            outside.path().join("x").exists() && dir.path().join(".git/config").exists(),
            "{path}"
        );
    }
}

/// A link below the tree can lead outside.
#[cfg(unix)]
#[test]
fn a_link_to_outside_is_not_followed() {
    let (outside, dir) = (tempfile::tempdir().unwrap(), workspace(&spec()));
    std::os::unix::fs::symlink(outside.path(), dir.path().join("environments")).unwrap();
    let result = render(dir.path());
    assert_eq!(
        fs::read_dir(outside.path()).unwrap().count(),
        0,
        "written through a link: {result:?}"
    );
}

#[test]
fn a_run_for_one_environment_keeps_the_others() {
    let dir = rendered();
    let before = on_disk(dir.path());
    write(&dir, "platform.toml", &spec().replace("info", "debug").replace(ORDERS, ""));
    let report = render_some(dir.path(), &["dev"]).unwrap();
    assert_eq!(report.sections().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["dev"]);
    let after = on_disk(dir.path());
    let differ = before
        .keys()
        .chain(after.keys())
        .filter(|path| before.get(*path) != after.get(*path) && *path != LOCK);
    assert!(differ.clone().count() > 5);
    assert_eq!(
        differ.filter(|path| !path.contains("/dev/")).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    let section = |lock: &str| {
        lock.split("\n[")
            .find(|part| part.starts_with("files.production]"))
            .unwrap()
            .trim_end()
            .to_owned()
    };
    assert_eq!(section(&before[LOCK].0), section(&after[LOCK].0));
    render(dir.path()).unwrap();
    let fresh = workspace(&fs::read_to_string(dir.path().join("platform.toml")).unwrap());
    render(fresh.path()).unwrap();
    let texts = |dir: &Path| {
        on_disk(dir).into_iter().map(|(path, (text, _))| (path, text)).collect::<Vec<_>>()
    };
    assert_eq!(texts(dir.path()), texts(fresh.path()), "together the runs make the whole tree");
}

#[test]
fn an_unchanged_file_keeps_its_modification_time() {
    let dir = rendered();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for path in on_disk(dir.path()).keys() {
        fs::File::options()
            .write(true)
            .open(dir.path().join(path))
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
    }
    write(&dir, "platform.toml", &spec().replace("info", "debug"));
    let report = render(dir.path()).unwrap();
    let mut written: Vec<String> = on_disk(dir.path())
        .into_iter()
        .filter(|(_, (_, time))| *time != long_ago)
        .map(|(path, _)| path)
        .collect();
    let mut reported: Vec<String> =
        report.differing().map(|file| file.to_string()).chain([LOCK.to_owned()]).collect();
    written.sort();
    reported.sort();
    assert_eq!(written, reported);
    // In both environments: the ConfigMap, and the Deployment with the checksum of the ConfigMap.
    assert_eq!(written.len(), 5);
}

#[test]
fn the_stage_of_a_killed_run_is_removed() {
    let dir = workspace(&spec());
    write(&dir, ".aksgen-stage/environments/dev/old.yaml", "half\n");
    render(dir.path()).unwrap();
    assert!(!dir.path().join(".aksgen-stage").exists());
    assert!(!on_disk(dir.path()).keys().any(|path| path.ends_with("old.yaml")));
}

#[test]
fn comparing_writes_nothing() {
    let dir = workspace(&spec());
    let outcome = run(&request(dir.path()), &Compare::new(dir.path()).unwrap()).unwrap();
    assert!(outcome.report.paths("dev", &[FileStatus::Added]).contains(&CONFIG.to_owned()));
    assert!(on_disk(dir.path()).is_empty());
}

/// A directory is in the place of a file, or a file in the place of a directory.
#[test]
fn a_file_and_folder_conflict_is_a_finding() {
    let dir = workspace(&spec());
    fs::create_dir_all(dir.path().join(CONFIG)).unwrap();
    assert!(
        codes(&render(dir.path()).unwrap_err())
            .iter()
            .all(|code| matches!(code, Code::Io | Code::UnmanagedFile))
    );
    let dir = workspace(&spec());
    write(&dir, "environments", "a file\n");
    assert!(
        codes(&render(dir.path()).unwrap_err())
            .iter()
            .all(|code| matches!(code, Code::Io | Code::UnmanagedFile))
    );
    assert_eq!(fs::read_to_string(dir.path().join("environments")).unwrap(), "a file\n");
}

#[cfg(unix)]
#[test]
fn a_directory_without_write_permission_is_a_finding() {
    use std::os::unix::fs::PermissionsExt;
    let dir = workspace(&spec());
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // Root ignores permissions.
    if fs::write(dir.path().join("probe"), "").is_err() {
        let found = render(dir.path()).unwrap_err();
        assert!(
            codes(&found).iter().all(|code| *code == Code::Io)
                && found.iter().all(aksgen::diag::Diagnostic::is_error)
        );
    }
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_partial_run_cannot_move_files_between_environments() {
    let dir = workspace(&spec().replace("[gitops]\n", "[gitops]\nlayout = \"base-overlays\"\n"));
    let only = Request { environments: vec!["dev".into()], ..request(dir.path()) };
    assert_eq!(
        codes(&run(&only, &StagedTree::new(dir.path()).unwrap()).unwrap_err()),
        [Code::PartialRender]
    );
    assert!(on_disk(dir.path()).is_empty());
}
