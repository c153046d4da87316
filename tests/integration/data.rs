//! A change of the spec does not delete data without `--allow-data-loss`.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, on_disk};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

const TWO: &str =
    "[environments.test]\nprofile = \"dev\"\n[services.web]\nimage = \"ghcr.io/a/web:1.0.0\"\n";
const VOLUME: &str = "port = 8080\nvolumes = { data = { path = \"/data\", size = \"10Gi\" } }\n";

pub(crate) fn run(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .args(arguments)
        .arg("-q")
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout),
    )
}

pub(crate) fn write_spec(dir: &Path, spec: &str) {
    fs::write(dir.join("platform.toml"), format!("{HEAD}{spec}")).unwrap();
}

/// Renders the first spec, then writes the second one.
pub(crate) fn changed(before: &str, after: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_spec(dir.path(), before);
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    write_spec(dir.path(), after);
    dir
}

pub(crate) fn rows(dir: &Path) -> Vec<String> {
    let lock = fs::read_to_string(dir.join("aksgen.lock")).unwrap();
    let data = lock.split("\n[").filter(|part| part.starts_with("data."));
    let rows = data.flat_map(|part| {
        part.lines()
            .skip(1)
            .filter(|line| !line.is_empty())
            .map(|line| format!("{}: {line}", part.split(']').next().unwrap()))
    });
    rows.collect()
}

/// `render` and `check` refuse the change and write nothing. They succeed with the options that the
/// messages name.
pub(crate) fn assert_refused_until_allowed(dir: &Path, messages: &[&str], names: &[&str]) {
    let before = on_disk(dir);
    for command in [&["render"][..], &["render", "--dry-run"], &["check"]] {
        let (code, text) = run(dir, command);
        assert_eq!(code, Some(2), "{text}");
        for text_part in messages {
            assert!(text.contains(text_part), "`{text_part}` is missing:\n{text}");
        }
        let named: Vec<usize> = names
            .iter()
            .map(|name| text.matches(&format!("--allow-data-loss {name}`")).count())
            .collect();
        assert!(!named.contains(&0), "not all of {names:?} are named:\n{text}");
        assert_eq!(text.matches("error[data-loss]").count(), named.iter().sum::<usize>(), "{text}");
    }
    assert_eq!(on_disk(dir), before, "something was written");
    let allowed: Vec<&str> = names.iter().flat_map(|name| ["--allow-data-loss", name]).collect();
    if names.len() > 1 {
        assert_eq!(
            run(dir, &[&["render"], &allowed[2..]].concat()).0,
            Some(2),
            "one name is missing"
        );
    }
    assert_eq!(run(dir, &[&["check"], &allowed[..]].concat()).0, Some(1));
    assert_eq!(run(dir, &[&["render"], &allowed[..]].concat()), (Some(0), String::new()));
    assert_eq!(run(dir, &["check"]), (Some(0), String::new()));
}

#[test]
fn the_lock_lists_each_object_that_holds_data() {
    let dir = changed(&format!("{TWO}{VOLUME}[postgres.shop]\n"), "");
    let all = rows(dir.path());
    for row in [
        "data.dev: \"FlexibleServer/azure-shop-dev/shop\" = \"32 id=/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-shop-dev/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-shop-dev-",
        "data.dev: \"FlexibleServersDatabase/azure-shop-dev/shop\" = \"id=/subscriptions/",
        "/databases/shop tenant=00000000-0000-0000-0000-000000000001\"",
        "data.test: \"StatefulSet/shop/web/data\" = \"10Gi\"",
        " location=uksouth tenant=00000000-0000-0000-0000-000000000001\"",
    ] {
        assert!(all.iter().any(|found| found.contains(row)), "{row} is not among {all:#?}");
    }
}

#[test]
fn a_renamed_database_is_data_loss() {
    let web = "[services.web]\nimage = \"ghcr.io/a/web:1.0.0\"\n";
    let dir = changed(&format!("[postgres.shop]\n{web}"), &format!("[postgres.store]\n{web}"));
    let messages = [
        "it is probably renamed to `FlexibleServer/azure-shop-dev/store`",
        "`FlexibleServersDatabase/azure-shop-dev/shop` holds data",
        "platform.toml:15",
    ];
    assert_refused_until_allowed(dir.path(), &messages, &["FlexibleServer/azure-shop-dev/shop"]);
    assert!(rows(dir.path()).iter().all(|row| !row.contains("/shop\"")), "{:?}", rows(dir.path()));
}

/// The name of a server covers the databases of that server only.
#[test]
fn each_server_needs_its_own_confirmation() {
    let web = "[services.web]\nimage = \"ghcr.io/a/web:1.0.0\"\n";
    let dir = changed(&format!("[postgres.shop]\n[postgres.stock]\n{web}"), web);
    let messages = [
        "`FlexibleServersDatabase/azure-shop-dev/shop` holds data",
        "`FlexibleServersDatabase/azure-shop-dev/stock` holds data",
    ];
    assert_refused_until_allowed(
        dir.path(),
        &messages,
        &["FlexibleServer/azure-shop-dev/shop", "FlexibleServer/azure-shop-dev/stock"],
    );
}

/// A name without a namespace covers all environments.
#[test]
fn one_name_confirms_a_removal_in_all_environments() {
    let dir = changed(&format!("{TWO}[postgres.shop]\n"), &format!("{TWO}[postgres.store]\n"));
    for (name, code) in [
        ("FlexibleServer/azure-shop-dev/shop", 2),
        ("dev/FlexibleServer/shop", 2),
        ("FlexibleServer/store", 2),
        ("FlexibleServer/shop", 0),
    ] {
        assert_eq!(run(dir.path(), &["render", "--allow-data-loss", name]).0, Some(code), "{name}");
    }
}

#[test]
fn a_volume_can_grow_but_not_shrink() {
    let spec = format!("{TWO}{VOLUME}");
    let dir = changed(&spec, &spec.replace("10Gi", "20Gi"));
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    write_spec(dir.path(), &spec.replace("10Gi", "15Gi"));
    let (code, text) =
        run(dir.path(), &["check", "--allow-data-loss", "dev/StatefulSet/shop/web/data"]);
    assert!(code == Some(2) && text.contains("seen in test\n"), "{text}");
    assert_refused_until_allowed(
        dir.path(),
        &["would shrink from 20Gi to 15Gi", "platform.toml:20", "seen in dev, test"],
        &["StatefulSet/shop/web/data"],
    );
}

#[test]
fn a_removed_environment_is_reported_once() {
    let spec = format!("{TWO}{VOLUME}");
    let dir = changed(&spec, &spec.replace("[environments.test]\nprofile = \"dev\"\n", ""));
    assert_refused_until_allowed(
        dir.path(),
        &["the environment `test` is no longer in the spec", "`StatefulSet/shop/web/data`"],
        &["test"],
    );
}

#[test]
fn environments_that_are_not_rendered_are_not_checked() {
    let spec = format!("{TWO}{VOLUME}");
    let dir = changed(
        &spec,
        &format!("{spec}[environments.test.services.web]\nvolumes.data.size = \"5Gi\"\n"),
    );
    assert_eq!(run(dir.path(), &["render", "--env", "dev"]), (Some(0), String::new()));
    assert_eq!(run(dir.path(), &["render", "--env", "test"]).0, Some(2));
    assert!(
        rows(dir.path())
            .iter()
            .any(|row| row == "data.test: \"StatefulSet/shop/web/data\" = \"10Gi\"")
    );
}

#[test]
fn a_confirmation_that_matches_nothing_is_refused() {
    let spec = format!("{TWO}{VOLUME}");
    let dir = changed(&spec, &spec);
    let (code, text) =
        run(dir.path(), &["render", "--allow-data-loss", "dev/StatefulSet/shop/web"]);
    assert!(code == Some(2) && text.contains("has no effect"), "{text}");
    write_spec(dir.path(), &spec.replace("10Gi", "5Gi"));
    let (_, text) =
        run(dir.path(), &["render", "--allow-data-loss", "dev/StatefulSet/shop/web/dat"]);
    assert!(text.contains("did you mean `dev/StatefulSet/shop/web/data`?"), "{text}");
}

#[test]
fn diff_and_validate_need_no_confirmation() {
    let spec = format!("{TWO}{VOLUME}");
    let dir = changed(&spec, &spec.replace("10Gi", "5Gi"));
    let (code, text) = run(dir.path(), &["diff"]);
    assert!(code == Some(1) && text.contains("deletes data"), "{text}");
    assert_eq!(run(dir.path(), &["validate"]), (Some(0), String::new()));
}

#[test]
fn a_missing_data_row_of_the_lock_is_drift() {
    let spec = format!("{TWO}{VOLUME}");
    let dir = changed(&spec, &spec);
    let lock = dir.path().join("aksgen.lock");
    let owned = fs::read_to_string(&lock).unwrap();
    let less: String = owned
        .lines()
        .filter(|line| !line.contains("StatefulSet/shop/web/data"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(&lock, less).unwrap();
    let (code, text) = run(dir.path(), &["check"]);
    assert!(
        code == Some(1) && text.starts_with("1 file differs") && text.contains("  aksgen.lock\n"),
        "{text}"
    );
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    assert_eq!(fs::read_to_string(&lock).unwrap(), owned);
}
