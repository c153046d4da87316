//! The detector of secrets against a corpus of both sides, and against everything that aksgen
//! renders. The corpus has placeholders, so that no scanner takes the repository for a leak.

#![allow(clippy::print_stderr, reason = "the test states the error rates")]

mod echo;
mod expand;

use aksgen::secret::{looks_secret, spans};
use expand::expanded;
use std::{fs, path::Path};

/// Maximum number of lines with a credential that the detector misses.
const MOST_MISSED: usize = 2;

/// Minimum number of lines of each side.
const FEWEST: usize = 300;

/// The lines of one side, each in two expansions.
fn corpus(side: &str) -> Vec<(String, [String; 2])> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/secrets").join(side);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    let expand = |(number, line): (usize, &str)| {
        let seed = number as u64 + 1;
        (line.to_owned(), [expanded(line, seed), expanded(line, seed + 10_000)])
    };
    lines.enumerate().map(expand).collect()
}

/// The lines that the detector takes for the other side.
fn wrong(corpus: &[(String, [String; 2])], secret: bool) -> Vec<&str> {
    let wrong = corpus
        .iter()
        .filter(|(_, expansions)| expansions.iter().any(|text| looks_secret(text) != secret));
    wrong.map(|(line, _)| line.as_str()).collect()
}

#[test]
fn the_error_rates_of_the_detector_are_low() {
    let (secret, public) = (corpus("secret.txt"), corpus("public.txt"));
    assert!(secret.len() >= FEWEST && public.len() >= FEWEST);
    let (missed, alarms) = (wrong(&secret, true), wrong(&public, false));
    eprintln!("missed {} of {}: {missed:#?}", missed.len(), secret.len());
    eprintln!("false alarms {} of {}: {alarms:#?}", alarms.len(), public.len());
    assert!(missed.len() <= MOST_MISSED, "{missed:#?}");
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn no_built_in_template_and_no_rendered_tree_looks_secret() {
    fn files(path: &Path, out: &mut Vec<String>) {
        for entry in fs::read_dir(path).unwrap().flatten() {
            if entry.path().is_dir() {
                files(&entry.path(), out);
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                let found = spans(&text).into_iter().map(|range| text[range].to_owned());
                out.extend(found.map(|found| format!("{}: {found}", entry.path().display())));
            }
        }
    }
    let mut found = vec![];
    for folder in ["templates", "profiles", "generated-examples"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Every prefix of a text ends somewhere: no scanner may fail or loop there.
#[test]
fn every_prefix_of_the_corpus_can_be_scanned() {
    for (_, [text, _]) in corpus("secret.txt").iter().chain(&corpus("public.txt")) {
        for (at, _) in text.char_indices().step_by(3) {
            let _ = (spans(&text[..at]), aksgen::secret::masked(&text[at..]));
        }
    }
}
