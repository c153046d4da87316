//! Any text as a spec is rendered or refused, with the same messages in a second run. Messages
//! never contain a credential of the spec.

#![no_main]

use aksgen::{
    diag::{Diagnostic, Printer, Source},
    pipeline::{Input, Request, run},
    sink::NullSink,
};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// Credential in some seeds.
const CREDENTIAL: &str = "ghp_0123456789abcdef";

fuzz_target!(|text: &str| {
    let spec = Source::new("platform.toml", text);
    let (first, second) = (messages(&spec), messages(&spec));
    assert_eq!(first, second);
    // As the end of a longer word, it is no credential.
    let word = |c: char| c.is_alphanumeric() || "_-+/~".contains(c);
    let echoed = first.match_indices(CREDENTIAL).find(|(at, _)| !first[..*at].ends_with(word));
    assert_eq!(echoed, None, "{first}");
});

/// All messages for a spec.
fn messages(spec: &Arc<Source>) -> String {
    // The folder does not exist, so no file of this machine is read.
    let request = Request {
        dir: "/nowhere/at/all".into(),
        spec: Some(spec.clone()),
        threads: Some(1),
        ..Request::default()
    };
    let diagnostics = match Input::load(&request) {
        Err(diagnostics) => diagnostics,
        Ok(_) => run(&request, &NullSink)
            .map_or_else(|diagnostics| diagnostics, |outcome| outcome.warnings),
    };
    let printer = Printer::new(&diagnostics, false, 160);
    let words = |diagnostic: &Diagnostic| {
        format!("{}\n{}\n{}\n", printer.print(diagnostic), diagnostic.message, diagnostic.help)
    };
    diagnostics.iter().map(words).collect()
}
