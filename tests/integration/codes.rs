//! The page of each code: the failing example has the finding, and the passing example has none.

#![allow(clippy::print_stderr, reason = "a test reports what it skipped")]

use crate::common::{aksgen, crds, plant};
use aksgen::{
    diag::{Code, Severity},
    reference::{Example, code_page},
};

/// Codes whose page explains why there is no example.
const NO_EXAMPLE: &[Code] =
    &[Code::TreeLocked, Code::Interrupted, Code::KustomizeEntry, Code::Io, Code::Drift];

/// Runs an example in a directory of its own. Returns whether it succeeded, and its messages;
/// `None` if it needs CRDs and there are none.
fn run(example: &Example) -> Option<(bool, String)> {
    let home = tempfile::tempdir().expect("a temporary directory");
    plant(
        &example.files().into_iter().map(|(path, text)| (path, text.into_bytes())).collect(),
        home.path(),
    );
    let mut arguments = example.command.clone();
    if let Some(at) = arguments.iter().position(|word| word == "crds") {
        arguments[at] = crds()?.display().to_string();
    }
    let output = aksgen(home.path(), &arguments);
    Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// The errors of the page of a code.
fn page_errors(code: Code) -> Vec<String> {
    let page = code_page(code);
    let (Some(fails), Some(passes)) = (&page.fails, &page.passes) else {
        let excused = NO_EXAMPLE.contains(&code) && page.instead.split_whitespace().count() > 5;
        return if excused {
            vec![]
        } else {
            vec![format!("{} has neither examples nor a reason", code.id())]
        };
    };
    let mut out = vec![];
    match run(fails) {
        None => eprintln!("not run, because there are no CRDs: {}", code.id()),
        Some((success, messages)) => {
            if !messages.contains(&format!("[{}]", code.id()))
                || success != (code.severity() == Severity::Warning)
            {
                out.push(format!("{}: the failing example prints\n{messages}", code.id()));
            }
        }
    }
    if let Some((success, messages)) = run(passes)
        && (!success || messages.contains("error[") || messages.contains("warning["))
    {
        out.push(format!("{}: the passing example prints\n{messages}", code.id()));
    }
    out
}

#[test]
fn every_code_has_an_example_that_fails_and_one_that_passes() {
    let half = Code::ALL.len() / 2;
    let all = std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            Code::ALL[half..].iter().flat_map(|code| page_errors(*code)).collect::<Vec<_>>()
        });
        let mut own: Vec<String> =
            Code::ALL[..half].iter().flat_map(|code| page_errors(*code)).collect();
        own.extend(other.join().expect("it collects instead of failing"));
        own
    });
    assert!(all.is_empty(), "{}", all.join("\n\n"));
}
