//! SARIF 2.1.0 for code scanning of GitHub: one run, one rule per code, and results at lines of the
//! platform's own files.

use super::{DiagnosticEntry, Level, Report, SourceLocation, prefix};
use crate::diag::{Code, Severity};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, path::Path};

/// Characters of a URI path without escapes, besides letters and digits.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One run with all diagnostics.
pub fn sarif(report: &Report, dir: &Path) -> Value {
    let mut seen = BTreeMap::new();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "aksgen",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Value>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": report.findings.iter().map(|entry| result(entry, dir, &mut seen)).collect::<Value>(),
        }],
    })
}

fn rule(code: Code) -> Value {
    let level = if code.severity() == Severity::Error { "error" } else { "warning" };
    let meaning = code.explain();
    let first = meaning.split_once(". ").map_or(meaning.as_str(), |(first, _)| first);
    json!({
        "id": code.id(),
        "shortDescription": {"text": first},
        "fullDescription": {"text": meaning},
        "defaultConfiguration": {"level": level},
    })
}

fn result(entry: &DiagnosticEntry, dir: &Path, seen: &mut BTreeMap<String, u32>) -> Value {
    let at = entry.own_place(&prefix(dir));
    let others: Vec<Value> = entry
        .places
        .iter()
        .filter(|place| place.file != at.file || place.line != at.line)
        .map(related)
        .collect();
    let mut out = json!({
        "ruleId": entry.code,
        "level": if entry.severity == Level::Error { "error" } else { "warning" },
        "message": {"text": entry.text()},
        "locations": [location(&at)],
        "partialFingerprints": {"aksgen/v1": fingerprint(entry, &at, seen)},
    });
    if !others.is_empty() {
        out["relatedLocations"] = others.into();
    }
    out
}

fn location(place: &SourceLocation) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": utf8_percent_encode(&place.file, PATH).to_string()},
        "region": {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column},
    }})
}

/// A further place, with its note as the message.
fn related(place: &SourceLocation) -> Value {
    let mut out = location(place);
    let note = if place.note.is_empty() {
        format!("{}:{}", place.file, place.line)
    } else {
        place.note.clone()
    };
    out["message"] = json!({"text": note});
    out
}

/// Fingerprint that stays the same when lines move: code, file, message, and the index among equal
/// results.
fn fingerprint(
    entry: &DiagnosticEntry,
    at: &SourceLocation,
    seen: &mut BTreeMap<String, u32>,
) -> String {
    let same = format!("{}\n{}\n{}", entry.code, at.file, entry.message);
    let count = seen.entry(same.clone()).or_insert(0);
    *count += 1;
    let digest = Sha256::digest(format!("{same}\n{count}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
