//! `aksgen init` at a real terminal, by flags and by a file. Each wait has a time limit.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a failed read fails the test, and skipped steps are printed"
)]

use crate::common::{Tree, aksgen, crds, tree};
use crate::terminal::{PROMPTS, Terminal};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use tempfile::TempDir;

/// A platform in which no answer is the default, as flags.
const FLAGS: [&str; 26] = [
    "--preset",
    "small-production",
    "--name",
    "store",
    "--owner",
    "team@contoso.example",
    "--location",
    "westeurope",
    "--tenant",
    "11111111-0000-0000-0000-000000000001",
    "--subscription",
    "11111111-0000-0000-0000-000000000002",
    "--admins",
    "11111111-0000-0000-0000-000000000003",
    "--engine",
    "argocd",
    "--repository",
    "https://github.com/contoso/store",
    "--zone",
    "contoso.example",
    "--ci",
    "azure",
    "--service",
    "name=orders image=orders:2.0.1 port=3000 calls=postgres.orders secrets=API_KEY=api-key,OTHER=other",
    "--service",
    "name=front image=ghcr.io/contoso/front:1.0.0 port=8080 calls=orders host=www",
];

/// The same platform as a file of answers.
const FILE: &str = r#"
preset = "small-production"
name = "store"
owner = "team@contoso.example"
location = "westeurope"
tenant = "11111111-0000-0000-0000-000000000001"
subscription = "11111111-0000-0000-0000-000000000002"
admins = "11111111-0000-0000-0000-000000000003"
engine = "argocd"
repository = "https://github.com/contoso/store"
zone = "contoso.example"
ci = "azure"
[[services]]
name = "orders"
image = "orders:2.0.1"
port = "3000"
calls = "postgres.orders"
secrets = "API_KEY=api-key, OTHER=other"
[[services]]
name = "front"
image = "ghcr.io/contoso/front:1.0.0"
port = "8080"
calls = "orders"
host = "www"
"#;

/// The same platform as keys: the awaited prompt and the typed text. Arrows select a choice.
const KEYS: [(&str, &str); 26] = [
    ("preset:", "\u{1b}[B"),
    ("name [shop]", "store"),
    ("owner [", "team@contoso.example"),
    ("location [", "westeurope"),
    ("tenant [", "11111111-0000-0000-0000-000000000001"),
    ("subscription [", "11111111-0000-0000-0000-000000000002"),
    ("admins [", "11111111-0000-0000-0000-000000000003"),
    ("engine:", "\u{1b}[B"),
    ("repository [", "https://github.com/contoso/store"),
    ("zone:", "contoso.example"),
    ("ci:", "\u{1b}[B"),
    ("service [web]", "orders"),
    ("orders image [orders:1.0.0]", "orders:2.0.1"),
    ("orders port [8080]", "3000"),
    ("orders calls:", "postgres.orders"),
    ("orders host:", ""),
    ("orders secrets:", "API_KEY=api-key, OTHER=other"),
    ("service:", "front"),
    ("front image [", "ghcr.io/contoso/front:1.0.0"),
    ("front port [", ""),
    ("front calls:", "orders"),
    ("front host:", "www"),
    ("front secrets:", ""),
    ("service:", ""),
    ("Enter continues", ""),
    ("write these files", ""),
];

/// A temporary folder named `shop`, which is the default platform name.
struct Home(TempDir, PathBuf);

impl Home {
    fn new() -> Home {
        let dir = tempfile::tempdir().unwrap();
        let shop = dir.path().join("shop");
        fs::create_dir(&shop).unwrap();
        Home(dir, shop)
    }

    fn init(&self, arguments: &[&str]) -> Output {
        aksgen(&self.1, ["init"].iter().chain(arguments))
    }

    fn terminal(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        Terminal::new(&self.1, &[&["init"], arguments].concat(), environment)
    }

    fn tree(&self) -> Tree {
        tree(&self.1)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.1.join(path)).unwrap()
    }

    fn assert_up_to_date(&self) {
        let output = aksgen(&self.1, ["check"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The tree after a run without a terminal.
#[track_caller]
fn tree_of(arguments: &[&str]) -> Tree {
    let home = Home::new();
    succeeds(&home.init(arguments));
    home.tree()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    stdout.into_owned()
}

/// Standard error of a run that must fail and write nothing.
#[track_caller]
fn fails(home: &Home, arguments: &[&str]) -> String {
    let before = home.tree();
    let output = home.init(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{stderr}");
    assert_eq!(home.tree(), before);
    stderr
}

#[track_caller]
fn assert_same_tree(actual: &Tree, expected: &Tree) {
    let paths = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(actual), paths(expected));
    for (path, bytes) in expected {
        assert_eq!(
            String::from_utf8_lossy(&actual[path]),
            String::from_utf8_lossy(bytes),
            "{path}"
        );
    }
}

#[test]
fn accepting_each_default_equals_yes() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[]);
    PROMPTS.iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    let (code, text) = terminal.end();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("up to date") && text.contains("placeholders"), "{text}");
    assert_same_tree(&home.tree(), &tree_of(&["--yes"]));
    home.assert_up_to_date();
}

/// The prompts for screen readers and simple terminals: the same questions as lines, without escape
/// sequences.
#[test]
fn plain_prompts_give_the_same_tree() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[("TERM", "dumb")]);
    let mut seen = String::new();
    PROMPTS.iter().for_each(|prompt| seen += &terminal.answer(prompt, ""));
    let (code, rest) = terminal.end();
    assert_eq!(code, 0, "{rest}");
    assert!(!(seen + &rest).contains('\u{1b}'));
    assert_same_tree(&home.tree(), &tree_of(&["--yes"]));
    for environment in [("NO_COLOR", "1"), ("AKSGEN_ACCESSIBLE", "1")] {
        let home = Home::new();
        let mut terminal = home.terminal(&[], &[environment]);
        let shown = terminal.wait_for("preset:") + &terminal.wait_for("number [1]: ");
        assert!(
            !shown.contains('\u{1b}') && shown.contains("4) secrets-platform"),
            "{environment:?}: {shown}"
        );
        terminal.interrupt("");
    }
}

#[test]
fn quiet_prints_nothing() {
    let home = Home::new();
    let output = home.init(&["--yes", "--quiet"]);
    assert_eq!(succeeds(&output), "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_same_tree(&home.tree(), &tree_of(&["--yes"]));
}

#[test]
fn an_invalid_choice_is_prompted_again() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[("TERM", "dumb")]);
    terminal.answer("number [1]", "9");
    terminal.wait_for("enter a number from 1 to 4");
    terminal.answer("number [1]", "4");
    PROMPTS[1..11].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    // A `secrets` platform proposes no service.
    PROMPTS[16..18].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.answer("write these files and the tree? [Y/n]", "perhaps");
    terminal.wait_for("enter y or n");
    terminal.answer("write these files and the tree? [Y/n]", "y");
    assert_eq!(terminal.end().0, 0);
    assert_same_tree(&home.tree(), &tree_of(&["--yes", "--preset", "secrets-platform"]));
}

#[test]
fn keys_flags_and_file_give_the_same_tree() {
    let keys = Home::new();
    let mut terminal = keys.terminal(&[], &[]);
    KEYS.iter().for_each(|(prompt, answer)| drop(terminal.answer(prompt, answer)));
    let (code, text) = terminal.end();
    assert!(code == 0 && !text.contains("placeholders"), "{text}");
    let flags = tree_of(&FLAGS);
    assert_same_tree(&keys.tree(), &flags);
    let file = Home::new();
    let path = file.0.path().join("answers.toml");
    fs::write(&path, FILE).unwrap();
    succeeds(&file.init(&["--answers", &path.to_string_lossy()]));
    assert_same_tree(&file.tree(), &flags);
    // A flag overrides the file.
    let both = Home::new();
    succeeds(&both.init(&["--answers", &path.to_string_lossy(), "--location", "northeurope"]));
    assert!(both.text("platform.toml").contains("\"northeurope\""));
}

/// Interrupts at every prompt: each run answers one prompt more than the run before, until the last
/// one writes.
#[test]
fn a_resumed_run_continues_at_the_interrupted_question() {
    let home = Home::new();
    let (mut answered, mut arguments): (usize, &[&str]) = (0, &[]);
    for at in 0..PROMPTS.len() {
        let mut terminal = home.terminal(arguments, &[]);
        PROMPTS[answered..at].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
        terminal.interrupt(PROMPTS[at]);
        let only: Vec<String> = home.tree().into_keys().collect();
        assert_eq!(
            only,
            [".aksgen-init/.gitignore", ".aksgen-init/answers.toml"],
            "at {}",
            PROMPTS[at]
        );
        // An answered question does not appear again, but an unfinished service does. A resumed run
        // continues after the last service.
        answered = if at < 11 {
            at
        } else if at < 16 {
            11
        } else {
            16
        };
        arguments = &["--resume"];
    }
    let mut terminal = home.terminal(arguments, &[]);
    PROMPTS[16..].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    assert_eq!(terminal.end().0, 0);
    assert_same_tree(&home.tree(), &tree_of(&["--yes"]));
}

#[test]
fn a_closed_terminal_leaves_the_answers_only() {
    let ways: [fn(&mut Terminal); 3] =
        [Terminal::end_of_input, Terminal::hang_up, Terminal::terminate];
    for (i, way) in ways.into_iter().enumerate() {
        let home = Home::new();
        let mut terminal = home.terminal(&[], if i == 0 { &[("TERM", "dumb")] } else { &[] });
        PROMPTS[..4].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
        terminal.wait_for("tenant [");
        way(&mut terminal);
        terminal.assert_interrupted();
        assert!(home.text(".aksgen-init/answers.toml").contains("location = \"uksouth\""), "{i}");
        assert!(!home.1.join("platform.toml").exists(), "{i}");
    }
}

#[test]
fn resume_without_an_interrupted_run_fails() {
    assert!(fails(&Home::new(), &["--resume", "--yes"]).contains("there is no interrupted run"));
}

/// The validation of the spec checks each answer. A finding is printed, and the question repeated.
#[test]
fn an_invalid_answer_is_refused_at_once() {
    let home = Home::new();
    let mut terminal = home.terminal(&["--preset", "learning"], &[]);
    for (prompt, wrong, message) in [
        ("name [", "My Shop", "[bad-value]"),
        ("owner [", "a@contoso.example", ""),
        ("location [", "uksuth", "did you mean `uksouth`?"),
    ] {
        terminal.answer(prompt, wrong);
        if !message.is_empty() {
            terminal.wait_for(message);
            terminal.answer(prompt, "");
        }
    }
    PROMPTS[4..11].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.answer("service [web]", "");
    terminal.answer("web image", "web:latest");
    terminal.wait_for("`stable` are no versions");
    terminal.answer("web image", "");
    terminal.answer("web port", "80a");
    terminal.wait_for("[bad-value]");
    terminal.answer("web port", "none");
    terminal.answer("web calls:", "missing");
    terminal.wait_for("[unknown-call]");
    terminal.answer("web calls", "");
    // A secret value instead of a secret name is neither shown nor stored.
    let secret = ["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    terminal.answer("web secrets", &format!("TOKEN={secret}"));
    terminal.wait_for("[literal-secret]");
    assert!(!terminal.wait_for("web secrets").contains(&secret));
    assert!(!home.text(".aksgen-init/answers.toml").contains(&secret));
    terminal.interrupt("");
    let message = fails(
        &home,
        &["--yes", "--service", &format!("name=web image=web:1.0.0 secrets=TOKEN={secret}")],
    );
    assert!(!message.contains(&secret), "{message}");
    let message = fails(
        &home,
        &["--yes", "--service", &format!("name=web image=web:1.0.0 secrets={secret}")],
    );
    assert!(!message.contains(&secret), "{message}");
}

#[test]
fn each_answer_can_be_changed_in_the_review() {
    let home = Home::new();
    let mut terminal = home.terminal(
        &["--service", "name=a image=a:1.0.0 port=8080", "--service", "name=b image=b:1.0.0"],
        &[],
    );
    PROMPTS[..11].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.wait_for("12) service       name=a image=a:1.0.0 port=8080");
    for (prompt, key) in [
        ("Enter continues", "99"),
        ("enter a number from 1 to 14", ""),
        ("2) name          shop", ""),
    ] {
        if prompt == "Enter continues" {
            drop(terminal.answer(prompt, key));
        } else {
            drop(terminal.wait_for(prompt));
        }
    }
    terminal.answer("Enter continues", "2");
    terminal.answer("name [shop]", "store");
    // The second service now calls the first one, and a third one is added.
    terminal.answer("Enter continues", "13");
    for (prompt, key) in [
        ("service [b]", ""),
        ("b image [b:1.0.0]", "b:1.0.1"),
        ("b port", "none"),
        ("b calls:", "a"),
        ("b secrets:", ""),
    ] {
        terminal.answer(prompt, key);
    }
    terminal.answer("Enter continues", "14");
    for (prompt, key) in [
        ("service:", "c"),
        ("c image [c:1.0.0]", ""),
        ("c port [8080]", ""),
        ("c calls:", ""),
        ("c secrets:", ""),
    ] {
        terminal.answer(prompt, key);
    }
    // A service that another one calls cannot be removed; any other can.
    terminal.answer("Enter continues", "12");
    terminal.answer("service [a]", "none");
    terminal.wait_for("[unknown-call]");
    terminal.answer("Enter continues", "14");
    terminal.answer("service [c]", "none");
    terminal.wait_for("`c` is removed");
    terminal.answer("Enter continues", "");
    terminal.answer("write these files", "n");
    terminal.answer("Enter continues", "");
    terminal.answer("write these files", "");
    assert_eq!(terminal.end().0, 0);
    let services = [
        "--service",
        "name=a image=a:1.0.0 port=8080",
        "--service",
        "name=b image=b:1.0.1 calls=a",
    ];
    assert_same_tree(&home.tree(), &tree_of(&[&["--yes", "--name", "store", "--repository", "https://github.com/example/shop"][..], &services].concat()));
}

#[test]
fn a_second_run_reads_the_answers_and_keeps_edits() {
    let home = Home::new();
    succeeds(&home.init(&FLAGS));
    let own = home
        .text("platform.toml")
        .replace("[services.front]\n", "[services.front]\nmemory = \"256Mi\" # measured\n");
    fs::write(home.1.join("platform.toml"), &own).unwrap();
    let mut terminal = home.terminal(&[], &[]);
    let recorded = [
        "> small-production",
        "name [store]",
        "owner [team@contoso.example]",
        "location [westeurope]",
    ];
    recorded.iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    for prompt in [
        "tenant [1111",
        "subscription [1111",
        "admins [1111",
        "> argocd",
        "repository [https://github.com/contoso/store]",
    ] {
        terminal.answer(prompt, "");
    }
    terminal.answer("zone [contoso.example]", "shop.example");
    terminal.answer("> azure", "");
    for prompt in [
        "service [orders]",
        "image [",
        "port [3000]",
        "calls [postgres.orders]",
        "host:",
        "secrets [API_KEY=api-key, OTHER=other]",
        "service [front]",
    ] {
        terminal.answer(prompt, "");
    }
    for prompt in [
        "image [",
        "port [",
        "calls [orders]",
        "host [www]",
        "secrets:",
        "service:",
        "Enter continues",
    ] {
        terminal.answer(prompt, "");
    }
    let shown = terminal.answer("write these files", "");
    let lines: Vec<&str> = shown
        .lines()
        .filter(|line| {
            line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
        })
        .collect();
    assert_eq!(lines.len(), 2, "{shown}");
    assert!(
        lines[0].starts_with("-zone = \"contoso.example\"")
            && lines[1].starts_with("+zone = \"shop.example\""),
        "{shown}"
    );
    assert_eq!(terminal.end().0, 0);
    assert_eq!(
        home.text("platform.toml"),
        own.replace("zone = \"contoso.example\" ", "zone = \"shop.example\"    ")
    );
    home.assert_up_to_date();
}

#[test]
fn a_line_that_both_sides_changed_is_not_overwritten() {
    let home = Home::new();
    succeeds(&home.init(&["--yes"]));
    let own = home.text("platform.toml").replace("# the region", "# near our customers");
    fs::write(home.1.join("platform.toml"), own).unwrap();
    let message = fails(&home, &["--yes", "--owner", "team@contoso.example"]);
    assert!(
        message.contains("-owner = ")
            && message.contains("+owner = ")
            && message.contains("--existing replace"),
        "{message}"
    );
    let message = fails(&home, &["--yes", "--location", "westeurope", "--existing", "replace"]);
    assert!(
        message.contains("edited by hand") && message.contains("near our customers"),
        "{message}"
    );
}

#[test]
fn existing_files_are_not_overwritten_without_a_confirmation() {
    let home = Home::new();
    fs::write(home.1.join(".gitattributes"), "*.png binary\n").unwrap();
    assert!(fails(&home, &["--yes"]).contains(".gitattributes"));
    succeeds(&home.init(&["--yes", "--existing", "keep"]));
    assert_eq!(home.text(".gitattributes"), "*.png binary\n");
    let mut terminal = home.terminal(&["--no-such-option"], &[]);
    terminal.wait_for("unexpected argument");
    drop(terminal);
    let mut terminal = home.terminal(&[], &[]);
    PROMPTS[..18].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.answer("replace `.gitattributes`, which exists and differs?", "");
    terminal.answer("write these files", "");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(home.text(".gitattributes"), "*.png binary\n");
    succeeds(&home.init(&["--yes", "--existing", "replace"]));
    assert!(home.text(".gitattributes").contains("eol=lf"));
}

#[test]
fn a_spec_that_init_did_not_create_is_not_changed() {
    let home = Home::new();
    fs::write(
        home.1.join("platform.toml"),
        include_str!("../../generated-examples/ecommerce/platform.toml"),
    )
    .unwrap();
    assert!(fails(&home, &["--yes", "--existing", "replace"]).contains("did not create it"));
}

/// Without a terminal and without `--yes`, one message lists each missing flag.
#[test]
fn missing_answers_without_a_terminal_are_one_error() {
    let message = fails(&Home::new(), &["--preset", "learning", "--zone", "none"]);
    for flag in [
        "--name",
        "--owner",
        "--location",
        "--tenant",
        "--subscription",
        "--admins",
        "--engine",
        "--repository",
        "--ci",
        "--yes",
    ] {
        assert!(message.contains(flag), "{flag} in {message}");
    }
    assert!(!message.contains("--preset") && !message.contains("--zone"), "{message}");
    let message = fails(&Home::new(), &["--yes", "--ci", "jenkins"]);
    assert!(
        message.contains("[bad-value]") && message.contains("github, azure, none"),
        "{message}"
    );
    let home = Home::new();
    let path = home.0.path().join("answers.toml");
    fs::write(&path, "naem = \"shop\"\n").unwrap();
    let message = fails(&home, &["--yes", "--answers", &path.to_string_lossy()]);
    assert!(message.contains("naem") && message.contains(":1:1"), "{message}");
}

/// Each preset is also a golden case, so the conformance checkers validate it.
#[test]
fn each_preset_is_a_case_and_strictly_valid() {
    for (preset, _) in aksgen::init::Preset::choices() {
        let home = Home::new();
        succeeds(&home.init(&["--yes", "--preset", preset]));
        let case = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases/general/init")
            .join(preset)
            .join("platform.toml");
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(case.parent().unwrap()).unwrap();
            fs::write(&case, home.text("platform.toml")).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&case).unwrap_or_default(),
            home.text("platform.toml"),
            "run with UPDATE=1, and read it"
        );
        let Some(crds) = crds() else {
            eprintln!("no CRDs: `{preset}` is not validated strictly");
            continue;
        };
        succeeds(&aksgen(&home.1, ["check", "--strict", "--crds", &crds.to_string_lossy()]));
    }
}

/// Runs the command of each workflow, and the script that converts its lines to annotations.
#[test]
fn the_commands_of_the_workflows_succeed() {
    for (system, path) in
        [("github", ".github/workflows/platform.yaml"), ("azure", "azure-pipelines.yml")]
    {
        let home = Home::new();
        succeeds(&home.init(&["--yes", "--ci", system]));
        let workflow: serde_json::Value = serde_yaml::from_str(&home.text(path)).unwrap();
        let steps = workflow
            .pointer("/jobs/check/steps")
            .or(workflow.get("steps"))
            .unwrap()
            .as_array()
            .unwrap();
        let mut scripts = steps
            .iter()
            .filter_map(|step| ["run", "bash"].iter().find_map(|key| step[key].as_str()));
        let script = scripts.rfind(|script| script.contains("check")).unwrap();
        let arguments = script
            .lines()
            .find_map(|line| line.split_once("aksgen\" check").or(line.split_once("aksgen check")))
            .unwrap()
            .1;
        let arguments: Vec<&str> =
            arguments.split_whitespace().take_while(|word| !["|", "\\"].contains(word)).collect();
        let help = String::from_utf8(aksgen(&home.1, ["check", "--help"]).stdout).unwrap();
        if help.contains("--format") {
            succeeds(&aksgen(&home.1, ["check"].iter().chain(&arguments)));
        } else {
            assert_eq!(arguments, ["--format", "github"]);
            eprintln!("`check` has no formats yet: not run as the workflow of {system} runs it");
        }
        if system == "azure" {
            annotates(&home, script);
        }
    }
}

/// Runs the script of Azure Pipelines with a program that reports one error.
fn annotates(home: &Home, script: &str) {
    let bin = home.0.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("aksgen"), "#!/bin/sh\necho '::error file=platform.toml,line=3,col=9,title=bad-value::it is: wrong'\nexit 2\n").unwrap();
    fs::set_permissions(bin.join("aksgen"), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .env("CARGO_HOME", home.0.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "##vso[task.logissue type=error;sourcepath=platform.toml;linenumber=3]it is: wrong\n"
    );
    assert_eq!(output.status.code(), Some(2));
}

/// A new run offers to continue an interrupted one.
#[test]
fn a_new_run_offers_to_continue() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[]);
    terminal.answer("preset:", "");
    terminal.answer("name [shop]", "store");
    terminal.interrupt("owner [");
    let mut terminal = home.terminal(&[], &[]);
    terminal.answer("continue with the answers of an interrupted run?", "");
    assert!(!terminal.wait_for("owner [").contains("preset:"));
    assert!(home.text(".aksgen-init/answers.toml").contains("store"));
    terminal.interrupt("");
    let mut terminal = home.terminal(&[], &[]);
    terminal.answer("continue with the answers of an interrupted run?", "n");
    terminal.answer("preset:", "");
    terminal.interrupt("name [shop]");
}

#[test]
fn a_missing_folder_is_created() {
    let home = Home::new();
    let new = home.1.join("of/its/own");
    succeeds(&aksgen(&new, ["init", "--yes"]));
    assert!(fs::read_to_string(new.join("platform.toml")).unwrap().contains("name  = \"own\""));
}

/// An unmanaged file in the tree also keeps the spec from being written.
#[test]
fn an_unmanaged_file_stops_init_before_it_writes() {
    let home = Home::new();
    fs::create_dir(home.1.join("docs")).unwrap();
    fs::write(home.1.join("docs/README.md"), "mine").unwrap();
    assert!(fails(&home, &["--yes"]).contains("[unmanaged-file]"));
}

#[test]
fn init_in_a_subfolder_of_a_repository_mentions_gitops_path() {
    let home = Home::new();
    fs::create_dir(home.1.join(".git")).unwrap();
    assert!(!succeeds(&home.init(&["--yes"])).contains("gitops.path"));
    assert!(succeeds(&aksgen(&home.1.join("sub"), ["init", "--yes"])).contains("gitops.path"));
}
