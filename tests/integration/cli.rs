//! Exit codes, streams and texts of the commands.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{EXAMPLE, HEAD, crds, on_disk, workspace};
use std::{
    fs,
    io::Read,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const CONFIG: &str = "environments/dev/workloads/ecommerce/services/user-service/configmap.yaml";

/// The program, without the colour and thread settings of the caller's environment.
fn aksgen(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aksgen"));
    for name in ["CLICOLOR_FORCE", "FORCE_COLOR", "NO_COLOR", "RAYON_NUM_THREADS", "COLUMNS"] {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(dir);
    command
}

fn outcome(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Exit code, standard output and standard error of a run in a directory.
fn run(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    outcome(&aksgen(dir, arguments).output().unwrap())
}

fn rendered() -> TempDir {
    let dir = workspace(EXAMPLE);
    let (code, _, messages) = run(dir.path(), &["render"]);
    assert_eq!(code, 0, "{messages}");
    dir
}

#[test]
fn render_prints_the_changed_files() {
    let dir = workspace(EXAMPLE);
    let (code, results, _) = run(dir.path(), &["render"]);
    assert_eq!(code, 0);
    let first = results.lines().next().unwrap();
    for word in [" added, 0 unchanged (objects: dev ", ", production "] {
        assert!(first.contains(word), "{word} in {first}");
    }
    assert!(results.contains("\n  + and ") && results.lines().count() < 20, "{results}");
    let (code, results, _) = run(dir.path(), &["render"]);
    assert!(
        code == 0
            && results.starts_with("all ")
            && results.contains(" files unchanged (objects: ")
            && results.lines().count() == 1,
        "{results}"
    );
    fs::remove_file(dir.path().join(CONFIG)).unwrap();
    let (_, results, _) = run(dir.path(), &["render"]);
    assert!(
        results.starts_with("1 added, ") && results.ends_with(&format!("\n  + {CONFIG}\n")),
        "{results}"
    );
}

/// `--quiet` prints nothing, and `--verbose` prints each file and the duration.
#[test]
fn quiet_prints_nothing_and_verbose_prints_each_file() {
    let dir = workspace(EXAMPLE);
    assert_eq!(run(dir.path(), &["render", "--quiet"]), (0, String::new(), String::new()));
    fs::remove_dir_all(dir.path().join("docs")).unwrap();
    let dry_run = |flag: &str| run(dir.path(), &["render", "--dry-run", flag]).1;
    assert!(run(dir.path(), &["validate", "--verbose"]).2.contains("took "));
    assert!(
        dry_run("--verbose").lines().filter(|line| line.starts_with("  + docs/")).count() > 20
            && !dry_run("-v").contains("more")
    );
    assert_eq!(dry_run("-q"), "");
    assert_eq!(run(dir.path(), &["check", "-q"]).0, 1, "drift exits with 1");
    assert_eq!(run(dir.path(), &["validate", "-q"]), (0, String::new(), String::new()));
    assert_eq!(run(dir.path(), &["validate", "-q", "-v"]).0, 2);
}

/// The first fifty findings are printed, and the others counted. `--verbose` prints all.
#[test]
fn at_most_fifty_findings_are_printed() {
    let dir = workspace(&format!(
        "{HEAD}{}",
        (0..60).map(|i| format!("[services.web{i}]\nimag = \"x\"\n")).collect::<String>()
    ));
    let (code, _, messages) = run(dir.path(), &["validate"]);
    let (_, _, all) = run(dir.path(), &["validate", "-v"]);
    let shown = |messages: &str| {
        messages.lines().filter(|line| line.trim_start().starts_with("--> ")).count()
    };
    assert_eq!((code, shown(&messages)), (2, 50), "{messages}");
    let rest = shown(&all) - 50;
    assert!(
        rest >= 10 && messages.contains(&format!("\n{rest} more; `--verbose` shows all\n")),
        "{messages}"
    );
    assert!(
        messages.ends_with(&format!("{} errors; nothing was written\n", rest + 50)),
        "{messages}"
    );
}

/// Findings have the order of the lines of the spec.
#[test]
fn findings_are_sorted_by_line() {
    let dir = workspace(&format!(
        "{HEAD}[services.b]\nimag = 1\n[services.a]\nimag = 1\n[services.a.x]\n"
    ));
    let (_, _, messages) = run(dir.path(), &["validate"]);
    let lines: Vec<u32> = messages
        .lines()
        .filter_map(|line| {
            line.trim().strip_prefix("--> platform.toml:")?.split(':').next()?.parse().ok()
        })
        .collect();
    assert!(lines.len() >= 3 && lines.is_sorted(), "{messages}");
}

#[test]
fn a_dry_run_prints_a_summary_and_writes_nothing() {
    let dir = workspace(EXAMPLE);
    let (code, results, _) = run(dir.path(), &["render", "--dry-run"]);
    assert_eq!(code, 0);
    assert!(results.starts_with("dry run, nothing was written: "), "{results}");
    assert!(on_disk(dir.path()).is_empty());
}

#[test]
fn set_needs_a_dry_run() {
    let dir = rendered();
    let set = ["render", "--set", "services.user-service.env.LOG_LEVEL=debug"];
    let (code, results, messages) = run(dir.path(), &set);
    assert_eq!((code, results.as_str()), (2, ""));
    assert!(messages.contains("--dry-run"), "{messages}");
    let (code, results, _) = run(dir.path(), &[&set[..], &["--dry-run"]].concat());
    assert_eq!(code, 0);
    assert!(results.contains(&format!("  ~ {CONFIG}\n")), "{results}");
    assert!(!fs::read_to_string(dir.path().join(CONFIG)).unwrap().contains("debug"));
}

#[test]
fn validate_checks_set_values_and_writes_nothing() {
    let dir = workspace(EXAMPLE);
    let (code, results, _) = run(dir.path(), &["validate"]);
    assert!(
        code == 0 && results.starts_with("valid; dev: ") && results.lines().count() == 1,
        "{results}"
    );
    assert_eq!(
        run(
            dir.path(),
            &["validate", "--env", "dev", "--set", "services.user-service.memory=512Mi"]
        )
        .0,
        0
    );
    let (code, results, messages) =
        run(dir.path(), &["validate", "--set", "services.user-service.replicas=0"]);
    assert_eq!((code, results.as_str()), (2, ""));
    assert!(messages.contains("--set:1:") && messages.contains("[bad-value]"), "{messages}");
    assert!(on_disk(dir.path()).is_empty());
}

#[test]
fn check_prints_the_reason_of_each_difference() {
    let dir = rendered();
    assert_eq!(run(dir.path(), &["check"]).0, 0);
    let (file, lock) = (dir.path().join(CONFIG), dir.path().join("aksgen.lock"));
    let (good, owned) = (fs::read_to_string(&file).unwrap(), fs::read_to_string(&lock).unwrap());
    fs::write(&file, good.replace("info", "debug")).unwrap();
    let text = assert_drift(dir.path(), &format!("edited by hand  {CONFIG}"));
    assert!(text.contains("data.LOG_LEVEL debug -> info"), "{text}");
    assert!(text.contains(&format!("run `aksgen render --overwrite {CONFIG}`")), "{text}");
    fs::remove_file(&file).unwrap();
    assert_drift(dir.path(), &format!("missing  {CONFIG}"));
    fs::write(&file, good.replace("info", "debug")).unwrap();
    fs::write(
        &lock,
        owned
            .lines()
            .filter(|line| !line.contains(CONFIG))
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    )
    .unwrap();
    let text = assert_drift(dir.path(), &format!("not ours  {CONFIG}"));
    assert!(text.contains(&format!("move the unmanaged file `{CONFIG}` away")), "{text}");
    fs::write(&file, good).unwrap();
    fs::write(&lock, &owned).unwrap();
    assert_eq!(run(dir.path(), &["check"]).0, 0);
    // A generated file that the spec no longer makes; then the same with the lock of an older
    // version of aksgen.
    fs::write(
        dir.path().join("platform.toml"),
        EXAMPLE.replace("env      = { LOG_LEVEL = \"info\" }\n", ""),
    )
    .unwrap();
    assert_drift(dir.path(), &format!("spec changed  {CONFIG}"));
    let version = format!("aksgen = \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&lock, owned.replace(&version, "aksgen = \"0.0.1\"")).unwrap();
    let text = assert_drift(dir.path(), &format!("aksgen upgraded  {CONFIG}"));
    assert!(
        text.contains(&format!("aksgen upgraded from 0.0.1 to {}: ", env!("CARGO_PKG_VERSION"))),
        "{text}"
    );
}

/// The first line has the count and the repair; the second line has the source of the first
/// difference.
#[test]
fn check_prints_the_source_of_the_first_difference() {
    let dir = rendered();
    fs::write(
        dir.path().join("platform.toml"),
        EXAMPLE.replace("LOG_LEVEL = \"info\" }\nsecrets", "LOG_LEVEL = \"debug\" }\nsecrets"),
    )
    .unwrap();
    let text = assert_drift(dir.path(), "spec changed  ");
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].ends_with(
            "files differ from platform.toml: run `aksgen render` and commit the result"
        ),
        "{text}"
    );
    assert!(
        lines[1].starts_with("first: environments/dev/")
            && lines[1].contains(", rendered by `services.user-service`, source platform.toml:"),
        "{text}"
    );
    assert!(
        lines[1].ends_with("`services.user-service.env`")
            && lines[2].ends_with("data.LOG_LEVEL info -> debug  rolls pods"),
        "{text}"
    );
    assert_eq!(
        lines[3],
        format!("spec changed: {}", lines[0].split(' ').next().unwrap()),
        "{text}"
    );
}

fn assert_drift(dir: &Path, line: &str) -> String {
    let before = on_disk(dir);
    let (code, results, messages) = run(dir, &["check"]);
    assert_eq!(code, 1, "{results}{messages}");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&results).contains(&words(line)), "{line} in {results}");
    assert_eq!(on_disk(dir), before);
    results
}

#[test]
fn check_of_an_invalid_spec_exits_2() {
    let dir = rendered();
    fs::write(
        dir.path().join("platform.toml"),
        EXAMPLE.replace("product-service\"", "prodct-service\""),
    )
    .unwrap();
    let (code, results, messages) = run(dir.path(), &["check"]);
    assert_eq!((code, results.as_str()), (2, ""));
    assert!(
        messages.contains("[unknown-call]") && messages.contains("did you mean `product-service`?"),
        "{messages}"
    );
}

#[test]
fn list_prints_each_component_with_its_purpose() {
    let (code, results, messages) = run(Path::new("."), &["list"]);
    assert_eq!((code, messages.as_str()), (0, ""));
    let names: Vec<&str> =
        results.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, aksgen::model::TABLE.iter().map(|row| row.name).collect::<Vec<_>>());
    assert!(results.lines().all(|line| line.split_whitespace().count() > 3), "{results}");
}

#[test]
fn a_missing_spec_mentions_init() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["render", "validate", "check"] {
        let (code, results, messages) = run(dir.path(), &[command]);
        assert_eq!((code, results.as_str()), (2, ""), "{command}");
        assert!(messages.contains("platform.toml") && messages.contains("init"), "{messages}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn the_option_c_selects_the_directory() {
    let (dir, elsewhere) = (workspace(EXAMPLE), tempfile::tempdir().unwrap());
    let path = dir.path().to_string_lossy();
    assert_eq!(run(elsewhere.path(), &["render", "-C", &path]).0, 0);
    assert_eq!(run(elsewhere.path(), &["-C", &path, "check"]).0, 0);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn invalid_arguments_exit_2_and_help_exits_0() {
    let here = Path::new(".");
    for wrong in [
        &["deploy"][..],
        &["render", "--nope"],
        &["check", "extra"],
        &["validate", "--threads", "many"],
        &[],
    ] {
        let (code, results, messages) = run(here, wrong);
        assert_eq!((code, results.as_str()), (2, ""), "{wrong:?}");
        assert!(messages.contains("--help"), "{messages}");
    }
    for arguments in [&["--help"][..], &["help"], &["--version"], &["render", "--help"]] {
        let (code, results, messages) = run(here, arguments);
        assert!(
            code == 0 && results.contains("aksgen") && messages.is_empty(),
            "{arguments:?}: {messages}"
        );
    }
}

#[test]
fn an_unknown_environment_is_reported() {
    let dir = workspace(EXAMPLE);
    let (code, _, messages) = run(dir.path(), &["render", "--env", "prod"]);
    assert_eq!(code, 2);
    assert!(
        messages.contains("[unknown-environment]") && messages.contains("production"),
        "{messages}"
    );
}

#[test]
fn strict_needs_crds() {
    let dir = workspace(EXAMPLE);
    let (code, results, messages) = run(dir.path(), &["validate", "--strict"]);
    assert_eq!((code, results.as_str()), (2, ""));
    assert!(messages.contains("[schema-missing]") && messages.contains("--crds"), "{messages}");
    let (code, _, messages) = run(dir.path(), &["validate"]);
    assert!(
        code == 0 && messages.starts_with("not validated") && messages.lines().count() == 1,
        "{messages}"
    );
    if let Some(crds) = crds() {
        let (code, _, messages) =
            run(dir.path(), &["validate", "--strict", "--crds", &crds.to_string_lossy()]);
        assert_eq!((code, messages.as_str()), (0, ""));
    }
}

#[track_caller]
fn assert_no_control_characters(spec: &str) {
    let (code, results, messages) = run(workspace(spec).path(), &["validate"]);
    assert_eq!(code, 2, "{spec}");
    let hostile = |text: &str| {
        text.chars().any(|c| {
            c != '\n'
                && (c.is_control()
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        })
    };
    assert!(!hostile(&results) && !hostile(&messages), "{messages:?}");
}

/// Terminals read U+009B as ESC and `[`, and TOML allows it in strings and comments. U+202E
/// reverses the text of a line.
#[test]
fn no_unicode_control_character_reaches_the_terminal() {
    for c in ["\u{9b}31m", "\u{85}", "\u{202e}"] {
        assert_no_control_characters(&format!("{HEAD}x = 1 # {c}\n"));
        assert_no_control_characters(&format!("{HEAD}x = \"{c}\"\n"));
        assert_no_control_characters(&format!("{HEAD}\"{c}\" = 1\n"));
    }
}

/// A spec can come from a pull request. Its text must not move the cursor of a terminal.
#[test]
fn no_escape_sequence_of_a_spec_reaches_the_terminal() {
    let esc = "\\u001b[31m";
    let web = "[services.web]\nimage = \"ghcr.io/a/web:1.0.0\"\n";
    let specs = [
        format!("{HEAD}\n[\"{esc}\"]\n"),
        format!("{HEAD}{web}\"{esc}x\" = 1\n"),
        format!("{HEAD}{web}calls = [\"{esc}\"]\n"),
        format!("{HEAD}{web}protocol = \"{esc}\"\n"),
        format!("{HEAD}{web}env = {{ \"{esc}\" = \"x\" }}\n"),
        format!("{HEAD}{web}files = {{ \"{esc}\" = \"x\" }}\n"),
        format!("{HEAD}[services.\"{esc}\"]\nimage = \"ghcr.io/a/web:1.0.0\"\n"),
        format!("{HEAD}[environments.\"{esc}\"]\nprofile = \"{esc}\"\n"),
        format!("{HEAD}[extra.x]\nfile = \"{esc}\"\nstage = \"operator-config\"\n"),
        // The raw byte. TOML refuses it everywhere, comments included.
        format!("{HEAD}x = 1 # \u{1b}[31m\n"),
        format!("{HEAD}x = \"\u{1b}[31m\"\n"),
    ];
    specs.iter().for_each(|spec| assert_no_control_characters(spec));
    for argument in ["a.\u{1b}[31m=1", "\u{1b}[31m"] {
        let (_, _, messages) = run(workspace(EXAMPLE).path(), &["validate", "--set", argument]);
        assert!(!messages.contains('\u{1b}'), "{messages:?}");
    }
    let (_, _, messages) = run(workspace(EXAMPLE).path(), &["validate", "--env", "\u{1b}[31m"]);
    assert!(!messages.contains('\u{1b}'), "{messages:?}");
}

#[test]
fn colour_follows_the_flag_and_the_environment() {
    let dir = workspace(HEAD);
    let coloured = |name: &str, value: &str| {
        let output =
            aksgen(dir.path(), &["validate", "--set", "x=1"]).env(name, value).output().unwrap();
        outcome(&output).2.contains('\u{1b}')
    };
    assert!(coloured("CLICOLOR_FORCE", "1") && coloured("FORCE_COLOR", "1"));
    assert!(!coloured("TERM", "xterm-256color"), "stderr is no terminal");
    let flag = |when: &str, name: &str| {
        let output = aksgen(dir.path(), &["validate", "--set", "x=1", "--color", when])
            .env(name, "1")
            .output()
            .unwrap();
        outcome(&output).2.contains('\u{1b}')
    };
    assert!(flag("always", "NO_COLOR") && !flag("never", "CLICOLOR_FORCE"), "the flag wins");
    assert!(!flag("auto", "NO_COLOR") && flag("auto", "CLICOLOR_FORCE"));
}

/// `aksgen render | head -1`.
#[test]
fn a_closed_output_pipe_is_not_an_error() {
    let dir = rendered();
    for arguments in
        [&["list"][..], &["render", "--dry-run"], &["check"], &["validate"], &["--help"]]
    {
        let mut child = aksgen(dir.path(), arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut messages = String::new();
        child.stderr.take().unwrap().read_to_string(&mut messages).unwrap();
        let status = child.wait().unwrap();
        assert!(!messages.contains("panicked"), "{arguments:?}: {messages}");
        assert_eq!(status.code(), Some(0), "{arguments:?}: {messages}");
    }
}

#[test]
fn explain_of_a_line_names_its_template_and_spec_key() {
    let dir = rendered();
    let deployment =
        "environments/production/workloads/ecommerce/services/product-service/deployment.yaml";
    let text = fs::read_to_string(dir.path().join(deployment)).unwrap();
    let line = 1 + text.lines().position(|line| line.trim() == "cpu: 100m").unwrap();
    let (code, results, messages) = run(dir.path(), &["explain", &format!("{deployment}:{line}")]);
    assert_eq!(code, 0, "{messages}");
    for word in [
        "Deployment `ecommerce/product-service`, rendered by `services.product-service` for production",
        "templates/parts/pod.yaml:",
        "services.product-service.cpu",
    ] {
        assert!(results.contains(word), "{word} in {results}");
    }
    let rule = "tests/production/rules/ecommerce/product-service.yaml";
    let (_, results, _) = run(dir.path(), &["explain", "--format", "json", &format!("{rule}:6")]);
    let explained: serde_json::Value = serde_json::from_str(&results).unwrap();
    assert_eq!(explained["object"]["kind"], "PrometheusRule");
    assert_eq!(explained["behind"][0]["file"], "aksgen:templates/services/alerts.yaml");
    let tests = "tests/production/rules/ecommerce/product-service_test.yaml";
    let text = fs::read_to_string(dir.path().join(tests)).unwrap();
    let line = 1 + text.lines().position(|line| line.trim() == "values: \"0+5001x21\"").unwrap();
    let (_, results, _) = run(dir.path(), &["explain", &format!("{tests}:{line}")]);
    for word in
        ["templates/services/alerts_test.yaml:", "services.product-service.metrics.error_percent"]
    {
        assert!(results.contains(word), "{word} in {results}");
    }
}

#[test]
fn explain_describes_codes_and_refuses_unknown_files() {
    let dir = workspace(EXAMPLE);
    assert!(
        run(dir.path(), &["explain", "unpinned-image"]).1.contains("can change after the review")
    );
    let (code, _, messages) = run(dir.path(), &["explain", "docs/production/secret.md"]);
    assert_eq!(code, 2);
    assert!(messages.contains("did you mean `docs/production/secrets.md`?"), "{messages}");
}

#[test]
fn list_connections_prints_the_declared_connections() {
    let dir = workspace(EXAMPLE);
    let (code, results, messages) = run(dir.path(), &["list", "connections"]);
    assert_eq!(code, 0, "{messages}");
    let calls = "production   ecommerce/frontend-service -> ecommerce/user-service TCP/8080   services.frontend-service.calls.1";
    assert!(results.lines().any(|line| line == calls), "{results}");
    assert!(!results.contains("user-service -> ecommerce/product-service"), "{results}");
    let dev = run(dir.path(), &["list", "connections", "--env", "dev"]);
    assert!(dev.0 == 0 && dev.1.lines().all(|line| line.starts_with("dev ")), "{}", dev.1);
    let unknown = run(dir.path(), &["list", "connections", "--env", "de"]);
    assert!(unknown.0 == 2 && unknown.2.contains("there is no environment `de`"), "{}", unknown.2);
    assert_eq!(run(dir.path(), &["list", "--env", "dev"]).0, 2);
    let (_, results, _) = run(dir.path(), &["list", "connections", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&results).unwrap();
    assert!(
        rows.iter()
            .any(|row| row["from"] == "workloads" && row["port"] == 53 && row["protocol"] == "UDP"),
        "{results}"
    );
}

#[test]
fn the_schema_has_defaults_and_required_keys() {
    let (code, results, _) = run(Path::new("."), &["schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&results).unwrap();
    let service = &schema["properties"]["services"]["additionalProperties"]["properties"];
    assert_eq!(service["replicas"]["default"], 2);
    assert_eq!(service["image"]["x-needed"], true);
    assert_eq!(service["cpu_limit"]["x-optional"], true);
    assert_eq!(schema["properties"]["cluster"]["properties"]["version"]["examples"][0], "1.35");
    let profile =
        &schema["properties"]["environments"]["additionalProperties"]["properties"]["profile"];
    assert_eq!(profile["examples"], serde_json::json!(["dev", "production", "staging"]));
}

/// The help of each command, compared with `tests/help/`. `UPDATE=1` rewrites the files.
#[test]
fn help_matches_the_golden_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help");
    let update = std::env::var_os("UPDATE").is_some();
    for command in [
        "aksgen",
        "init",
        "render",
        "validate",
        "check",
        "diff",
        "explain",
        "list",
        "schema",
        "completions",
    ] {
        let arguments: &[&str] =
            if command == "aksgen" { &["--help"] } else { &[command, "--help"] };
        let (_, help, _) = run(Path::new("."), arguments);
        let file = folder.join(format!("{command}.txt"));
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &help).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&file).unwrap_or_default(),
            help,
            "run with UPDATE=1, and read the difference"
        );
    }
}
