//! Unusual and malicious input: each is read as intended or refused with a code, in bounded time
//! and memory.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, on_disk, workspace};
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::Path,
    process::{Command, Output},
};

pub(crate) const WEB: &str = "[services.web]\nimage = \"ghcr.io/contoso/web:1.0.0\"\nport = 8080\nenv = { LOG_LEVEL = \"info\" }\n";

/// Runs a command with at most 4 GB of address space and 20 seconds.
pub(crate) fn aksgen(dir: &Path, command: &str) -> Output {
    let line = format!("ulimit -v 4000000; exec timeout 20 \"$AKSGEN\" {command} -C \"$DIR\"");
    Command::new("sh")
        .args(["-c", &line])
        .env("AKSGEN", env!("CARGO_BIN_EXE_aksgen"))
        .env("DIR", dir)
        .output()
        .unwrap()
}

pub(crate) fn output_text(output: &Output) -> String {
    format!(
        "{:?}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[track_caller]
pub(crate) fn assert_refused(output: &Output, code: &str) {
    let text = output_text(output);
    assert_eq!(output.status.code(), Some(2), "{}", &text[..text.floor_char_boundary(2000)]);
    assert!(
        text.contains(&format!("error[{code}]")),
        "{}",
        &text[..text.floor_char_boundary(2000)]
    );
}

fn texts(dir: &Path) -> BTreeMap<String, String> {
    on_disk(dir).into_iter().map(|(path, (text, _))| (path, text)).collect()
}

#[test]
fn line_endings_and_byte_order_marks_do_not_change_the_tree() {
    let spec = [HEAD, WEB].concat();
    let tree = |spec: &str| {
        let dir = workspace(spec);
        let output = aksgen(dir.path(), "render");
        assert!(output.status.success(), "{}", output_text(&output));
        texts(dir.path())
    };
    let good = tree(&spec);
    for other in [
        spec.replace('\n', "\r\n"),
        format!("\u{feff}{spec}"),
        spec.trim_end().to_owned(),
        spec.replace(" = ", "\t=\t"),
        spec.replacen('\n', "\r\n", 5),
    ] {
        assert!(tree(&other) == good);
    }
    assert!(good.values().all(|text| !text.contains('\r')), "the tree has one kind of line ending");
    assert_refused(
        &aksgen(workspace(&spec.replace(" = ", "\u{a0}= ")).path(), "validate"),
        "toml-syntax",
    );
}

#[test]
fn files_and_names_over_the_size_limit_are_refused() {
    let dir = workspace("");
    let spec = dir.path().join("platform.toml");
    for size in [0, 1, 11 << 20, 1 << 30] {
        fs::File::create(&spec).unwrap().set_len(size).unwrap();
        let code = if size == 1 { "toml-syntax" } else { "input-file" };
        assert_refused(&aksgen(dir.path(), "validate"), code);
    }
    let long = "x".repeat(100_000);
    fs::write(&spec, [HEAD, &WEB.replace("info", &long)].concat()).unwrap();
    assert!(aksgen(dir.path(), "render").status.success());
    fs::write(&spec, [HEAD, &WEB.replace("services.web", &format!("services.{long}"))].concat())
        .unwrap();
    assert_refused(&aksgen(dir.path(), "validate"), "bad-name");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 20_000;
    let forms = [
        format!("x = {}", "[".repeat(deep)),
        format!("[{}a]", "a.".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        "[".repeat(deep),
        format!("x = {}", "{a=".repeat(deep)),
    ];
    for form in forms {
        let dir = workspace(&form);
        for command in ["validate", "check", "explain platform.name", "list connections"] {
            let output = aksgen(dir.path(), command);
            // `explain` works without a valid spec.
            let wanted = if command.starts_with("explain") { 0 } else { 2 };
            assert_eq!(
                output.status.code(),
                Some(wanted),
                "{}",
                output_text(&output).chars().take(500).collect::<String>()
            );
        }
    }
}

#[test]
fn unusual_toml_values_are_refused() {
    for value in [
        "inf",
        "nan",
        "99999999999999999999",
        "1e400",
        "1979-05-27T07:32:00Z",
        "-1",
        "0x7FFFFFFFFFFFFFFF",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"\u{7f}\"",
    ] {
        let dir = workspace(&[HEAD, &WEB.replace("8080", value)].concat());
        let output = aksgen(dir.path(), "validate");
        assert_eq!(output.status.code(), Some(2), "{value}: {}", output_text(&output));
    }
    let twice = workspace(&[HEAD, WEB, "[services.web]\nport = 1\n"].concat());
    assert_refused(&aksgen(twice.path(), "validate"), "toml-syntax");
}

#[test]
fn invalid_utf8_is_refused_in_the_spec_and_allowed_in_paths() {
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join(OsStr::from_bytes(b"odd-\xff-name"));
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("platform.toml"), HEAD).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aksgen"));
    command
        .arg("render")
        .current_dir(&dir)
        .env("HOME", OsStr::from_bytes(b"/\xff"))
        .env("LANG", OsStr::from_bytes(b"\xff"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
    assert!(aksgen(&dir, "check").status.success());
    fs::write(dir.join("platform.toml"), b"a = \"\xff\"").unwrap();
    assert_refused(&aksgen(&dir, "validate"), "input-file");
}

/// A user's template cannot include other files or loop without end.
#[test]
fn templates_that_loop_or_include_are_refused() {
    let forms = [
        "{% include \"services/deployment.yaml\" %}",
        "{% include \"../../../../etc/passwd\" %}",
        "{% include \"/etc/passwd\" %}",
        "{% for i in range(end=1000000000) %}x{% endfor %}",
    ];
    for form in forms {
        let dir = workspace(&[HEAD, WEB].concat());
        fs::create_dir_all(dir.path().join("templates/services")).unwrap();
        fs::write(dir.path().join("templates/services/deployment.yaml"), form).unwrap();
        let output = aksgen(dir.path(), "render");
        assert_eq!(
            output.status.code(),
            Some(2),
            "{form}: {}",
            output_text(&output).chars().take(800).collect::<String>()
        );
        assert!(!dir.path().join("environments").exists());
    }
}

/// aksgen reads and writes no Git data.
#[test]
fn the_state_of_git_does_not_matter() {
    for state in ["none", "bare", "worktree", "index.lock", "detached"] {
        let dir = workspace(HEAD);
        let git = dir.path().join(".git");
        match state {
            "bare" => ["HEAD", "config"]
                .iter()
                .for_each(|name| fs::write(dir.path().join(name), "x").unwrap()),
            "worktree" => fs::write(&git, "gitdir: /nowhere\n").unwrap(),
            "index.lock" | "detached" => {
                fs::create_dir(&git).unwrap();
                fs::write(
                    git.join(if state == "detached" { "HEAD" } else { "index.lock" }),
                    "0000\n",
                )
                .unwrap();
            }
            _ => {}
        }
        let output = aksgen(dir.path(), "render");
        assert!(
            output.status.success() && aksgen(dir.path(), "check").status.success(),
            "{state}: {}",
            output_text(&output)
        );
        assert!(git.is_dir() || fs::read_to_string(&git).unwrap_or_default().len() != 1);
    }
}
