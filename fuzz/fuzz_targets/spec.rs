//! Any text as a spec is rendered or refused, twice in the same words, and a credential in it is
//! never said back.

#![no_main]

use aksgen::{
    diag::{Diagnostic, Printer, Source},
    pipeline::{Input, Request, run},
    sink::NullSink,
};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// It stands in some seeds.
const CREDENTIAL: &str = "ghp_0123456789abcdef";

fuzz_target!(|text: &str| {
    let spec = Source::new("platform.toml", text);
    let (first, second) = (told(&spec), told(&spec));
    assert_eq!(first, second);
    // Where it is the end of a longer word it is none.
    let word = |c: char| c.is_alphanumeric() || "_-+/~".contains(c);
    let said = first.match_indices(CREDENTIAL).find(|(at, _)| !first[..*at].ends_with(word));
    assert_eq!(said, None, "{first}");
});

/// Everything that is said of a spec.
fn told(spec: &Arc<Source>) -> String {
    // There is no such folder: nothing on this machine is read.
    let request = Request { dir: "/nowhere/at/all".into(), spec: Some(spec.clone()), threads: Some(1), ..Request::default() };
    let findings = match Input::load(&request) {
        Err(findings) => findings,
        Ok(_) => run(&request, &NullSink).map_or_else(|findings| findings, |outcome| outcome.warnings),
    };
    let printer = Printer::new(&diagnostics, false, 160);
    let words = |diagnostic: &Diagnostic| format!("{}\n{}\n{}\n", printer.print(diagnostic), diagnostic.message, diagnostic.help);
    diagnostics.iter().map(words).collect()
}
