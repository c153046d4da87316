//! Golden cases. Each folder `tests/cases/<group>/<component>/<case>/` holds a platform and the
//! expected result: a tree in `expected/`, or messages in `expected.txt`. `UPDATE=1` rewrites the
//! expectation; read the difference before you commit it. `CASE=<text>` selects the cases whose
//! name contains the text.
//!
//! The test copies a case to a temporary directory, without the expectation and the files of
//! `CONTROL_FILES`.

#![allow(clippy::print_stderr, reason = "a test reports what it skipped")]

use crate::common::{Tree, aksgen, crds, plant, tree};
use aksgen::{
    diag::{Code, Severity},
    model::text::seconds,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Files of a case that control the test. The program does not see them.
///
/// - `expected.txt`: the messages of a failing run. `expected.stderr`: the warnings of a successful
///   run.
/// - `args`: further arguments, one per line. With `--crds` or `--strict` among them, the test adds
///   no CRDs.
/// - `command`: another command.
/// - `only`: parts of paths, one per line. Other files of the tree are not compared.
/// - `secret`: a value that must not appear in the output or in the tree.
/// - `pad`: the size in bytes to which `platform.toml` is filled.
/// - `needs-crds`: the case needs CRDs.
const CONTROL_FILES: &[&str] =
    &["expected.txt", "expected.stderr", "args", "command", "only", "secret", "pad", "needs-crds"];

/// Codes that no spec can provoke, and the reason.
const CODES_WITHOUT_CASE: &[(Code, &str)] = &[
    (
        Code::KustomizeEntry,
        "indexes are made from the very files that they list: only a defect of aksgen could make them differ",
    ),
    (Code::Drift, "describes the tree and not the spec: tests/integration/formats.rs"),
    (Code::TreeLocked, "needs two processes: tests/integration/disk.rs"),
    (Code::Interrupted, "needs a killed process: tests/integration/crash.rs"),
    (Code::Io, "needs a disk that fails, or a target without rights"),
];

/// A case on disk.
struct Case {
    name: String,
    folder: PathBuf,
    files: Tree,
}

/// Result of a run.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    written: Tree,
}

impl Case {
    fn all() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
        let folders = |path: &Path| {
            let mut all: Vec<PathBuf> = fs::read_dir(path)
                .expect("a folder of cases")
                .flatten()
                .map(|e| e.path())
                .filter(|p| p.is_dir())
                .collect();
            all.sort();
            all
        };
        let cases = folders(&root)
            .into_iter()
            .flat_map(|group| folders(&group))
            .flat_map(|one| folders(&one));
        cases
            .map(|folder| Case {
                name: folder.strip_prefix(&root).expect("below it").display().to_string(),
                files: tree(&folder),
                folder,
            })
            .collect()
    }

    fn text(&self, file: &str) -> Option<String> {
        self.files.get(file).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn lines(&self, file: &str) -> Vec<String> {
        self.text(file).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The input files of the program.
    fn input(&self) -> Tree {
        let mine = |path: &str| !path.starts_with("expected/") && !CONTROL_FILES.contains(&path);
        let mut input: Tree = self
            .files
            .iter()
            .filter(|(path, _)| mine(path))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect();
        if let (Some(size), Some(spec)) = (self.text("pad"), input.get_mut("platform.toml")) {
            spec.resize(size.trim().parse().expect("a number of bytes"), b'#');
        }
        input
    }

    fn expected(&self) -> Tree {
        self.files
            .iter()
            .filter_map(|(path, text)| {
                Some((path.strip_prefix("expected/")?.to_owned(), text.clone()))
            })
            .collect()
    }

    fn run(&self, command: &str, crds: Option<&Path>) -> Run {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let input = self.input();
        plant(&input, dir.path());
        let mut arguments = vec![command.to_owned()];
        arguments.extend(self.lines("args"));
        if let Some(path) =
            crds.filter(|_| !arguments.iter().any(|a| a == "--crds" || a == "--strict"))
        {
            arguments.extend(["--crds".to_owned(), path.display().to_string()]);
        }
        let output = aksgen(dir.path(), &arguments);
        let mut written = tree(dir.path());
        written.retain(|path, text| input.get(path) != Some(text));
        Run::new(&output, dir.path(), written)
    }
}

impl Run {
    fn new(output: &Output, dir: &Path, written: Tree) -> Run {
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(&dir.display().to_string(), "<dir>")
        };
        // Printed when there are no CRDs. It is not the subject of any case.
        let stderr = text(&output.stderr)
            .lines()
            .filter(|line| !line.starts_with("not validated:"))
            .map(|line| format!("{line}\n"))
            .collect();
        Run { code: output.status.code(), stdout: text(&output.stdout), stderr, written }
    }

    fn contains(&self, secret: &str) -> bool {
        let shown = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains(secret);
        self.stdout.contains(secret)
            || self.stderr.contains(secret)
            || self.written.values().any(shown)
    }
}

/// The differences between a case and its result.
fn run_case(case: &Case, crds: Option<&Path>) -> Vec<String> {
    let fails = case.files.contains_key("expected.txt");
    let succeeds = case.files.keys().any(|path| path.starts_with("expected/"));
    let command = case
        .text("command")
        .unwrap_or_else(|| if fails { "validate".into() } else { "render".into() });
    let run = case.run(command.trim(), crds);
    if case.lines("secret").iter().any(|secret| run.contains(secret)) {
        return vec!["the secret is in the output".to_owned()];
    }
    let updates = std::env::var_os("UPDATE").is_some();
    match run.code {
        Some(0) if !fails => compare_tree(case, &run, updates),
        Some(2) if !succeeds => compare_messages(case, &run, crds, updates),
        code => vec![format!("exit code {code:?}\n{}", run.stderr)],
    }
}

fn compare_messages(case: &Case, run: &Run, crds: Option<&Path>, updates: bool) -> Vec<String> {
    // `validate` never writes. `render` must not write either when there are errors.
    let rendered = case.run("render", crds).written;
    let mut wrong: Vec<String> = run
        .written
        .keys()
        .chain(rendered.keys())
        .map(|path| format!("`{path}` was written, although the run failed"))
        .collect();
    wrong.extend(compare_text(case, "expected.txt", &run.stderr, updates));
    wrong
}

fn compare_text(case: &Case, file: &str, found: &str, updates: bool) -> Option<String> {
    let expected = case.text(file);
    if updates {
        write_or_remove(&case.folder.join(file), found);
        return None;
    }
    match expected {
        None if found.is_empty() => None,
        None => Some(format!("there is no `{file}` yet: run with UPDATE=1, and read it\n{found}")),
        Some(expected) => (expected != found)
            .then(|| format!("`{file}` differs\n--- expected\n{expected}--- found\n{found}")),
    }
}

/// Writes a text, or removes the file if the text is empty.
fn write_or_remove(path: &Path, text: &str) {
    if text.is_empty() {
        let _ = fs::remove_file(path);
    } else {
        fs::write(path, text).expect("our own folder");
    }
}

fn compare_tree(case: &Case, run: &Run, updates: bool) -> Vec<String> {
    let only = case.lines("only");
    let kept = |path: &str| only.is_empty() || only.iter().any(|part| path.contains(part));
    let found: Tree = run
        .written
        .iter()
        .filter(|(path, _)| kept(path))
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    if updates {
        let folder = case.folder.join("expected");
        let _ = fs::remove_dir_all(&folder);
        plant(&found, &folder);
    }
    let expected = if updates { found.clone() } else { case.expected() };
    let mut wrong: Vec<String> =
        compare_text(case, "expected.stderr", &run.stderr, updates).into_iter().collect();
    wrong.extend(
        only.iter()
            .filter(|part| !found.keys().any(|path| path.contains(*part)))
            .map(|part| format!("`only` names `{part}`: no such file")),
    );
    if expected.is_empty() {
        wrong.push("there is no `expected/` yet: run with UPDATE=1, and read it".to_owned());
        return wrong;
    }
    wrong.extend(
        expected
            .keys()
            .filter(|path| !found.contains_key(*path))
            .map(|path| format!("missing: {path}")),
    );
    wrong.extend(
        found
            .keys()
            .filter(|path| !expected.contains_key(*path))
            .map(|path| format!("unexpected: {path}")),
    );
    wrong.extend(expected.iter().filter_map(|(path, want)| differ(path, want, found.get(path)?)));
    wrong
}

/// The first line that differs.
fn differ(path: &str, want: &[u8], got: &[u8]) -> Option<String> {
    let (want, got) = (String::from_utf8_lossy(want), String::from_utf8_lossy(got));
    let count = want.lines().count().max(got.lines().count());
    let line = (0..count).find(|i| want.lines().nth(*i) != got.lines().nth(*i));
    let show = |text: &str, i: usize| text.lines().nth(i).unwrap_or("(the end)").to_owned();
    let text = line.map_or_else(
        || "(only its end)".into(),
        |i| {
            format!("line {}\n  expected: {}\n  found:    {}", i + 1, show(&want, i), show(&got, i))
        },
    );
    (want != got).then(|| format!("different: {path}: {text}"))
}

#[test]
fn each_case_matches_its_expectation() {
    let crds = crds();
    let filter = std::env::var("CASE").unwrap_or_default();
    let (cases, left_out): (Vec<Case>, Vec<Case>) = Case::all()
        .into_iter()
        .filter(|case| case.name.contains(&filter))
        .partition(|case| crds.is_some() || !case.files.contains_key("needs-crds"));
    if crds.is_none() {
        let names: Vec<&str> = left_out.iter().map(|case| case.name.as_str()).collect();
        eprintln!(
            "no CRDs (AKSGEN_CRDS): custom kinds are not validated; skipped: {}",
            names.join(", ")
        );
    }
    let wrong = in_two_threads(&cases, |case| run_case(case, crds.as_deref()));
    assert!(
        wrong.is_empty(),
        "{} of {} cases are wrong\n\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n\n")
    );
}

/// The differences of each wrong case, in the order of the cases.
fn in_two_threads(cases: &[Case], run_case: impl Fn(&Case) -> Vec<String> + Sync) -> Vec<String> {
    let (next, out) = (AtomicUsize::new(0), Mutex::new(vec![]));
    let work = || {
        while let Some((i, case)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, cases.get(i)?)))
        {
            let wrong = run_case(case);
            if !wrong.is_empty() {
                out.lock()
                    .expect("no panic while held")
                    .push((i, format!("{}\n{}", case.name, wrong.join("\n"))));
            }
        }
    };
    thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
    let mut out = out.into_inner().expect("no panic while held");
    out.sort();
    out.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn every_code_has_a_case() {
    let cases = Case::all();
    let shown = |code: Code| {
        let file =
            if code.severity() == Severity::Warning { "expected.stderr" } else { "expected.txt" };
        cases.iter().any(|case| {
            case.text(file).is_some_and(|text| text.contains(&format!("[{}]", code.id())))
        })
    };
    let excused = |code: Code| CODES_WITHOUT_CASE.iter().any(|(known, _)| *known == code);
    let missing: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !shown(**code) && !excused(**code))
        .map(|code| code.id())
        .collect();
    assert!(
        missing.is_empty(),
        "no case in tests/cases/general/findings/ shows: {}",
        missing.join(", ")
    );
    let needless: Vec<&str> = CODES_WITHOUT_CASE
        .iter()
        .filter(|(code, _)| shown(*code))
        .map(|(code, _)| code.id())
        .collect();
    assert!(
        needless.is_empty(),
        "these codes have a case: remove them from CODES_WITHOUT_CASE: {}",
        needless.join(", ")
    );
}

/// A step of the provisioning document never waits for a later step.
#[test]
fn each_provisioning_step_waits_for_earlier_steps_only() {
    let mut count = 0;
    for root in ["generated-examples", "tests/cases"] {
        let all = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
        for (path, text) in all.iter().filter(|(path, _)| path.ends_with("/provisioning.md")) {
            let text = String::from_utf8_lossy(text);
            for cells in text
                .lines()
                .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
                .filter(|cells| cells.len() == 7)
            {
                let (step, after) = (
                    cells[1].parse::<usize>(),
                    cells[5].split(", ").filter_map(|step| step.parse::<usize>().ok()),
                );
                step.into_iter().for_each(|step| {
                    assert!(
                        after.clone().all(|earlier| earlier < step),
                        "{root}/{path}: step {step}"
                    );
                });
                count += 1;
            }
        }
    }
    assert!(count > 100, "the tables are not read: {count} rows");
}

/// The strict YAML reader accepts every file of the examples and of the expected trees. It refuses
/// anchors, tags, duplicate keys, several documents, and scalars that differ in YAML 1.1.
#[test]
fn rendered_yaml_passes_the_strict_reader() {
    if std::env::var_os("UPDATE").is_some() {
        return; // `UPDATE=1` is replacing the trees.
    }
    let mut count = 0;
    for root in ["generated-examples", "tests/cases"] {
        let all = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
        let rendered = |path: &&String| {
            path.ends_with(".yaml") && (root == "generated-examples" || path.contains("/expected/"))
        };
        for path in all.keys().filter(rendered) {
            let text = String::from_utf8_lossy(&all[path]);
            aksgen::yaml::read(&text).unwrap_or_else(|problem| {
                panic!("{root}/{path}:{}: {}", problem.places[0].0, problem.message)
            });
            count += 1;
        }
    }
    assert!(count > 300, "only {count} files were found");
}

/// Covers the rule files for promtool, in the examples and in the expected trees.
#[test]
fn each_alert_is_tested_at_its_limit() {
    if std::env::var_os("UPDATE").is_some() {
        return; // `UPDATE=1` is replacing the trees.
    }
    let (mut alerts, mut wrong) = (0, vec![]);
    for root in ["generated-examples", "tests/cases"] {
        let all = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
        let read = |path: &str| {
            all.get(path).map(|text| {
                aksgen::yaml::read(&String::from_utf8_lossy(text)).expect("YAML of ours")
            })
        };
        for path in all.keys().filter(|path| is_rule_file(path)) {
            let rules = read(path).expect("a file that was just listed");
            alerts += rules_of(&rules).iter().filter(|rule| rule["alert"].is_string()).count();
            match read(&path.replace(".yaml", "_test.yaml")) {
                Some(tests) => {
                    let all =
                        untested(&rules, &tests).into_iter().chain(unrecorded(&rules, &tests));
                    wrong.extend(all.map(|what| format!("{root}/{path}: {what}")));
                }
                None => wrong.push(format!("{root}/{path} has no tests beside it")),
            }
        }
    }
    assert!(alerts > 20, "only {alerts} alerts: the rule files have another path");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Whether a path is in `tests/<environment>/rules/` of an example or a case.
fn is_rule_file(path: &str) -> bool {
    let below = path.split_once("/tests/").and_then(|(_, below)| below.split_once('/'));
    below.is_some_and(|(_, file)| file.starts_with("rules/") && !file.ends_with("_test.yaml"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn rules_of(file: &Value) -> Vec<&Value> {
    list(&file["groups"]).iter().flat_map(|group| list(&group["rules"])).collect()
}

/// The alerts of a rule file that its tests do not cover.
fn untested(rules: &Value, tests: &Value) -> Vec<String> {
    let step = seconds(tests["evaluation_interval"].as_str().unwrap_or_default());
    let mut wrong = vec![];
    for rule in rules_of(rules).into_iter().filter(|rule| rule["alert"].is_string()) {
        let mine = |test: &&Value| test["alertname"] == rule["alert"];
        let groups: Vec<Vec<&Value>> = list(&tests["tests"])
            .iter()
            .map(|group| list(&group["alert_rule_test"]).iter().filter(mine).collect())
            .collect();
        let fires = |test: &Value| test["exp_alerts"] != json!([]);
        let time = |test: &Value| seconds(test["eval_time"].as_str().unwrap_or_default());
        let just_after = |a: &Value, b: &Value| {
            !fires(a) && fires(b) && time(b) == time(a).zip(step).map(|(time, step)| time + step)
        };
        let mut demand = |holds: bool, what: &str| {
            wrong.extend((!holds).then(|| format!("{} {what}", rule["alert"])));
        };
        demand(
            groups.iter().any(|group| group.iter().any(|b| group.iter().any(|a| just_after(a, b)))),
            "has no test that is silent, and fires one evaluation later",
        );
        demand(
            groups.iter().any(|group| !group.is_empty() && !group.iter().any(|test| fires(test))),
            "has no test in which it stays silent",
        );
        for alert in groups.iter().flatten().flat_map(|test| list(&test["exp_alerts"])) {
            let labels = rule["labels"].as_object().is_some_and(|own| {
                own.iter().all(|(name, value)| alert["exp_labels"][name] == *value)
            });
            let keys = |value: &Value| {
                value.as_object().map(|table| table.keys().cloned().collect::<Vec<_>>())
            };
            demand(
                labels && keys(&alert["exp_annotations"]) == keys(&rule["annotations"]),
                "is expected with other labels or annotations than it has",
            );
        }
    }
    wrong
}

/// The recording rules that no `promql_expr_test` evaluates.
fn unrecorded(rules: &Value, tests: &Value) -> Vec<String> {
    let evaluated: Vec<&Value> = list(&tests["tests"])
        .iter()
        .flat_map(|group| list(&group["promql_expr_test"]))
        .map(|test| &test["expr"])
        .collect();
    let records = rules_of(rules).into_iter().filter(|rule| rule["record"].is_string());
    records
        .filter(|rule| !evaluated.contains(&&rule["record"]))
        .map(|rule| format!("no test evaluates {}", rule["record"]))
        .collect()
}

#[test]
fn an_alert_without_tests_is_reported() {
    let rules = json!({"groups": [{"rules": [{"alert": "Down", "labels": {"severity": "critical"}, "annotations": {"summary": "It is down."}}]}]});
    let fires = json!([{"exp_labels": {"severity": "critical", "pod": "a"}, "exp_annotations": {"summary": "It is down."}}]);
    let test = |time: &str, alerts: &Value| json!({"alertname": "Down", "eval_time": time, "exp_alerts": alerts});
    let count = |groups: &[Vec<Value>]| {
        let tests: Vec<Value> =
            groups.iter().map(|tests| json!({"alert_rule_test": tests})).collect();
        untested(&rules, &json!({"evaluation_interval": "30s", "tests": tests})).len()
    };
    let (silent, just_after, later) =
        (test("5m", &json!([])), test("5m30s", &fires), test("6m", &fires));
    let other = test(
        "5m30s",
        &json!([{"exp_labels": {"severity": "warning"}, "exp_annotations": {"summary": "It is down."}}]),
    );
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&[vec![silent.clone(), later], vec![silent.clone()]]), 1);
    assert_eq!(count(&[vec![silent.clone(), just_after.clone()]]), 1);
    assert_eq!(count(&[vec![silent.clone(), other], vec![silent.clone()]]), 1);
    assert_eq!(count(&[vec![silent.clone(), just_after], vec![silent]]), 0);
    let recording = json!({"groups": [{"rules": [{"record": "a:b:rate5m"}]}]});
    let test_of =
        |expression: &str| json!({"tests": [{"promql_expr_test": [{"expr": expression}]}]});
    assert_eq!(
        (
            unrecorded(&recording, &test_of("a:b:rate1h")).len(),
            unrecorded(&recording, &test_of("a:b:rate5m")).len()
        ),
        (1, 0)
    );
}
