//! Each test that `tests/failure-cases.md` names exists.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use std::{fs, path::Path};

#[test]
fn each_named_test_exists() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let table = fs::read_to_string(here.join("failure-cases.md")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split('|').map(str::trim).collect())
        .filter(|cells: &Vec<_>| cells.len() == 6)
        .collect();
    let rows: Vec<_> = rows.into_iter().filter(|cells| cells[1].parse::<usize>().is_ok()).collect();
    let numbers: Vec<usize> = rows.iter().map(|cells| cells[1].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
    for cells in &rows {
        let (case, state) = (cells[2], cells[4]);
        assert!(
            !case.is_empty()
                && ["proved", "partly: ", "not: ", "see `fuzz/`"]
                    .iter()
                    .any(|begin| state.starts_with(begin)),
            "{cells:?}"
        );
        let tests: Vec<&str> = cells[3].split_whitespace().collect();
        assert!(
            !tests.is_empty() || !state.starts_with("proved") || state.contains(".ci/run"),
            "{cells:?}"
        );
        for test in tests {
            let (file, name) = test.trim_matches('`').split_once("::").unwrap();
            let code = fs::read_to_string(here.join(file))
                .unwrap_or_else(|_| panic!("there is no tests/{file}"));
            assert!(code.contains(&format!("fn {name}(")), "there is no {test}");
        }
    }
}
