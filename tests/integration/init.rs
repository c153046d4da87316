//! `aksgen init` as people meet it: at a real terminal, by flags, by a file. Every wait is bounded.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot read its own files has failed; it may say what it left out"
)]

use crate::common::{Tree, aksgen, crds, tree};
use crate::terminal::{PROMPTS, Terminal};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use tempfile::TempDir;

/// A platform in which every question has another answer than its default, as flags.
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

/// The same, as a file.
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

/// The same, by keys: what to wait for, and what to type. A choice is made by arrows.
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

/// A folder whose name is known: the platform is called like it where nothing is said.
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

    fn is_in_step(&self) {
        let output = aksgen(&self.1, ["check"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The tree after a run without a terminal.
#[track_caller]
fn made_by(arguments: &[&str]) -> Tree {
    let home = Home::new();
    succeeds(&home.init(arguments));
    home.tree()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}{complained}");
    said.into_owned()
}

/// What is said on stderr by a run that must fail and write nothing.
#[track_caller]
fn fails(home: &Home, arguments: &[&str]) -> String {
    let before = home.tree();
    let output = home.init(arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{complaint}");
    assert_eq!(home.tree(), before);
    complaint
}

#[track_caller]
fn same(found: &Tree, expected: &Tree) {
    let paths = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(found), paths(expected));
    for (path, bytes) in expected {
        assert_eq!(String::from_utf8_lossy(&found[path]), String::from_utf8_lossy(bytes), "{path}");
    }
}

#[test]
fn enter_through_everything_is_what_yes_makes() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[]);
    PROMPTS.iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    let (code, said) = terminal.end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("up to date") && said.contains("placeholders"), "{said}");
    same(&home.tree(), &made_by(&["--yes"]));
    home.is_in_step();
}

/// For screen readers, and for terminals that can do no more: the same questions as lines, and not
/// one escape sequence.
#[test]
fn plain_prompts_make_the_same() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[("TERM", "dumb")]);
    let mut seen = String::new();
    PROMPTS.iter().for_each(|prompt| seen += &terminal.answer(prompt, ""));
    let (code, rest) = terminal.end();
    assert_eq!(code, 0, "{rest}");
    assert!(!(seen + &rest).contains('\u{1b}'));
    same(&home.tree(), &made_by(&["--yes"]));
    for environment in [("NO_COLOR", "1"), ("AKSGEN_ACCESSIBLE", "1")] {
        let home = Home::new();
        let mut terminal = home.terminal(&[], &[environment]);
        let shown = terminal.see("preset:") + &terminal.see("number [1]: ");
        assert!(
            !shown.contains('\u{1b}') && shown.contains("4) secrets-platform"),
            "{environment:?}: {shown}"
        );
        terminal.interrupt("");
    }
}

#[test]
fn a_choice_by_number_is_asked_for_again_until_it_is_one() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[("TERM", "dumb")]);
    terminal.answer("number [1]", "9");
    terminal.see("enter a number from 1 to 4");
    terminal.answer("number [1]", "4");
    PROMPTS[1..11].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    // A platform for secrets proposes no service.
    PROMPTS[16..18].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.answer("write these files and the tree? [Y/n]", "perhaps");
    terminal.see("enter y or n");
    terminal.answer("write these files and the tree? [Y/n]", "y");
    assert_eq!(terminal.end().0, 0);
    same(&home.tree(), &made_by(&["--yes", "--preset", "secrets-platform"]));
}

#[test]
fn keys_flags_and_file_make_the_same() {
    let keys = Home::new();
    let mut terminal = keys.terminal(&[], &[]);
    KEYS.iter().for_each(|(prompt, answer)| drop(terminal.answer(prompt, answer)));
    let (code, said) = terminal.end();
    assert!(code == 0 && !said.contains("placeholders"), "{said}");
    let flags = made_by(&FLAGS);
    same(&keys.tree(), &flags);
    let file = Home::new();
    let path = file.0.path().join("answers.toml");
    fs::write(&path, FILE).unwrap();
    succeeds(&file.init(&["--answers", &path.to_string_lossy()]));
    same(&file.tree(), &flags);
    // What a flag says wins over the file.
    let both = Home::new();
    succeeds(&both.init(&["--answers", &path.to_string_lossy(), "--location", "northeurope"]));
    assert!(both.text("platform.toml").contains("\"northeurope\""));
}

/// Ctrl-C at every prompt: each run answers one prompt more than the one before, until the last
/// writes.
#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
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
        // A question that was answered is not asked again; a service that was not finished is.
        // After the services they may go on.
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
    same(&home.tree(), &made_by(&["--yes"]));
}

#[test]
fn a_terminal_that_goes_away_leaves_the_answers_and_nothing_else() {
    let ways: [fn(&mut Terminal); 3] =
        [Terminal::end_of_input, Terminal::hang_up, Terminal::terminate];
    for (i, way) in ways.into_iter().enumerate() {
        let home = Home::new();
        let mut terminal = home.terminal(&[], if i == 0 { &[("TERM", "dumb")] } else { &[] });
        PROMPTS[..4].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
        terminal.see("tenant [");
        way(&mut terminal);
        terminal.leaves();
        assert!(home.text(".aksgen-init/answers.toml").contains("location = \"uksouth\""), "{i}");
        assert!(!home.1.join("platform.toml").exists(), "{i}");
    }
}

#[test]
fn resume_needs_something_to_go_on_with() {
    assert!(fails(&Home::new(), &["--resume", "--yes"]).contains("there is no interrupted run"));
}

/// The answer is judged by the code that judges a spec: its finding is shown, and the question is
/// asked again.
#[test]
fn a_wrong_answer_is_refused_at_once() {
    let home = Home::new();
    let mut terminal = home.terminal(&["--preset", "learning"], &[]);
    for (prompt, wrong, told) in [
        ("name [", "My Shop", "[bad-value]"),
        ("owner [", "a@contoso.example", ""),
        ("location [", "uksuth", "did you mean `uksouth`?"),
    ] {
        terminal.answer(prompt, wrong);
        if !told.is_empty() {
            terminal.see(told);
            terminal.answer(prompt, "");
        }
    }
    PROMPTS[4..11].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.answer("service [web]", "");
    terminal.answer("web image", "web:latest");
    terminal.see("`latest` is no version");
    terminal.answer("web image", "");
    terminal.answer("web port", "80a");
    terminal.see("[bad-value]");
    terminal.answer("web port", "none");
    terminal.answer("web calls:", "nobody");
    terminal.see("[unknown-call]");
    terminal.answer("web calls", "");
    // A value instead of a name: never shown, never kept.
    let secret = ["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    terminal.answer("web secrets", &format!("TOKEN={secret}"));
    terminal.see("[literal-secret]");
    assert!(!terminal.see("web secrets").contains(&secret));
    assert!(!home.text(".aksgen-init/answers.toml").contains(&secret));
    terminal.interrupt("");
    let told = fails(
        &home,
        &["--yes", "--service", &format!("name=web image=web:1.0.0 secrets=TOKEN={secret}")],
    );
    assert!(!told.contains(&secret), "{told}");
    let told = fails(
        &home,
        &["--yes", "--service", &format!("name=web image=web:1.0.0 secrets={secret}")],
    );
    assert!(!told.contains(&secret), "{told}");
}

#[test]
fn every_answer_can_be_changed_in_the_review() {
    let home = Home::new();
    let mut terminal = home.terminal(
        &["--service", "name=a image=a:1.0.0 port=8080", "--service", "name=b image=b:1.0.0"],
        &[],
    );
    PROMPTS[..11].iter().for_each(|prompt| drop(terminal.answer(prompt, "")));
    terminal.see("12) service       name=a image=a:1.0.0 port=8080");
    for (prompt, key) in [
        ("Enter continues", "99"),
        ("enter a number from 1 to 14", ""),
        ("2) name          shop", ""),
    ] {
        if prompt == "Enter continues" {
            drop(terminal.answer(prompt, key))
        } else {
            drop(terminal.see(prompt))
        }
    }
    terminal.answer("Enter continues", "2");
    terminal.answer("name [shop]", "store");
    // The second service calls the first one now, and a third one is added.
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
    // Whom somebody calls cannot be taken out; whom nobody calls can.
    terminal.answer("Enter continues", "12");
    terminal.answer("service [a]", "none");
    terminal.see("[unknown-call]");
    terminal.answer("Enter continues", "14");
    terminal.answer("service [c]", "none");
    terminal.see("`c` is removed");
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
    same(&home.tree(), &made_by(&[&["--yes", "--name", "store", "--repository", "https://github.com/example/shop"][..], &services].concat()));
}

#[test]
fn a_second_run_shows_what_was_answered_and_keeps_what_people_wrote() {
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
    home.is_in_step();
}

#[test]
fn a_line_that_both_changed_is_left_to_the_person() {
    let home = Home::new();
    succeeds(&home.init(&["--yes"]));
    let own = home.text("platform.toml").replace("# the region", "# near our customers");
    fs::write(home.1.join("platform.toml"), own).unwrap();
    let told = fails(&home, &["--yes", "--owner", "team@contoso.example"]);
    assert!(
        told.contains("-owner = ")
            && told.contains("+owner = ")
            && told.contains("--existing replace"),
        "{told}"
    );
    let told = fails(&home, &["--yes", "--location", "westeurope", "--existing", "replace"]);
    assert!(told.contains("edited by hand") && told.contains("near our customers"), "{told}");
}

#[test]
fn files_that_are_there_are_not_written_over_without_asking() {
    let home = Home::new();
    fs::write(home.1.join(".gitattributes"), "*.png binary\n").unwrap();
    assert!(fails(&home, &["--yes"]).contains(".gitattributes"));
    succeeds(&home.init(&["--yes", "--existing", "keep"]));
    assert_eq!(home.text(".gitattributes"), "*.png binary\n");
    let mut terminal = home.terminal(&["--services-of-nobody"], &[]);
    terminal.see("unexpected argument");
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
fn a_spec_of_somebody_else_is_left_alone() {
    let home = Home::new();
    fs::write(
        home.1.join("platform.toml"),
        include_str!("../../generated-examples/ecommerce/platform.toml"),
    )
    .unwrap();
    assert!(fails(&home, &["--yes", "--existing", "replace"]).contains("did not create it"));
}

/// Neither a terminal nor `--yes`: one message with every flag that is missing, and no other.
#[test]
fn without_a_terminal_missing_answers_are_one_error() {
    let told = fails(&Home::new(), &["--preset", "learning", "--zone", "none"]);
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
        assert!(told.contains(flag), "{flag} in {told}");
    }
    assert!(!told.contains("--preset") && !told.contains("--zone"), "{told}");
    let told = fails(&Home::new(), &["--yes", "--ci", "jenkins"]);
    assert!(told.contains("[bad-value]") && told.contains("github, azure, none"), "{told}");
    let home = Home::new();
    let path = home.0.path().join("answers.toml");
    fs::write(&path, "naem = \"shop\"\n").unwrap();
    let told = fails(&home, &["--yes", "--answers", &path.to_string_lossy()]);
    assert!(told.contains("naem") && told.contains(":1:1"), "{told}");
}

/// What each preset makes is a case of its own, so that every judge of examples sees it.
#[test]
fn every_preset_is_a_case_and_strictly_valid() {
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
            eprintln!("no CRDs: `{preset}` is not judged strictly");
            continue;
        };
        succeeds(&aksgen(&home.1, ["check", "--strict", "--crds", &crds.to_string_lossy()]));
    }
}

/// What the workflows run is run: the command as it stands there, and what makes annotations of its
/// lines.
#[test]
fn the_workflows_run() {
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

/// The script of Azure Pipelines with a program that finds a mistake in its place.
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

/// An interrupted run is offered to whoever begins again without a word about it.
#[test]
fn an_interrupted_run_is_offered() {
    let home = Home::new();
    let mut terminal = home.terminal(&[], &[]);
    terminal.answer("preset:", "");
    terminal.answer("name [shop]", "store");
    terminal.interrupt("owner [");
    let mut terminal = home.terminal(&[], &[]);
    terminal.answer("continue with the answers of an interrupted run?", "");
    assert!(!terminal.see("owner [").contains("preset:"));
    assert!(home.text(".aksgen-init/answers.toml").contains("store"));
    terminal.interrupt("");
    let mut terminal = home.terminal(&[], &[]);
    terminal.answer("continue with the answers of an interrupted run?", "n");
    terminal.answer("preset:", "");
    terminal.interrupt("name [shop]");
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let home = Home::new();
    let new = home.1.join("of/its/own");
    succeeds(&aksgen(&new, ["init", "--yes"]));
    assert!(fs::read_to_string(new.join("platform.toml")).unwrap().contains("name  = \"own\""));
}

/// Nothing is half-written: what stands in the way of the tree keeps the spec from being written,
/// too.
#[test]
fn what_stands_in_the_way_is_found_before_anything_is_written() {
    let home = Home::new();
    fs::create_dir(home.1.join("docs")).unwrap();
    fs::write(home.1.join("docs/README.md"), "mine").unwrap();
    assert!(fails(&home, &["--yes"]).contains("[unmanaged-file]"));
}

#[test]
fn a_folder_inside_a_repository_is_told_what_that_means() {
    let home = Home::new();
    fs::create_dir(home.1.join(".git")).unwrap();
    assert!(!succeeds(&home.init(&["--yes"])).contains("gitops.path"));
    assert!(succeeds(&aksgen(&home.1.join("sub"), ["init", "--yes"])).contains("gitops.path"));
}
