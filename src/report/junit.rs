//! JUnit XML: one test per code, which fails if there is a diagnostic. It has no times, so equal
//! diagnostics give equal bytes.

use super::{DiagnosticEntry, Level, Report};
use crate::diag::Code;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

/// One suite, one test per code.
pub fn junit(report: &Report) -> String {
    let mut suite = TestSuite::new(format!("aksgen {}", report.command));
    suite.add_test_cases(Code::ALL.iter().map(|code| test(*code, report)));
    let mut suites = quick_junit::Report::new("aksgen");
    suites.add_test_suite(suite);
    suites.to_string().unwrap_or_default()
}

fn test(code: Code, report: &Report) -> TestCase {
    let of: Vec<&DiagnosticEntry> =
        report.findings.iter().filter(|entry| entry.code == code.id()).collect();
    let text = of.iter().map(|entry| line(entry)).collect::<Vec<_>>().join("\n\n");
    let first = of.iter().find(|entry| entry.severity == Level::Error);
    let status = first.map_or_else(TestCaseStatus::success, |first| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status
            .set_type(first.code)
            .set_message(first.message.clone())
            .set_description(text.clone());
        status
    });
    let mut case = TestCase::new(code.id(), status);
    case.set_classname("aksgen");
    if first.is_none() && !of.is_empty() {
        case.set_system_out(text);
    }
    case
}

fn line(entry: &DiagnosticEntry) -> String {
    let place = entry
        .places
        .first()
        .map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column))
        .unwrap_or_default();
    format!("{place}{}", entry.text())
}
