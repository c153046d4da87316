//! Files of the input that a repository brings along: links, pipes, broken CRDs, loops, and locks
//! and staging folders that aksgen did not write.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::{
    hostile::{WEB, aksgen, assert_refused, output_text},
    support::{HEAD, workspace},
};
use std::{fs, os::unix::fs::symlink, process::Command};

/// A repository can bring a link to a file that its author must not read.
#[test]
fn no_input_is_read_through_a_link_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x.toml"), "[platform]\nname = \"precious\"\n").unwrap();
    fs::write(outside.path().join("x.yaml"), "kind: precious\n").unwrap();
    let extra = "[extra.x]\nfile = \"x.yaml\"\nnamespace = \"shop\"\nstage = \"workloads\"\n";
    for (path, target) in [
        ("platform.toml", "x.toml"),
        ("profiles/own.toml", "x.toml"),
        ("templates/services/deployment.yaml", "x.yaml"),
        ("templates/services", ""),
        ("templates", ""),
        ("x.yaml", "x.yaml"),
        ("templates/services/none.yaml", "missing"),
    ] {
        let dir = workspace(&[HEAD, WEB, if path == "x.yaml" { extra } else { "" }].concat());
        let link = dir.path().join(path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&link);
        symlink(outside.path().join(target), &link).unwrap();
        for command in ["validate", "render"] {
            let output = aksgen(dir.path(), command);
            assert_refused(&output, "input-file");
            assert!(!output_text(&output).contains("precious"), "{path}: {}", output_text(&output));
        }
    }
}

#[test]
fn a_link_inside_the_folder_is_read() {
    let dir = workspace(&[HEAD, WEB].concat());
    fs::rename(dir.path().join("platform.toml"), dir.path().join("real.toml")).unwrap();
    symlink("real.toml", dir.path().join("platform.toml")).unwrap();
    let output = aksgen(dir.path(), "validate");
    assert!(output.status.success(), "{}", output_text(&output));
}

#[test]
fn no_input_is_a_pipe_or_a_device() {
    let extra = "[extra.x]\nfile = \"x.yaml\"\nnamespace = \"shop\"\nstage = \"workloads\"\n";
    for path in ["profiles/own.toml", "templates/services/deployment.yaml", "x.yaml"] {
        let dir = workspace(&[HEAD, WEB, if path == "x.yaml" { extra } else { "" }].concat());
        let pipe = dir.path().join(path);
        fs::create_dir_all(pipe.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_refused(&aksgen(dir.path(), "validate"), "input-file");
    }
    let dir = workspace(&[HEAD, WEB].concat());
    for crds in ["/dev/zero", "/dev/null"] {
        assert_refused(&aksgen(dir.path(), &format!("validate --crds {crds}")), "input-file");
    }
}

/// The CRDs of a custom kind, and a file beside them that is broken.
#[test]
fn a_broken_file_of_crds_is_a_finding() {
    let object = "apiVersion: x.example/v1\nkind: Thing\nmetadata:\n  name: a\nspec: {}\n";
    let extra = "[extra.x]\nfile = \"x.yaml\"\nnamespace = \"shop\"\nstage = \"workloads\"\n";
    for (name, text) in [
        ("thing_x.example.yaml", "a: [b\n"),
        ("thing_x.example.yaml", "a: b\n---\n\tc: d\n"),
        ("thing_x.example.json", "{\"a\": "),
        ("thing_x.example.yaml", "a: &a [*a, *a]\nb: *c\n"),
    ] {
        let dir = workspace(&[HEAD, WEB, extra].concat());
        fs::write(dir.path().join("x.yaml"), object).unwrap();
        fs::create_dir(dir.path().join("crds")).unwrap();
        fs::write(dir.path().join("crds").join(name), text).unwrap();
        let crds = dir.path().join("crds").display().to_string();
        let output = aksgen(dir.path(), &format!("validate --crds {crds}"));
        assert_refused(&output, "input-file");
        assert!(output_text(&output).contains(name), "{}", output_text(&output));
        let one = format!("validate --crds {crds}/{name}");
        assert_refused(&aksgen(dir.path(), &one), "input-file");
    }
}

#[test]
fn a_link_out_of_a_folder_of_crds_is_not_read() {
    let (dir, outside) = (workspace(&[HEAD, WEB].concat()), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("crd.yaml"), "kind: CustomResourceDefinition\n").unwrap();
    symlink(outside.path(), dir.path().join("crds")).unwrap();
    let spec = [HEAD, WEB, "[verify]\ncrds = \"crds\"\n"].concat();
    fs::write(dir.path().join("platform.toml"), spec).unwrap();
    assert_refused(&aksgen(dir.path(), "validate"), "input-file");
}

/// The loops of one template have a limit together, and so has the text.
#[test]
fn loops_of_templates_end_in_time() {
    let loops = |depth: usize, body: &str| {
        let open: String =
            (0..depth).map(|i| format!("{{% for a{i} in range(end=90000) %}}")).collect();
        format!("{open}{body}{}", "{% endfor %}".repeat(depth))
    };
    let wide = "x".repeat(1000);
    let doubled = "{% set a = a ~ a %}\n".repeat(60);
    let doubled = format!("{{% set a = \"xxxxxxxx\" %}}\n{doubled}");
    let forms = [doubled, loops(2, ""), loops(3, "x"), loops(1, &wide)];
    for form in forms {
        let dir = workspace(&[HEAD, WEB].concat());
        fs::create_dir_all(dir.path().join("templates/services")).unwrap();
        fs::write(dir.path().join("templates/services/deployment.yaml"), &form).unwrap();
        assert_refused(&aksgen(dir.path(), "validate"), "template-syntax");
    }
}

#[test]
fn the_number_of_threads_has_a_limit() {
    let dir = workspace(&[HEAD, WEB].concat());
    for threads in ["0", "65", "100000"] {
        let output = aksgen(dir.path(), &format!("validate --threads {threads}"));
        assert!(output.status.success(), "{threads}: {}", output_text(&output));
    }
}

/// `check | head -1` in a pipeline of CI must fail where `check` does.
#[test]
fn a_closed_pipe_keeps_the_exit_code() {
    let dir = workspace(&[HEAD, WEB].concat());
    for (command, code) in [("check", "1"), ("check --format json", "1"), ("diff", "1")] {
        let line = format!(
            "{{ \"$AKSGEN\" {command} -C \"$DIR\" 2>/dev/null; echo $? >&2; }} | {{ exec <&-; sleep 1; }}"
        );
        let output = Command::new("sh")
            .args(["-c", &line])
            .env("AKSGEN", env!("CARGO_BIN_EXE_aksgen"))
            .env("DIR", dir.path())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), code, "{command}");
    }
}

/// The digest of a text, as the lock has it.
fn digest(text: &str) -> String {
    use sha2::Digest;
    let digits: String =
        sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

#[test]
fn a_lock_that_names_an_input_removes_nothing() {
    let extra = "[extra.x]\nfile = \"own/x.yaml\"\nnamespace = \"shop\"\nstage = \"workloads\"\n";
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    for path in ["platform.toml", "own/x.yaml", "templates/services/x.md", "profiles/own.toml"] {
        let spec = [HEAD, WEB, extra].concat();
        let dir = workspace(&spec);
        fs::create_dir(dir.path().join("own")).unwrap();
        fs::write(dir.path().join("own/x.yaml"), object).unwrap();
        assert!(aksgen(dir.path(), "render").status.success());
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        if !file.exists() {
            fs::write(&file, "x").unwrap();
        }
        let lock = dir.path().join("aksgen.lock");
        let text = fs::read_to_string(&lock).unwrap();
        let row = format!("\n\"{path}\" = \"{}\"\n", digest(&fs::read_to_string(&file).unwrap()));
        fs::write(&lock, text.replacen("]\n", &format!("]{row}"), 1)).unwrap();
        assert_refused(&aksgen(dir.path(), "render"), "bad-lock");
        assert!(file.exists(), "{path}");
    }
}

/// The staging folder of an interrupted run, as a repository can bring it along.
#[test]
fn a_planted_stage_removes_nothing() {
    for path in ["platform.toml", "README.md", "own/x.yaml"] {
        let dir = workspace(&[HEAD, WEB].concat());
        assert!(aksgen(dir.path(), "render").status.success());
        let (file, stage) = (dir.path().join(path), dir.path().join(".aksgen-stage"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        if !file.exists() {
            fs::write(&file, "precious\n").unwrap();
        }
        let before = fs::read_to_string(&file).unwrap();
        fs::create_dir_all(&stage).unwrap();
        fs::copy(dir.path().join("aksgen.lock"), stage.join("aksgen.lock")).unwrap();
        let journal = format!("[files.remove]\n\"{path}\" = \"{}\"\n", digest(&before));
        fs::write(stage.join("journal"), journal).unwrap();
        assert_refused(&aksgen(dir.path(), "render"), "bad-lock");
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), before, "{path}");
    }
}
